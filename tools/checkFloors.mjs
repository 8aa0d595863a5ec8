// @ts-check
// Holds who imports whom against .dependency-cruiser.cjs, in the folder it is run in: `node tools/checkFloors.mjs [--json]`.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format } from 'dependency-cruiser'

const binary = fileURLToPath(new URL('../node_modules/dependency-cruiser/bin/dependency-cruise.mjs', import.meta.url))
const folders = ['packages', 'test', 'tools'].filter((folder) => existsSync(folder))
const run = spawnSync(
  process.execPath,
  [binary, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders],
  // The whole graph is a few megabytes.
  { encoding: 'utf8', maxBuffer: 2 ** 28 },
)
if (run.stdout === '') {
  process.stderr.write(run.stderr)
  process.exit(run.status || 1)
}

const found = JSON.parse(run.stdout)
// A cruiser that cannot read TypeScript finds no such file, and then no fault in it either.
if (!found.modules.some((/** @type {{ source: string }} */ module) => /^packages\/.*\.tsx?$/.test(module.source))) {
  console.error('The directions of imports were not checked: dependency-cruiser found no TypeScript')
  process.exit(1)
}
console.log(process.argv.includes('--json') ? JSON.stringify(found.summary) : (await format(found, { outputType: 'err' })).output)
process.exit(found.summary.error > 0 ? 1 : 0)
