import { createPrivateKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFolder, hasKeyTools } from '../containers/tools.testing.js'
import type { Algorithm, PrivateKeyFormat } from './index.js'
import {
  algorithmNames,
  algorithms,
  describeKey,
  generateKey,
  readPrivateKey,
  writePrivateKey,
  writePublicKeys,
} from './index.js'

describe('generateKey()', () => {
  it.each(algorithmNames)('makes a key for %s, named by its thumbprint', async (alg) => {
    const key = await generateKey({ alg })
    const { kty, crv } = algorithms[alg]
    expect(key).toMatchObject({
      alg,
      kty,
      crv,
      kid: key.thumbprint,
      bits: kty === 'RSA' ? 2048 : Number(crv?.replace(/\D/g, '').replace('25519', '256')),
    })
    expect(key.publicKey.jwk).toMatchObject({ kid: key.thumbprint, alg, use: 'sig' })
  })

  it('makes an RS256 key of 2048 bits when nothing is said, and keeps a kid that is', async () => {
    expect(await generateKey()).toMatchObject({ alg: 'RS256', bits: 2048 })
    expect(await generateKey({ kid: 'mine', alg: 'ES256' })).toMatchObject({ kid: 'mine', publicKey: { kid: 'mine' } })
    expect(await generateKey({ bits: 3072 })).toMatchObject({ bits: 3072 })
  })

  it.each([2047, 2049, 1024, 16392, 2048.5, Number.NaN])('makes no RSA key of %d bits', async (bits) => {
    await expect(generateKey({ bits })).rejects.toMatchObject({ code: 'option_invalid' })
  })

  it('minds no bits for EC, and refuses an algorithm that is none', async () => {
    await expect(generateKey({ alg: 'ES256', bits: 1 })).resolves.toMatchObject({ bits: 256 })
    await expect(generateKey({ alg: 'HS256' as Algorithm })).rejects.toMatchObject({ code: 'option_invalid' })
  })

  it('makes a key that is not extractable, when asked', async () => {
    const key = await generateKey({ alg: 'ES256', extractable: false })
    await expect(writePrivateKey(key, 'pkcs8')).rejects.toMatchObject({ code: 'key_not_extractable' })
  })
})

const formats: Record<'RSA' | 'EC' | 'OKP', PrivateKeyFormat[]> = {
  RSA: ['jwk', 'pkcs8', 'pkcs1'],
  EC: ['jwk', 'pkcs8', 'sec1'],
  OKP: ['jwk', 'pkcs8'],
}

