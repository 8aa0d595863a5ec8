// Reading a private key and making the first signature with it, as PEM and as JWK, beside other libraries.
import { createPrivateKey, sign } from 'node:crypto'
import { importJWK, importPKCS8 } from 'jose'
import { generateKey, readPrivateKey, writePrivateKey } from 'pkjwt/keys'
import { measureInTurns, printTable, ratiosOf, recordRatios } from './harness.mjs'

const data = Buffer.from('x'.repeat(330))
const rows = []

for (const alg of ['RS256', 'ES256', 'EdDSA']) {
  const key = await generateKey({ alg })
  const pem = await writePrivateKey(key, 'pkcs8')
  const jwk = await writePrivateKey(key, 'jwk')
  const hash = alg === 'EdDSA' ? null : 'sha256'
  const joseAlg = { name: alg.startsWith('RS') ? 'RSASSA-PKCS1-v1_5' : alg === 'EdDSA' ? 'Ed25519' : 'ECDSA', hash: 'SHA-256' }
  const forms = {
    PEM: {
      'node:crypto': () => sign(hash, data, createPrivateKey(pem)),
      pkjwt: async () => (await readPrivateKey(pem, { alg })).sign(data),
      jose: async () => crypto.subtle.sign(joseAlg, await importPKCS8(pem, alg), data),
    },
    JWK: {
      'node:crypto': () => sign(hash, data, createPrivateKey({ key: jwk, format: 'jwk' })),
      pkjwt: async () => (await readPrivateKey(jwk)).sign(data),
      jose: async () => crypto.subtle.sign(joseAlg, await importJWK({ ...jwk, use: undefined, ext: true }, alg), data),
    },
  }
  for (const [form, candidates] of Object.entries(forms)) {
    const measured = await measureInTurns({ candidates, limit: 'node:crypto', sliceMilliseconds: 60, rounds: 15 })
    for (const [name, { ratio, rate }] of Object.entries(measured)) rows.push({ key: `${alg}, ${form}`, name, ratio, rate })
    recordRatios({
      what: `${alg}, ${form}`,
      limit: 'node:crypto, which checks nothing',
      ratios: ratiosOf(measured, 'node:crypto'),
    })
  }
}
printTable('Reading a key and signing once, per second, as a ratio to node:crypto (which checks nothing)', rows)
