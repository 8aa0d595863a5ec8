// `pkjwt sign` as a whole process, beside a bare Node script that loads node:crypto and signs once, and beside jose.
import { spawnSync } from 'node:child_process'
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median, printTable, recordRatios } from './harness.mjs'

const rounds = 60
const folder = mkdtempSync(join(tmpdir(), 'pkjwt-bench-'))
const path = (name) => join(folder, name)
const cli = fileURLToPath(new URL('../packages/pkjwt/dist/cli.cjs', import.meta.url))
const jose = import.meta.resolve('jose')

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' })
writeFileSync(path('key.jwk'), JSON.stringify({ ...createPrivateKey(pem).export({ format: 'jwk' }), kid: 'bench' }), {
  mode: 0o600,
})
writeFileSync(path('key.pem'), pem, { mode: 0o600 })

const claims = `const now = Math.floor(Date.now() / 1000)
const claims = { iss: '0oa1', sub: '0oa1', aud: 'https://example.okta.com/oauth2/v1/token', iat: now - 5, exp: now + 300, jti: randomUUID() }`
const bare = (key) => `const { readFileSync } = require('node:fs')
const { createPrivateKey, randomUUID, sign } = require('node:crypto')
const key = createPrivateKey(${key})
${claims}
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const input = encode({ alg: 'RS256', kid: 'bench', typ: 'JWT' }) + '.' + encode(claims)
console.log(input + '.' + sign('sha256', Buffer.from(input), key).toString('base64url'))`
writeFileSync(
  path('bareJwk.cjs'),
  bare(`{ key: JSON.parse(readFileSync(${JSON.stringify(path('key.jwk'))}, 'utf8')), format: 'jwk' }`),
)
writeFileSync(path('barePem.cjs'), bare(`readFileSync(${JSON.stringify(path('key.pem'))})`))
writeFileSync(
  path('jose.mjs'),
  `import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { importPKCS8, SignJWT } from ${JSON.stringify(jose)}
const key = await importPKCS8(readFileSync(${JSON.stringify(path('key.pem'))}, 'utf8'), 'RS256')
${claims}
console.log(await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'bench', typ: 'JWT' }).sign(key))`,
)
writeFileSync(
  path('bareWriteSync.cjs'),
  bare(`{ key: JSON.parse(readFileSync(${JSON.stringify(path('key.jwk'))}, 'utf8')), format: 'jwk' }`).replace(
    'console.log(',
    "require('node:fs').writeSync(1, ",
  ),
)
writeFileSync(path('empty.cjs'), '')

const target = ['--client-id', '0oa1', '--org', 'example.okta.com', '--quiet']
const candidates = {
  'bare node:crypto, JWK': [path('bareJwk.cjs')],
  'bare node:crypto, PEM': [path('barePem.cjs')],
  'bare node:crypto, JWK, without console': [path('bareWriteSync.cjs')],
  'node with an empty file': [path('empty.cjs')],
  'pkjwt --version': [cli, '--version'],
  'pkjwt sign, JWK': [cli, 'sign', '--key', path('key.jwk'), ...target],
  'pkjwt sign, PEM': [cli, 'sign', '--key', path('key.pem'), ...target],
  'jose from node_modules, PEM': [path('jose.mjs')],
}

// NODE_EXTRA_CA_CERTS alone adds 25 milliseconds to a start of Node 20.
const env = { PATH: process.env['PATH'] }
const names = Object.keys(candidates)
const times = Object.fromEntries(names.map((name) => [name, []]))
const ticks = Object.fromEntries(names.map((name) => [name, 0]))
for (let round = -2; round < rounds; round += 1) {
  for (const name of names) {
    const started = performance.now()
    const ticksBefore = childTicks()
    const { status, stderr } = spawnSync(process.execPath, candidates[name], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`)
    if (round < 0) continue
    times[name].push(performance.now() - started)
    ticks[name] += childTicks() - ticksBefore
  }
}
rmSync(folder, { recursive: true })

/** The quieter half of the rounds: what else the machine does only ever adds. */
const quiet = (values) => median([...values].sort((one, other) => one - other).slice(0, rounds / 2))
const limit = 'bare node:crypto, JWK'
printTable(
  `A whole process, one RS256 signature, Node ${process.version}`,
  names.map((name) => ({
    process: name,
    milliseconds: quiet(times[name]),
    'times the bare script': quiet(times[name]) / quiet(times[limit]),
    'the same, processor time': ticks[name] / ticks[limit],
  })),
)

const compared = [
  'pkjwt sign, JWK',
  'pkjwt sign, PEM',
  'pkjwt --version',
  'node with an empty file',
  'jose from node_modules, PEM',
]
for (const [what, spent] of [
  ['time of a whole process', (name) => quiet(times[name])],
  ['processor time of it', (name) => ticks[name]],
]) {
  if (spent(limit) === 0) continue
  recordRatios({
    what,
    limit: `${limit}, no flags, no checks`,
    target: 1 / 1.15,
    ratios: Object.fromEntries(compared.map((name) => [name, spent(limit) / spent(name)])),
  })
}

/** Processor time of all children so far, in hundredths of a second: what is waited for does not count, so a busy machine disturbs it less. */
function childTicks() {
  if (process.platform !== 'linux') return 0
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return Number(fields[13]) + Number(fields[14])
}
