import { type KeyObject, sign as nodeSign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { KeyError } from '../errors.js'
import { generateKeyPairSync } from '../nodeKeys.testing.js'
import type { Algorithm, PublicKey } from './index.js'
import { createSigner, readPublicKeys } from './index.js'

const data = new TextEncoder().encode('header.payload')

async function makePair(alg: 'ES256' | 'RS256' | 'EdDSA'): Promise<{ publicKey: PublicKey; privateKey: KeyObject }> {
  const pair = {
    ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    EdDSA: () => generateKeyPairSync('ed25519'),
  }[alg]()
  const [publicKey] = (await readPublicKeys({ ...pair.publicKey.export({ format: 'jwk' }), kid: 'a' })).keys
  if (publicKey === undefined) throw new Error('no key')
  return { publicKey, privateKey: pair.privateKey }
}

const raw = (key: KeyObject) => ({ key, dsaEncoding: 'ieee-p1363' as const })

describe('createSigner()', () => {
  it('signs by the function that it was given, once it has been seen to fit', async () => {
    const { publicKey, privateKey } = await makePair('ES256')
    const signer = createSigner({ alg: 'ES256', publicKey, sign: (bytes) => nodeSign('sha256', bytes, raw(privateKey)) })
    expect(signer).toMatchObject({ alg: 'ES256', kid: 'a', publicKey })
    expect(await publicKey.verify('ES256', data, await signer.sign(data))).toBe(true)
  })

  it('gives the function bytes of its own, which may be looked at as a whole buffer', async () => {
    const { publicKey, privateKey } = await makePair('ES256')
    const sign = ({ buffer }: Uint8Array) => nodeSign('sha256', new Uint8Array(buffer), raw(privateKey))
    const signer = createSigner({ alg: 'ES256', publicKey, sign })
    const signature = await signer.sign(Buffer.from('header.payload'))
    expect(await publicKey.verify('ES256', data, signature)).toBe(true)
  })

  it('takes the kid that it is given before that of the key, and the one key of a set', async () => {
    const { publicKey, privateKey } = await makePair('EdDSA')
    const signer = createSigner({
      alg: 'EdDSA',
      publicKey: { keys: [publicKey] },
      kid: 'b',
      sign: async (bytes) => nodeSign(null, bytes, privateKey),
    })
    expect(signer.kid).toBe('b')
    expect(await signer.sign(data)).toHaveLength(64)
  })

  it('converts what a KMS answers, every time', async () => {
    const { publicKey, privateKey } = await makePair('ES256')
    const signer = createSigner({
      alg: 'ES256',
      publicKey,
      signatureFormat: 'der',
      sign: (bytes) => nodeSign('sha256', bytes, privateKey),
    })
    for (let time = 0; time < 10; time++) {
      const signature = await signer.sign(data)
      expect(signature).toHaveLength(64)
      expect(await publicKey.verify('ES256', data, signature)).toBe(true)
    }
  })

  it('takes "der" for RSA as well, whose signatures have one form', async () => {
    const { publicKey, privateKey } = await makePair('RS256')
    const signer = createSigner({
      alg: 'RS256',
      publicKey,
      signatureFormat: 'der',
      sign: (bytes) => nodeSign('sha256', bytes, privateKey),
    })
    expect(await signer.sign(data)).toHaveLength(256)
  })

  it('verifies the first signature only', async () => {
    const { publicKey, privateKey } = await makePair('ES256')
    let verified = 0
    const verify: PublicKey['verify'] = (...input) => {
      verified++
      return publicKey.verify(...input)
    }
    const counting = { ...publicKey, verify }
    const signer = createSigner({
      alg: 'ES256',
      publicKey: counting,
      sign: (bytes) => nodeSign('sha256', bytes, raw(privateKey)),
    })
    await signer.sign(data)
    await signer.sign(data)
    expect(verified).toBe(1)
  })

  it('goes on verifying until one has held', async () => {
    const { publicKey, privateKey } = await makePair('ES256')
    let broken = true
    const sign = (bytes: Uint8Array) => (broken ? new Uint8Array(64).fill(1) : nodeSign('sha256', bytes, raw(privateKey)))
    const signer = createSigner({ alg: 'ES256', publicKey, sign })
    await expect(signer.sign(data)).rejects.toMatchObject({ code: 'signer_failed' })
    await expect(signer.sign(data)).rejects.toMatchObject({ code: 'signer_failed' })
    broken = false
    await expect(signer.sign(data)).resolves.toHaveLength(64)
  })
})

describe('a signer fails with a reason', () => {
  const failing = async (
    alg: 'ES256' | 'RS256',
    signatureFormat: 'raw' | 'der',
    sign: (key: KeyObject) => unknown,
  ): Promise<KeyError> => {
    const { publicKey, privateKey } = await makePair(alg)
    const signer = createSigner({ alg, publicKey, signatureFormat, sign: () => sign(privateKey) as Uint8Array })
    return Promise.resolve(signer.sign(data)).then(
      () => {
        throw new Error('it signed')
      },
      (error: unknown) => error as KeyError,
    )
  }

  it('when the key is another', async () => {
    const other = await makePair('ES256')
    const error = await failing('ES256', 'raw', () => nodeSign('sha256', data, raw(other.privateKey)))
    expect(error).toMatchObject({ code: 'signer_failed', message: expect.stringContaining('not of the public key') })
  })

  it('when DER comes where r‖s is meant, and says so', async () => {
    const error = await failing('ES256', 'raw', (key) => nodeSign('sha256', data, key))
    expect(error).toMatchObject({ code: 'signer_failed', hint: expect.stringContaining('signatureFormat: "der"') })
  })

  it('when r‖s comes where DER is meant, and says so', async () => {
    const error = await failing('ES256', 'der', (key) => nodeSign('sha256', data, raw(key)))
    expect(error).toMatchObject({
      code: 'signer_failed',
      message: expect.stringContaining('in DER'),
      hint: expect.stringContaining('r‖s'),
    })
  })

  it('when an RSA signature is cut short', async () => {
    const error = await failing('RS256', 'raw', (key) => nodeSign('sha256', data, key).subarray(1))
    expect(error).toMatchObject({ code: 'signer_failed', message: expect.stringContaining('255 bytes') })
  })

  it('when it gives no bytes', async () => {
    const error = await failing('ES256', 'raw', () => 'c2lnbmF0dXJl')
    expect(error).toMatchObject({ code: 'signer_failed', hint: expect.stringContaining('Uint8Array') })
  })

  it('when it throws, with what it threw as the cause', async () => {
    const cause = new Error('the KMS is away')
    const error = await failing('ES256', 'raw', () => {
      throw cause
    })
    expect(error).toMatchObject({ code: 'signer_failed', cause })
  })
})

describe('createSigner() refuses', () => {
  it.each<[Algorithm | 'HS256', string]>([
    ['RS256', 'a P-256 key, which signs with ES256'],
    ['ES384', 'a P-256 key, which signs with ES256'],
    ['HS256', '"HS256"'],
  ])('%s with a P-256 key', async (alg, why) => {
    const { publicKey } = await makePair('ES256')
    expect(() => createSigner({ alg: alg as Algorithm, publicKey, sign: () => data })).toThrow(
      expect.objectContaining({ code: 'key_alg_mismatch', message: expect.stringContaining(why) }),
    )
  })

  it('ES256 with an RSA key', async () => {
    const { publicKey } = await makePair('RS256')
    expect(() => createSigner({ alg: 'ES256', publicKey, sign: () => data })).toThrow(
      expect.objectContaining({
        code: 'key_alg_mismatch',
        message: expect.stringContaining('this is an RSA key, which signs with RS256, RS384'),
      }),
    )
  })

  it('a set of two keys, or of none', async () => {
    const { publicKey } = await makePair('ES256')
    for (const keys of [[], [publicKey, publicKey]]) {
      expect(() => createSigner({ alg: 'ES256', publicKey: { keys }, sign: () => data })).toThrow(
        expect.objectContaining({ code: 'key_ambiguous' }),
      )
    }
  })
})
