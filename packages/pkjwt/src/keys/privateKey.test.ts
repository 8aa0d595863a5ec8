import { describe, expect, it } from 'vitest'
import { algorithmNames, generateKey, readPrivateKey, readPublicKeys, writePrivateKey, writePublicKeys } from './index.js'

describe('slice', () => {
  for (const alg of algorithmNames)
    it(alg, async () => {
      const key = await generateKey({ alg })
      const data = new Uint8Array(100)
      for (const format of [
        'jwk',
        'pkcs8',
        ...(key.kty === 'RSA' ? ['pkcs1'] : []),
        ...(key.kty === 'EC' ? ['sec1'] : []),
      ] as const) {
        const written = await writePrivateKey(key, format as 'jwk')
        const again = await readPrivateKey(written, { alg })
        expect(again.thumbprint).toBe(key.thumbprint)
        expect(await key.publicKey.verify(alg, data, await again.sign(data))).toBe(true)
        expect((await readPrivateKey(JSON.stringify({ a: written }), { alg })).thumbprint).toBe(key.thumbprint)
      }
      for (const format of ['jwk', 'jwks', 'spki'] as const) {
        const {
          keys: [pub],
        } = await readPublicKeys(await writePublicKeys(key, format))
        expect(await pub?.verify(alg, data, await key.sign(data))).toBe(true)
        data[3] = 1 - (data[3] ?? 0)
        const sig = await key.sign(data)
        data[3] = 1 - (data[3] ?? 0)
        expect(await pub?.verify(alg, data, sig)).toBe(false)
      }
    })
})
