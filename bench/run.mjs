// @ts-check
// Runs the benchmarks one after the other, each in a process of its own: `npm run bench`, or `npm run bench -- sign verify`.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'

const here = import.meta.dirname
const names = readdirSync(here)
  .filter((name) => name.endsWith('.bench.mjs'))
  .map((name) => name.slice(0, -'.bench.mjs'.length))
  .sort()
const asked = process.argv.slice(2).map((word) => word.replace(/^(.*\/)?([^/]*?)(\.bench\.mjs)?$/, '$2'))
const unknown = asked.filter((name) => !names.includes(name))
if (unknown.length > 0) {
  console.error(`Cannot run the benchmark "${unknown[0]}": there are only ${names.join(', ')}`)
  process.exit(2)
}

let failed = 0
for (const name of asked.length > 0 ? asked : names) {
  console.log(`\n# ${name}`)
  const { status } = spawnSync(process.execPath, [`${here}/${name}.bench.mjs`], { stdio: 'inherit' })
  if (status !== 0) failed += 1
}
if (failed > 0) {
  console.error(`\n${failed} of the benchmarks failed`)
  process.exit(1)
}
