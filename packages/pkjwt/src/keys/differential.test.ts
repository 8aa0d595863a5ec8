import { createPrivateKey, createPublicKey, type KeyObject, sign as nodeSign, verify as nodeVerify } from 'node:crypto'
import * as jose from 'jose'
import { describe, expect, it } from 'vitest'
import { generateKeyPairSync } from '../nodeKeys.testing.js'
import {
  algorithmNames,
  algorithms,
  generateKey,
  readPrivateKey,
  readPublicKeys,
  writePrivateKey,
  writePublicKeys,
} from './index.js'

// The same keys and signatures by others: jose and node:crypto. Where we differ on purpose, the last block says why.

const data = new TextEncoder().encode('header.payload')

describe.each(algorithmNames)('%s', (alg) => {
  it('jose verifies what we sign, and we verify what jose signs', async () => {
    const key = await generateKey({ alg })
    const jwk = { ...(await writePrivateKey(key, 'jwk')) } as jose.JWK
    const protectedHeader = { alg }
    const theirs = await new jose.FlattenedSign(data).setProtectedHeader(protectedHeader).sign(await jose.importJWK(jwk, alg))
    const input = new TextEncoder().encode(`${theirs.protected}.${theirs.payload}`)
    expect(await key.publicKey.verify(alg, input, jose.base64url.decode(theirs.signature))).toBe(true)
    const ours = { ...theirs, signature: jose.base64url.encode(await key.sign(input)) }
    const publicKey = await jose.importJWK({ ...(await writePublicKeys(key, 'jwk')) } as jose.JWK, alg)
    await expect(jose.flattenedVerify(ours, publicKey)).resolves.toMatchObject({ payload: expect.anything() })
  })

  it('node:crypto verifies what we sign, and we verify what it signs', async () => {
    const key = await generateKey({ alg })
    const { hash, scheme } = algorithms[alg]
    const options = {
      ...(scheme === 'ECDSA' && { dsaEncoding: 'ieee-p1363' as const }),
      ...(scheme === 'RSASSA-PSS' && { padding: 6, saltLength: -1 }),
    }
    const digest = hash?.replace('-', '').toLowerCase()
    const privateKey = createPrivateKey(await writePrivateKey(key, 'pkcs8'))
    const publicKey = createPublicKey(await writePublicKeys(key, 'spki'))
    expect(await key.publicKey.verify(alg, data, nodeSign(digest, data, { key: privateKey, ...options }))).toBe(true)
    expect(nodeVerify(digest, data, { key: publicKey, ...options }, await key.sign(data))).toBe(true)
  })

  it('jose gives the same thumbprint', async () => {
    const key = await generateKey({ alg })
    expect(await jose.calculateJwkThumbprint({ ...key.publicKey.jwk } as jose.JWK)).toBe(key.thumbprint)
  })

  it('jose imports what we write, and we read what jose exports', async () => {
    const key = await generateKey({ alg })
    const theirs = await jose.importPKCS8(await writePrivateKey(key, 'pkcs8'), alg, { extractable: true })
    expect((await readPrivateKey(await jose.exportPKCS8(theirs), { alg })).thumbprint).toBe(key.thumbprint)
    expect((await readPrivateKey(await jose.exportJWK(theirs), { alg })).thumbprint).toBe(key.thumbprint)
    const theirPublic = await jose.importSPKI(await writePublicKeys(key, 'spki'), alg, { extractable: true })
    expect((await readPublicKeys(await jose.exportSPKI(theirPublic))).keys[0]?.thumbprint).toBe(key.thumbprint)
  })
})