describe('writePrivateKey()', () => {
  const rows = algorithmNames.flatMap((alg) => formats[algorithms[alg].kty].map((format) => [alg, format] as const))

  it.each(rows)('writes %s as %s, and reads it again', async (alg, format) => {
    const key = await generateKey({ alg })
    const again = await readPrivateKey(await writePrivateKey(key, format), { alg })
    expect(await writePrivateKey(again, 'jwk')).toMatchObject(
      await writePrivateKey(await readPrivateKey(await writePrivateKey(key, 'pkcs8')), 'jwk'),
    )
    expect(again.thumbprint).toBe(key.thumbprint)
    expect(again.kid).toBe(format === 'jwk' ? key.kid : undefined)
  })

  it('writes what node:crypto writes, byte for byte', async () => {
    for (const alg of ['RS256', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const) {
      const key = await generateKey({ alg })
      const { kid: _kid, alg: _alg, use: _use, ...members } = await writePrivateKey(key, 'jwk')
      const node = createPrivateKey({ key: { ...members }, format: 'jwk' })
      expect(node.export({ format: 'jwk' })).toEqual(members)
      expect(await writePrivateKey(key, 'pkcs8')).toBe(node.export({ format: 'pem', type: 'pkcs8' }))
      if (key.kty === 'RSA') expect(await writePrivateKey(key, 'pkcs1')).toBe(node.export({ format: 'pem', type: 'pkcs1' }))
      if (key.kty === 'EC') expect(await writePrivateKey(key, 'sec1')).toBe(node.export({ format: 'pem', type: 'sec1' }))
    }
  })

  it('keeps kid, alg, use and key_ops in a JWK', async () => {
    const jwk = { ...(await writePrivateKey(await generateKey({ alg: 'ES256' }), 'jwk')), kid: 'a', key_ops: ['sign'] }
    expect(await writePrivateKey(await readPrivateKey(jwk), 'jwk')).toEqual(jwk)
  })

  it.each([
    ['EdDSA', 'sec1', /SEC1 holds EC keys only/],
    ['EdDSA', 'pkcs1', /PKCS#1 holds RSA keys only/],
    ['ES256', 'pkcs1', /PKCS#1 holds RSA keys only/],
    ['RS256', 'sec1', /SEC1 holds EC keys only/],
  ] as const)('does not write %s as %s', async (alg, format, why) => {
    await expect(writePrivateKey(await generateKey({ alg }), format)).rejects.toMatchObject({
      code: 'key_unsupported',
      message: expect.stringMatching(why),
    })
  })

  it('refuses a form that it does not know', async () => {
    const key = await generateKey({ alg: 'ES256' })
    await expect(writePrivateKey(key, 'pem' as PrivateKeyFormat)).rejects.toMatchObject({ code: 'option_invalid' })
  })

  it.each(['RS256', 'EdDSA'] as const)('encrypts %s, each time differently', async (alg) => {
    const key = await generateKey({ alg })
    const [one, two] = [
      await writePrivateKey(key, 'pkcs8', { passphrase: 'Grüße 😀' }),
      await writePrivateKey(key, 'pkcs8', { passphrase: 'Grüße 😀' }),
    ]
    expect(one).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/)
    expect(one).not.toBe(two)
    expect((await readPrivateKey(one, { passphrase: 'Grüße 😀' })).thumbprint).toBe(key.thumbprint)
    expect(createPrivateKey({ key: two, passphrase: 'Grüße 😀' }).asymmetricKeyType).toBe({ RS256: 'rsa', EdDSA: 'ed25519' }[alg])
    await expect(readPrivateKey(one, { passphrase: 'Grüße' })).rejects.toMatchObject({ code: 'key_passphrase_wrong' })
  })

  it('encrypts no other form', async () => {
    const key = await generateKey()
    for (const format of ['jwk', 'pkcs1'] as const) {
      await expect(writePrivateKey(key, format as 'pkcs1', { passphrase: 'secret' })).rejects.toMatchObject({
        code: 'option_invalid',
      })
    }
    await expect(writePrivateKey(key, 'pkcs8', { passphrase: '' })).rejects.toMatchObject({ code: 'option_invalid' })
  })

  const { openssl, write, read } = createFolder()
  it.skipIf(!hasKeyTools)('writes an encryption that openssl reads, with 600,000 rounds', async () => {
    const key = await generateKey({ alg: 'ES256' })
    write('encrypted.pem', await writePrivateKey(key, 'pkcs8', { passphrase: 'secret' }))
    openssl('pkcs8 -in encrypted.pem -passin pass:secret -out plain.pem')
    expect((await readPrivateKey(read('plain.pem'))).thumbprint).toBe(key.thumbprint)
    openssl('asn1parse -in encrypted.pem -out parsed.der -noout')
    const der = Buffer.from(read('encrypted.pem').replaceAll(/-.*-|\n/g, ''), 'base64').toString('hex')
    expect(der).toContain(`0203${(600_000).toString(16).padStart(6, '0')}`)
  })
})

describe('readPrivateKey()', () => {
  const jwk = async (kid: string | undefined, alg: Algorithm = 'ES256') => {
    const { kid: _kid, ...members } = await writePrivateKey(await generateKey({ alg }), 'jwk')
    return kid === undefined ? members : { ...members, kid }
  }

  it('lets a key without kid have none, and takes one that it is given', async () => {
    const pem = await writePrivateKey(await generateKey({ alg: 'ES256' }), 'pkcs8')
    expect((await readPrivateKey(pem)).kid).toBeUndefined()
    expect(await readPrivateKey(pem, { kid: 'a' })).toMatchObject({ kid: 'a', publicKey: { kid: 'a', jwk: { kid: 'a' } } })
    expect(await readPrivateKey(await jwk('a'), { kid: 'b' })).toMatchObject({ kid: 'b' })
  })

  it('takes the kid of a service account', async () => {
    const key = await generateKey()
    const account = { private_key_id: 'abc', private_key: await writePrivateKey(key, 'pkcs8'), client_id: '1' }
    expect(await readPrivateKey(account)).toMatchObject({ kid: 'abc', publicKey: { kid: 'abc' } })
    expect(await readPrivateKey(account, { kid: 'b' })).toMatchObject({ kid: 'b' })
  })

  it('chooses from a set by kid', async () => {
    const set = { keys: [await jwk('a'), await jwk('b'), await jwk(undefined)] }
    expect(await readPrivateKey(set, { kid: 'b' })).toMatchObject({ kid: 'b' })
    await expect(readPrivateKey(set)).rejects.toMatchObject({
      code: 'key_ambiguous',
      hint: 'Choose one by its kid: "a", "b", one without kid',
    })
    await expect(readPrivateKey(set, { kid: 'c' })).rejects.toMatchObject({
      code: 'key_not_found',
      message: expect.stringContaining('"c"'),
    })
    await expect(readPrivateKey({ keys: [await jwk('a'), await jwk('a')] }, { kid: 'a' })).rejects.toMatchObject({
      code: 'key_not_found',
    })
  })

  it('does not give the only key of a set another name', async () => {
    await expect(readPrivateKey({ keys: [await jwk('a')] }, { kid: 'b' })).rejects.toMatchObject({ code: 'key_not_found' })
    await expect(readPrivateKey({ keys: [await jwk('a')] }, { kid: 'a' })).resolves.toMatchObject({ kid: 'a' })
    await expect(readPrivateKey({ keys: [await jwk('a')] })).resolves.toMatchObject({ kid: 'a' })
  })

  it('reads any key that generateKey() made, in any form, mangled or not', async () => {
    const keys = await Promise.all(algorithmNames.map((alg) => generateKey({ alg })))
    const mangle = fc.constantFrom(
      (text: string) => text,
      (text: string) => text.replaceAll('\n', '\r\n'),
      (text: string) => text.replaceAll('\n', '\\n'),
      (text: string) => `"${text.replaceAll('\n', ' ')}"`,
      (text: string) => Buffer.from(text).toString('base64'),
      (text: string) => `\ufeff  ${text.trimEnd()}`,
      (text: string) => JSON.stringify({ deep: [{ key: text }] }),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...keys), fc.nat({ max: 2 }), mangle, async (key, which, change) => {
        const format = formats[key.kty][which] ?? 'pkcs8'
        const written = await writePrivateKey(key, format)
        const text = typeof written === 'string' ? change(written) : JSON.stringify(written)
        expect((await readPrivateKey(text)).thumbprint).toBe(key.thumbprint)
      }),
      { numRuns: 60 },
    )
  })
})

