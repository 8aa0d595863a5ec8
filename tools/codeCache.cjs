// @ts-check
// Writes the code cache of `pkjwt sign` for the Node that runs this: `node tools/codeCache.cjs DIST`. It signs with keys of each kind, so
// that the cache holds what signing runs, and nothing of what it was run with.
'use strict'
const { generateKeyPairSync } = require('node:crypto')
const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { Script } = require('node:vm')

const [dist = ''] = process.argv.slice(2)
const filename = join(dist, 'cli/warm.js')
const script = new Script(readFileSync(filename, 'latin1'), { filename })
const folder = mkdtempSync(join(tmpdir(), 'pkjwt-build-'))
const keys = [
  ...[generateKeyPairSync('rsa', { modulusLength: 2048 }), generateKeyPairSync('ec', { namedCurve: 'P-256' })].flatMap(
    ({ privateKey }) => [
      JSON.stringify(privateKey.export({ format: 'jwk' })),
      String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    ],
  ),
]

/** Runs one command line in this process, and waits until it would exit. @param {readonly string[]} words @returns {Promise<unknown>} */
function run(words) {
  return new Promise((resolve) => {
    process.argv.splice(2, process.argv.length, ...words)
    process.exit = /** @type {typeof process.exit} */ (/** @type {unknown} */ (resolve))
    script.runInThisContext()({}, require)
  })
}

async function main() {
  const { exit } = process
  try {
    for (const [index, key] of keys.entries()) {
      const file = join(folder, `key-${index}`)
      writeFileSync(file, key, { mode: 0o600 })
      const code = await run([
        'sign',
        '--quiet',
        '--key',
        file,
        '--kid',
        'build',
        '--client-id',
        '0oa1',
        '--org',
        'example.okta.com',
      ])
      if (code !== 0) throw new Error(`signing ended with ${code}`)
      process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM').removeAllListeners('uncaughtException')
    }
    writeFileSync(join(dist, `cli/warm-${process.versions.v8}-${process.arch}.cache`), script.createCachedData())
  } finally {
    process.exit = exit
    rmSync(folder, { recursive: true })
  }
}

void main()
