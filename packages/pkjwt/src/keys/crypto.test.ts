import { describe, expect, it } from 'vitest'
import { type Algorithm, algorithmNames, algorithms } from './algorithms.js'
import type { Crypto } from './crypto.js'
import * as nodeCrypto from './crypto.node.js'
import * as webCrypto from './crypto.web.js'
import type { PrivateJwk } from './key.js'

// That both modules fit here is what makes them interchangeable: the import condition chooses one, and no type would notice.
const libraries: Record<string, Crypto> = { 'node:crypto': nodeCrypto, 'Web Crypto': webCrypto }
const others: Record<string, Crypto> = { 'node:crypto': webCrypto, 'Web Crypto': nodeCrypto }
const data = new TextEncoder().encode('header.payload')

it('both libraries export the same names', () => {
  expect(Object.keys(nodeCrypto).toSorted()).toEqual(Object.keys(webCrypto).toSorted())
})

describe.each(Object.entries(libraries))('%s', (name, library) => {
  const other = others[name] ?? library
  let rsa: Promise<PrivateJwk> | undefined
  // Primes take their time, and an RSA key does for all algorithms of its type.
  const makeKey = (alg: Algorithm): Promise<PrivateJwk> => {
    if (algorithms[alg].kty !== 'RSA') return library.generatePrivate(alg, 0)
    rsa ??= library.generatePrivate(alg, 2048)
    return rsa
  }

  it.each(algorithmNames)('%s: signs what the other verifies', async (alg) => {
    const jwk = await makeKey(alg)
    const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...publicJwk } = jwk
    const sign = await library.importPrivate(jwk, alg)
    const signature = await sign(data)
    expect(signature).toHaveLength(algorithms[alg].signatureBytes ?? 256)
    expect(await other.importPublic(publicJwk)(alg, data, signature)).toBe(true)
    expect(await other.importPublic(publicJwk)(alg, Uint8Array.of(0), signature)).toBe(false)
  })

  it.each(['ES256', 'ES384', 'ES512', 'EdDSA'] as const)(
    '%s: computes the public part of its own keys and of those of the other',
    async (alg) => {
      const { x, y } = await library.generatePrivate(alg, 0)
      for (const maker of [library, other]) {
        const jwk = await maker.generatePrivate(alg, 0)
        const expected = jwk.y === undefined ? { x: jwk.x } : { x: jwk.x, y: jwk.y }
        expect(await library.publicPoint(jwk)).toEqual(expected)
        expect(expected).not.toEqual({ x, y })
      }
    },
  )

  it('generatePrivate() gives the members of the type and no others', async () => {
    expect(Object.keys(await makeKey('RS256')).toSorted()).toEqual(['d', 'dp', 'dq', 'e', 'kty', 'n', 'p', 'q', 'qi'])
    expect(Object.keys(await library.generatePrivate('ES256', 0)).toSorted()).toEqual(['crv', 'd', 'kty', 'x', 'y'])
    expect(Object.keys(await library.generatePrivate('EdDSA', 0)).toSorted()).toEqual(['crv', 'd', 'kty', 'x'])
  })

  it('PSS has a salt as long as its digest', async () => {
    const { createPublicKey, verify } = await import('node:crypto')
    for (const [alg, digest, saltLength] of [
      ['PS256', 'sha256', 32],
      ['PS384', 'sha384', 48],
      ['PS512', 'sha512', 64],
    ] as const) {
      const jwk = await makeKey(alg)
      const sign = await library.importPrivate(jwk, alg)
      const key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
      const signature = await sign(data)
      expect(verify(digest, data, { key, padding: 6, saltLength }, signature)).toBe(true)
      expect(verify(digest, data, { key, padding: 6, saltLength: saltLength - 1 }, signature)).toBe(false)
    }
  })

  it('sha256() is SHA-256', async () => {
    const digest = await library.sha256(new TextEncoder().encode('abc'))
    expect(Buffer.from(digest).toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})