/** Every form that node:crypto exports: what it reads, and we read, is the same key. */
describe('the forms of node:crypto', () => {
  const pairs: [string, KeyObject, string[]][] = [
    ['RSA 2048', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, ['pkcs8', 'pkcs1']],
    ['RSA 2056, which is no power of two', generateKeyPairSync('rsa', { modulusLength: 2056 }).privateKey, ['pkcs8', 'pkcs1']],
    [
      'RSA with exponent 3',
      generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).privateKey,
      ['pkcs8', 'pkcs1'],
    ],
    ['P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, ['pkcs8', 'sec1']],
    ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey, ['pkcs8', 'sec1']],
    ['P-521', generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey, ['pkcs8', 'sec1']],
    ['Ed25519', generateKeyPairSync('ed25519').privateKey, ['pkcs8']],
  ]

  it.each(pairs)('%s', async (_, key, types) => {
    const expected = key.export({ format: 'jwk' })
    for (const type of types) {
      for (const format of ['pem', 'der'] as const) {
        const read = await readPrivateKey(key.export({ format: format as 'pem', type: type as 'pkcs8' }))
        expect(await writePrivateKey(read, 'jwk')).toEqual(expected)
      }
    }
    for (const cipher of ['aes-128-cbc', 'aes-256-cbc', 'des-ede3-cbc']) {
      const pem = key.export({ format: 'pem', type: 'pkcs8', cipher, passphrase: 'secret' })
      expect(await writePrivateKey(await readPrivateKey(pem.toString(), { passphrase: 'secret' }), 'jwk')).toEqual(expected)
    }
  })
})

describe('what others take and we do not, on purpose', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  const ed = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const padded = (member: string | undefined) =>
    Buffer.concat([Buffer.of(0), Buffer.from(member ?? '', 'base64url')]).toString('base64url')

  it.each<[what: string, why: string, jwk: object, code: string]>([
    [
      'an RSA key whose dp is that of another key',
      'its signatures would betray the primes',
      { ...rsa, dp: other.dp },
      'key_inconsistent',
    ],
    [
      'an RSA key whose d is that of another key',
      'it signs by p and q, and breaks where only d is used',
      { ...rsa, d: other.d },
      'key_inconsistent',
    ],
    [
      'an RSA modulus with a zero in front',
      'two texts for one key give two thumbprints',
      { ...rsa, n: padded(rsa.n) },
      'key_malformed',
    ],
    [
      'an Ed25519 key with the x of another',
      'what is registered would never verify',
      { ...ed, x: generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x },
      'key_inconsistent',
    ],
    [
      'RSA of 1024 bits',
      'it can be factored',
      generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'jwk' }),
      'key_too_small',
    ],
    ['a member with padding', 'two texts for one key give two thumbprints', { ...ec, d: `${ec.d}=` }, 'key_malformed'],
  ])('node:crypto takes %s; we do not, because %s', async (_what, _why, jwk, code) => {
    expect(() => createPrivateKey({ key: { ...jwk }, format: 'jwk' })).not.toThrow()
    await expect(readPrivateKey(jwk)).rejects.toMatchObject({ code })
  })

  it('node:crypto takes any public Ed25519 key; we take no point with which everybody can sign', async () => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.concat([Buffer.of(1), Buffer.alloc(31)]).toString('base64url') }
    expect(() => createPublicKey({ key: jwk, format: 'jwk' })).not.toThrow()
    await expect(readPublicKeys(jwk)).rejects.toMatchObject({ code: 'key_inconsistent' })
  })

  it('jose takes a JWK for encryption to sign with; we keep to "use"', async () => {
    const jwk = { ...ec, use: 'enc' }
    await expect(jose.importJWK(jwk, 'ES256')).resolves.toBeDefined()
    await expect(readPrivateKey(jwk)).rejects.toMatchObject({ code: 'key_not_for_signing' })
  })

  it('jose refuses PKCS#1 and SEC1; we read them', async () => {
    for (const alg of ['RS256', 'ES256'] as const) {
      const key = await generateKey({ alg })
      const pem = await writePrivateKey(key, alg === 'RS256' ? 'pkcs1' : 'sec1')
      await expect(jose.importPKCS8(pem, alg)).rejects.toThrow('PKCS#8')
      await expect(readPrivateKey(pem)).resolves.toMatchObject({ thumbprint: key.thumbprint })
    }
  })
})
