// @ts-check
// Builds everything that is run or published: `node tools/build.mjs [--quiet]`. What did not change is not compiled again.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const quiet = process.argv.includes('--quiet')
const root = fileURLToPath(new URL('..', import.meta.url))
const bin = (/** @type {string} */ path) => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url))

/** @param {string} what @param {readonly string[]} words */
async function step(what, ...words) {
  const started = performance.now()
  try {
    await promisify(execFile)(process.execPath, words, { cwd: root, maxBuffer: 2 ** 26 })
  } catch (error) {
    const { stdout, stderr } = /** @type {{ stdout: string, stderr: string }} */ (error)
    process.stderr.write(`${stdout}${stderr}\nCannot build ${what}\n`)
    process.exit(1)
  }
  if (!quiet) console.log(`built ${what} in ${((performance.now() - started) / 1000).toFixed(1)} s`)
}

await Promise.all([
  step('the library', 'tools/buildLibrary.mjs'),
  step('types and the server', bin('typescript/bin/tsc'), '--build', 'tsconfig.build.json').then(() =>
    step('the migrations', 'tools/copySql.mjs'),
  ),
  step('the page', bin('vite/bin/vite.js'), 'build', '--logLevel', 'warn', '--config', 'packages/page/vite.config.ts').then(() =>
    step('the command line', 'tools/buildCli.mjs'),
  ),
])
