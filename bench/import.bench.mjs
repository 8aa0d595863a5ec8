// How long `import "pkjwt"` takes in a fresh process, beyond an empty one, beside other libraries.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median, printTable } from './harness.mjs'

const rounds = 21
const folder = mkdtempSync(join(tmpdir(), 'pkjwt-bench-'))
symlinkSync(fileURLToPath(new URL('../node_modules', import.meta.url)), join(folder, 'node_modules'))

const scripts = {
  'an empty module': '',
  pkjwt: "import 'pkjwt'",
  'pkjwt/node': "import 'pkjwt/node'",
  jose: "import 'jose'",
  'openid-client': "import 'openid-client'",
  jsonwebtoken: "import 'jsonwebtoken'",
}

try {
  for (const [name, text] of Object.entries(scripts)) writeFileSync(fileOf(name), text)
  const times = Object.fromEntries(Object.keys(scripts).map((name) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (const name of Object.keys(scripts)) times[name].push(timeOf(name))
  }
  const empty = times['an empty module']
  const rows = Object.entries(times).map(([name, all]) => ({
    name,
    'milliseconds beyond an empty module': median(all.map((time, round) => time - empty[round])),
  }))
  printTable('A fresh process that imports a library and ends', rows)
} finally {
  rmSync(folder, { recursive: true })
}

function fileOf(name) {
  return join(folder, `${name.replace(/\W/g, '-')}.mjs`)
}

/** Wall time of a whole process. */
function timeOf(name) {
  const started = performance.now()
  execFileSync(process.execPath, [fileOf(name)], { env: { PATH: process.env.PATH } })
  return performance.now() - started
}
