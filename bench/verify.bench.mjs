// Verifying a client assertion with all rules, one at a time, beside a bare node:crypto loop and other libraries.
import { createPublicKey, verify } from 'node:crypto'
import fastJwt from 'fast-jwt'
import { importJWK, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { generateKey, writePublicKeys } from 'pkjwt/keys'
import { createAssertion, verifyAssertion } from 'pkjwt/protocol'
import { measureInTurns, printTable, ratiosOf, recordRatios } from './harness.mjs'

const clientId = '0oa1abcdEFGHijkl2345'
const audience = 'https://example.okta.com/oauth2/v1/token'
const rows = []

for (const alg of ['ES256', 'RS256']) {
  const key = await generateKey({ alg })
  const token = await createAssertion({ key, clientId, audience })
  const keys = { keys: [key.publicKey] }
  const pem = await writePublicKeys(key.publicKey, 'spki')
  const keyObject = createPublicKey(pem)
  const joseKey = await importJWK(key.publicKey.jwk, alg)
  const data = Buffer.from(token.slice(0, token.lastIndexOf('.')))
  const signature = Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url')
  const encoding = alg === 'ES256' ? { key: keyObject, dsaEncoding: 'ieee-p1363' } : keyObject
  const fast = fastJwt.createVerifier({ key: pem, algorithms: [alg], allowedAud: audience, allowedIss: clientId, cache: false })
  const options = { audience, findClient: () => ({ clientId, keys }), rememberOnce: () => true }
  const candidates = {
    bare: () => verify('sha256', data, encoding, signature),
    pkjwt: () => verifyAssertion(token, options),
    'fast-jwt': () => fast(token),
    jose: () => jwtVerify(token, joseKey, { audience, issuer: clientId }),
    jsonwebtoken: () => jsonwebtoken.verify(token, keyObject, { audience, issuer: clientId, algorithms: [alg] }),
  }
  const measured = await measureInTurns({ candidates, limit: 'bare', sliceMilliseconds: 60, rounds: 20 })
  for (const [name, { ratio, rate }] of Object.entries(measured)) rows.push({ case: alg, name, ratio, rate })
  recordRatios({ what: alg, limit: 'bare node:crypto', ratios: ratiosOf(measured, 'bare') })
}
printTable('Verified assertions per second, as a ratio to the bare node:crypto loop', rows)
