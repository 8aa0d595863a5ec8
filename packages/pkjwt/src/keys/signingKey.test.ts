import { createPrivateKey } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { generateKeyPairSync } from '../nodeKeys.testing.js'
import type { Algorithm, PrivateJwk, SigningKey } from './index.js'
import { algorithmNames, generateKey, readPrivateKey, writePrivateKey } from './index.js'

const data = new TextEncoder().encode('header.payload')
const jwkOf = (crv: 'P-256' | 'P-384' | 'P-521') =>
  generateKeyPairSync('ec', { namedCurve: crv }).privateKey.export({ format: 'jwk' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
const ec = jwkOf('P-256')
const ed = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })

describe('the algorithm of a key', () => {
  it.each([
    ['RSA', rsa, 'RS256'],
    ['P-256', ec, 'ES256'],
    ['P-384', jwkOf('P-384'), 'ES384'],
    ['P-521', jwkOf('P-521'), 'ES512'],
    ['Ed25519', ed, 'EdDSA'],
  ])('is by default, of %s, %3$s', async (_, jwk, alg) => {
    expect((await readPrivateKey(jwk)).alg).toBe(alg)
  })

  it.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const)(
    'is %s when it says so, or when asked',
    async (alg) => {
      for (const key of [
        await readPrivateKey({ ...rsa, alg }),
        await readPrivateKey(rsa, { alg }),
        await readPrivateKey({ ...rsa, alg }, { alg }),
      ]) {
        expect(key.alg).toBe(alg)
        expect(key.publicKey.alg).toBe(alg)
        expect(await key.publicKey.verify(alg, data, await key.sign(data))).toBe(true)
      }
    },
  )

  it('is not written into the public half when nobody said one', async () => {
    expect((await readPrivateKey(rsa)).publicKey).toMatchObject({ alg: undefined, kid: undefined })
    expect((await readPrivateKey(rsa)).publicKey.jwk).toEqual({ kty: 'RSA', n: rsa.n, e: rsa.e })
  })

  it('is EdDSA for the name of RFC 9864, in the public half as well', async () => {
    const key = await readPrivateKey({ ...ed, alg: 'Ed25519' })
    expect([key.alg, key.publicKey.alg, key.publicKey.jwk.alg]).toEqual(['EdDSA', 'EdDSA', 'EdDSA'])
  })

  it.each<[string, object, string]>([
    ['RS256 on an Ed25519 key', { ...ed, alg: 'RS256' }, '"RS256", and it is an Ed25519 key'],
    ['Ed25519 on an RSA key', { ...rsa, alg: 'Ed25519' }, '"Ed25519", and it is an RSA key'],
    ['ES384 on a P-256 key', { ...ec, alg: 'ES384' }, '"ES384", and it is a P-256 key'],
    ['ECDH-ES on a P-256 key', { ...ec, alg: 'ECDH-ES' }, '"ECDH-ES", and it is a P-256 key'],
  ])('is refused when the key says %s', async (_, jwk, why) => {
    await expect(readPrivateKey(jwk)).rejects.toMatchObject({ code: 'key_alg_mismatch', message: expect.stringContaining(why) })
  })

  it('is not asked of a key that is for something else', async () => {
    for (const purpose of [{ use: 'enc' }, { key_ops: ['decrypt'] }, { key_ops: [] }]) {
      await expect(readPrivateKey({ ...ec, ...purpose })).rejects.toMatchObject({ code: 'key_not_for_signing' })
    }
    await expect(readPrivateKey({ ...ec, use: 'sig', key_ops: ['verify', 'sign'] })).resolves.toMatchObject({ alg: 'ES256' })
  })

  it.each<[string, object, string, string, string]>([
    ['says another', { ...rsa, alg: 'PS256' }, 'RS256', 'key_alg_mismatch', '"alg" is PS256'],
    ['is of another type', ec, 'RS256', 'key_alg_mismatch', 'a P-256 key, which signs with ES256'],
    ['is on another curve', ec, 'ES384', 'key_alg_mismatch', 'a P-256 key, which signs with ES256'],
    ['is any', rsa, 'HS256', 'option_invalid', 'not one of ours'],
    ['is any', rsa, 'none', 'option_invalid', 'not one of ours'],
    ['is any', rsa, 'toString', 'option_invalid', 'not one of ours'],
  ])('is refused when the key %s', async (_, jwk, alg, code, why) => {
    await expect(readPrivateKey(jwk, { alg: alg as Algorithm })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(why),
    })
  })
})