describe('describeKey()', () => {
  it('says what a private key is, and nothing of its private part', async () => {
    const key = await generateKey({ alg: 'ES256' })
    const jwk = await writePrivateKey(key, 'jwk')
    const description = await describeKey(jwk)
    expect(description).toEqual({
      kind: 'private',
      format: 'jwk',
      kty: 'EC',
      crv: 'P-256',
      bits: 256,
      algs: ['ES256'],
      kid: key.kid,
      thumbprint: key.thumbprint,
    })
    expect(JSON.stringify(description)).not.toContain(jwk.d)
  })

  it('names all algorithms of a key that names none', async () => {
    const key = await generateKey()
    expect(await describeKey(await writePrivateKey(key, 'pkcs1'))).toEqual({
      kind: 'private',
      format: 'pkcs1',
      kty: 'RSA',
      bits: 2048,
      algs: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
      thumbprint: key.thumbprint,
    })
  })

  it('says how a public key is written', async () => {
    const key = await generateKey({ alg: 'EdDSA' })
    expect(await describeKey(await writePublicKeys(key, 'spki'))).toMatchObject({
      kind: 'public',
      format: 'spki',
      thumbprint: key.thumbprint,
    })
    expect(await describeKey(await writePublicKeys(key, 'jwk'))).toMatchObject({ kind: 'public', format: 'jwk', kid: key.kid })
    expect(await describeKey((await writePublicKeys(key, 'spki')).repeat(2))).toMatchObject({
      kind: 'set',
      format: 'spki',
      keys: [{ kind: 'public' }, { kind: 'public' }],
    })
  })

  it('lists the keys of a set, private or not', async () => {
    const key = await generateKey({ alg: 'ES256' })
    const keys = [await writePublicKeys(key, 'jwk'), await writePrivateKey(key, 'jwk'), { kty: 'AKP' }]
    expect(await describeKey({ keys })).toMatchObject({
      kind: 'set',
      format: 'jwks',
      keys: [{ kind: 'public' }, { kind: 'private' }],
    })
    await expect(describeKey({ keys: [...keys, { kty: 'EC' }] })).rejects.toMatchObject({
      code: 'key_malformed',
      message: expect.stringContaining('key 4 of the set'),
    })
  })

  it('prefers the private key to what is with it', async () => {
    const key = await generateKey({ alg: 'ES256' })
    const [jwk, spki] = [await writePrivateKey(key, 'jwk'), await writePublicKeys(key, 'spki')]
    const pem = await writePrivateKey(key, 'sec1')
    expect(await describeKey(spki + pem)).toMatchObject({ kind: 'private', format: 'sec1' })
    expect(await describeKey({ a: { keys: [jwk] }, b: spki })).toMatchObject({ kind: 'private', format: 'jwk' })
    expect(await describeKey({ a: { keys: [key.publicKey.jwk] }, b: spki })).toMatchObject({
      kind: 'set',
      keys: [{ kind: 'public' }, { kind: 'public' }],
    })
    expect(await describeKey({ a: { keys: [] }, b: { keys: [] } })).toMatchObject({ kind: 'set', keys: [] })
  })

  it('looks over what is no key', async () => {
    const key = await generateKey({ alg: 'ES256' })
    const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n'
    expect(await describeKey(parameters + (await writePublicKeys(key, 'spki')))).toMatchObject({ kind: 'public', format: 'spki' })
  })

  it('names a key of a service account as its file does', async () => {
    const account = { private_key_id: 'abc', private_key: await writePrivateKey(await generateKey({ alg: 'ES256' }), 'pkcs8') }
    expect(await describeKey(account)).toMatchObject({ kind: 'private', kid: 'abc' })
  })

  it('lists what a type can do when the key says something else', async () => {
    const { publicKey } = await generateKey({ alg: 'ES256' })
    expect((await describeKey({ ...publicKey.jwk, alg: 'RS256' })).algs).toEqual(['ES256'])
    expect((await describeKey({ ...publicKey.jwk, alg: 'ECDH-ES' })).algs).toEqual(['ES256'])
    const rsa = await generateKey({ alg: 'PS512' })
    expect((await describeKey(rsa.publicKey.jwk)).algs).toEqual(['PS512'])
  })

  it('refuses a set of more than a hundred keys', async () => {
    const { publicKey } = await generateKey({ alg: 'EdDSA' })
    const keys = Array.from({ length: 101 }, () => publicKey.jwk)
    await expect(describeKey({ keys })).rejects.toMatchObject({ code: 'key_malformed', message: expect.stringContaining('101') })
    expect((await describeKey({ keys: keys.slice(1) })).keys).toHaveLength(100)
    await expect(readPrivateKey({ keys })).rejects.toMatchObject({ code: 'key_malformed' })
  })

  it('opens an encrypted key, and says that it was', async () => {
    const key = await generateKey({ alg: 'ES256' })
    const pem = await writePrivateKey(key, 'pkcs8', { passphrase: 'secret' })
    expect(await describeKey(pem, { passphrase: 'secret' })).toMatchObject({ kind: 'private', format: 'pkcs8', encrypted: true })
    await expect(describeKey(pem)).rejects.toMatchObject({ code: 'key_encrypted' })
  })

  it('refuses what holds no key', async () => {
    await expect(
      describeKey('-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n'),
    ).rejects.toMatchObject({ code: 'key_unrecognised' })
    await expect(describeKey('')).rejects.toMatchObject({ code: 'key_empty' })
  })
})
