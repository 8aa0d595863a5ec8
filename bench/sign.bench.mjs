// Signing a client assertion, one at a time and sixteen at once, beside a bare node:crypto loop and other libraries.
// Every candidate runs in short slices, interleaved in random order; the ratio is the median of the slices' paired ratios.
import { createPrivateKey, randomUUID, sign } from 'node:crypto'
import fastJwt from 'fast-jwt'
import { importPKCS8, SignJWT } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { generateKey, writePrivateKey } from 'pkjwt/keys'
import { createAssertion } from 'pkjwt/protocol'
import { measureInTurns, printTable, ratiosOf, recordRatios } from './harness.mjs'

const clientId = '0oa1abcdEFGHijkl2345'
const audience = 'https://example.okta.com/oauth2/v1/token'

const hashes = { RS256: 'sha256', ES256: 'sha256', EdDSA: undefined }

/** The same six claims that `createAssertion` makes. */
function claimsNow() {
  const now = Math.floor(Date.now() / 1000)
  return { iss: clientId, sub: clientId, aud: audience, iat: now - 5, exp: now + 300, jti: randomUUID() }
}

async function candidatesFor(alg) {
  const key = await generateKey({ alg })
  const pem = await writePrivateKey(key, 'pkcs8')
  const keyObject = createPrivateKey(pem)
  const joseKey = await importPKCS8(pem, alg)
  const data = Buffer.from('x'.repeat(330))
  const hash = hashes[alg]
  const fast = fastJwt.createSigner({ algorithm: alg, key: pem, kid: key.kid, noTimestamp: true })
  const bare = hash === undefined ? () => sign(null, data, keyObject) : () => sign(hash, data, keyObject)
  const pooled = () =>
    new Promise((resolve, reject) => sign(hash, data, keyObject, (error, value) => (error ? reject(error) : resolve(value))))
  return {
    bare,
    pooled,
    pkjwt: () => createAssertion({ key, clientId, audience, profile: 'rfc7523' }),
    'fast-jwt': () => fast(claimsNow()),
    jose: () => new SignJWT(claimsNow()).setProtectedHeader({ alg, kid: key.kid, typ: 'JWT' }).sign(joseKey),
    ...(alg === 'EdDSA'
      ? {}
      : { jsonwebtoken: () => jsonwebtoken.sign(claimsNow(), keyObject, { algorithm: alg, keyid: key.kid, noTimestamp: true }) }),
  }
}

const targets = { ES256: 0.8, EdDSA: 0.8, RS256: 0.95 }
const rows = []
for (const alg of ['ES256', 'EdDSA', 'RS256']) {
  const { pooled, ...candidates } = await candidatesFor(alg)
  const serial = await measureInTurns({ candidates, limit: 'bare', sliceMilliseconds: 60, rounds: 25 })
  for (const [name, { ratio, rate }] of Object.entries(serial)) rows.push({ case: `${alg}, one at a time`, name, ratio, rate })
  recordRatios({
    what: `${alg}, one at a time`,
    limit: 'bare node:crypto',
    target: targets[alg],
    ratios: ratiosOf(serial, 'bare'),
  })
  if (alg !== 'RS256') continue
  const { bare: _, jsonwebtoken: __, ...parallel } = { ...candidates, pooled }
  const concurrent = await measureInTurns({
    candidates: parallel,
    limit: 'pooled',
    sliceMilliseconds: 120,
    rounds: 15,
    inFlight: 16,
  })
  for (const [name, { ratio, rate }] of Object.entries(concurrent)) rows.push({ case: `${alg}, 16 in flight`, name, ratio, rate })
  recordRatios({
    what: `${alg}, 16 in flight`,
    limit: 'bare node:crypto on the thread pool',
    target: 0.97,
    ratios: ratiosOf(concurrent, 'pooled'),
  })
}
printTable('Signatures per second, as a ratio to the bare node:crypto loop (16 in flight: to its callback form)', rows)