describe('a key that was read', () => {
  it('has what its public half has', async () => {
    const key = await readPrivateKey({ ...ec, kid: 'a', use: 'sig', key_ops: ['sign'] })
    expect(key).toMatchObject({ kid: 'a', kty: 'EC', crv: 'P-256', bits: 256, thumbprint: key.publicKey.thumbprint })
    expect(key.publicKey.jwk).toEqual({ kty: 'EC', crv: 'P-256', x: ec.x, y: ec.y, kid: 'a', use: 'sig', key_ops: ['verify'] })
    expect((await readPrivateKey(rsa)).bits).toBe(2048)
  })

  it.each([
    ['EC', ec, jwkOf('P-256')],
    ['Ed25519', ed, generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })],
  ])('of %s is refused with the private part of another', async (_, jwk, other) => {
    await expect(readPrivateKey({ ...jwk, d: other.d })).rejects.toMatchObject({
      code: 'key_inconsistent',
      message: 'Cannot use the key: its private part does not belong to its public part',
    })
  })
})

describe('signatures', () => {
  it.each(['ES256', 'ES384', 'ES512', 'EdDSA'] as const)('of %s are there at once', async (alg) => {
    const key = await generateKey({ alg })
    expect(key.sign(data)).toBeInstanceOf(Uint8Array)
    expect(key.publicKey.verify(alg, data, await key.sign(data))).toBe(true)
  })

  it.each(['RS256', 'PS256'] as const)('of %s are there at once when they come one at a time', async (alg) => {
    const key = await generateKey({ alg })
    for (let time = 0; time < 5; time++) {
      const signature = key.sign(data)
      expect(signature).toBeInstanceOf(Uint8Array)
      await signature
    }
  })

  it('of RSA in a burst go to the thread pool, all but the first', async () => {
    const key = await generateKey()
    const burst = Array.from({ length: 64 }, () => key.sign(data))
    expect(burst.map((each) => each instanceof Promise)).toEqual([false, ...Array.from({ length: 63 }, () => true)])
    const signatures = await Promise.all(burst)
    for (const signature of signatures) expect(key.publicKey.verify('RS256', data, signature)).toBe(true)
    expect(key.sign(data)).toBeInstanceOf(Uint8Array)
  })

  it('of RSA never hold the event loop for longer than two of them', async () => {
    const key = await generateKey()
    const ones: number[] = []
    const bursts: number[] = []
    // The best of several, since the machine does other things as well.
    for (let time = 0; time < 10; time++) {
      const start = performance.now()
      await key.sign(data)
      ones.push(performance.now() - start)
      const begun = performance.now()
      const burst = Promise.all(Array.from({ length: 64 }, async () => key.sign(data)))
      bursts.push(performance.now() - begun)
      await burst
    }
    expect(Math.min(...bursts)).toBeLessThan(2 * Math.min(...ones) + 0.5)
  })

  it('of RSA wait for the pool as long as it works', async () => {
    const key = await generateKey()
    const [first, second] = [key.sign(data), key.sign(data)]
    await first
    expect(key.sign(data)).toBeInstanceOf(Promise)
    await second
  })

  it('of RSA go to the pool always, when asked', async () => {
    const key = await readPrivateKey(rsa, { alwaysInPool: true })
    const signature = key.sign(data)
    expect(signature).toBeInstanceOf(Promise)
    expect(key.publicKey.verify('RS256', data, await signature)).toBe(true)
  })

  it.each([
    ['a Uint8Array', Uint8Array.from(data)],
    ['a Buffer', Buffer.from(data)],
  ])('of RSA are of the data as it was when they were asked for, in %s', async (_, mutable) => {
    const key = await readPrivateKey(rsa, { alwaysInPool: true })
    const burst = Array.from({ length: 20 }, () => key.sign(mutable))
    mutable.fill(0)
    for (const signature of await Promise.all(burst)) expect(key.publicKey.verify('RS256', data, signature)).toBe(true)
  })
})

