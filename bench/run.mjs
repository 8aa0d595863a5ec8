// @ts-check
// Runs the benchmarks one after the other, each in a process of its own: `npm run bench`, or `npm run bench -- sign verify`. What they compare
// goes to results.json, and from there into one table and the plots of README.md.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keepResults, refresh } from './results.mjs'

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

const folder = mkdtempSync(join(tmpdir(), 'pkjwt-bench-'))
let failed = 0
for (const name of asked.length > 0 ? asked : names) {
  console.log(`\n# ${name}`)
  const file = join(folder, name)
  writeFileSync(file, '')
  const env = { ...process.env, PKJWT_BENCH_RESULTS: file }
  const { status } = spawnSync(process.execPath, [`${here}/${name}.bench.mjs`], { stdio: 'inherit', env })
  if (status !== 0) failed += 1
  const rows = readFileSync(file, 'utf8').split('\n').filter(Boolean)
  if (status === 0 && rows.length > 0) {
    keepResults(
      name,
      rows.map((row) => JSON.parse(row)),
    )
  }
}
rmSync(folder, { recursive: true })
console.log(`\n# All together, as speed: more is faster\n\n${refresh()}`)
if (failed > 0) {
  console.error(`\n${failed} of the benchmarks failed`)
  process.exit(1)
}