describe('verify()', () => {
  it('answers no, and throws nothing, for a signature that is none', async () => {
    for (const alg of algorithmNames) {
      const key = await generateKey({ alg })
      const signature = await key.sign(data)
      const wrong = [
        new Uint8Array(),
        signature.subarray(1),
        Uint8Array.of(...signature, 0),
        new Uint8Array(signature.length),
        signature.map(() => 255),
      ]
      for (const each of wrong) expect(key.publicKey.verify(alg, data, each)).toBe(false)
    }
  })

  it('answers no for an algorithm of another type or curve', async () => {
    const key = await generateKey({ alg: 'ES256' })
    const signature = await key.sign(data)
    for (const alg of algorithmNames.filter((name) => name !== 'ES256'))
      expect(key.publicKey.verify(alg, data, signature)).toBe(false)
  })

  it('tells RS256 from PS256 and RS384', async () => {
    const key = await generateKey({ alg: 'RS256' })
    const signature = await key.sign(data)
    expect(key.publicKey.verify('RS256', data, signature)).toBe(true)
    for (const alg of ['PS256', 'RS384', 'PS384'] as const) expect(key.publicKey.verify(alg, data, signature)).toBe(false)
  })
})

describe('the private part of a key does not show', () => {
  const secretsOf = (jwk: PrivateJwk) => [jwk.d, jwk.p, jwk.q, jwk.dp, jwk.dq, jwk.qi].filter((secret) => secret !== undefined)
  const shown: [string, (key: SigningKey) => unknown][] = [
    ['util.inspect', (key) => inspect(key)],
    ['util.inspect, with everything', (key) => inspect(key, { showHidden: true, depth: null, getters: true, showProxy: true })],
    ['util.inspect without our word', (key) => inspect(key, { customInspect: false, showHidden: true, depth: null })],
    ['JSON.stringify', (key) => JSON.stringify({ key })],
    ['a copy', (key) => inspect({ ...key }, { showHidden: true, depth: null })],
    ['a template', (key) => `${String(key)} ${Object.entries(key).flat().map(String).join(' ')}`],
    [
      'structuredClone',
      (key) => {
        try {
          return inspect(structuredClone(key))
        } catch (error) {
          return inspect(error)
        }
      },
    ],
  ]

  it.each(shown)('in %s', async (_, show) => {
    for (const alg of ['RS256', 'ES256', 'EdDSA'] as const) {
      const key = await generateKey({ alg })
      const text = String(show(key))
      for (const secret of secretsOf(await writePrivateKey(key, 'jwk'))) {
        expect(text).not.toContain(secret)
        expect(text).not.toContain(Buffer.from(secret, 'base64url').toString('hex'))
      }
    }
  })

  it('in what a debugging print says instead, which helps', async () => {
    const key = await generateKey({ alg: 'ES256', kid: 'a' })
    expect(inspect(key)).toBe(`SigningKey {"alg":"ES256","kid":"a","thumbprint":"${key.thumbprint}"}`)
    expect(JSON.parse(JSON.stringify(key))).toEqual({ alg: 'ES256', kid: 'a', thumbprint: key.thumbprint })
    expect(inspect(await readPrivateKey(ec))).not.toContain('kid')
  })

  it('and cannot be changed', async () => {
    const key = await generateKey({ alg: 'ES256' })
    expect(Object.isFrozen(key)).toBe(true)
  })
})

it('a key that is not extractable signs, and is not written', async () => {
  const key = await readPrivateKey(ec, { extractable: false })
  expect(key.publicKey.verify('ES256', data, await key.sign(data))).toBe(true)
  await expect(writePrivateKey(key, 'jwk')).rejects.toMatchObject({ code: 'key_not_extractable' })
  await expect(writePrivateKey({ ...(await readPrivateKey(ec)) }, 'jwk')).rejects.toMatchObject({ code: 'key_not_extractable' })
})

it('a JWK that is changed after it was read changes nothing', async () => {
  const jwk = { ...ec }
  const key = await readPrivateKey(jwk)
  Object.assign(jwk, jwkOf('P-256'))
  expect(await writePrivateKey(key, 'jwk')).toEqual(createPrivateKey({ key: ec, format: 'jwk' }).export({ format: 'jwk' }))
})
