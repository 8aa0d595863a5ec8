import { compactVerify, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { encodeBase64urlText } from '../encoding/base64url.js'
import { type Algorithm, algorithmNames, algorithms } from '../keys/algorithms.js'
import { rawToDer } from '../keys/ecdsa.js'
import type { KeySet, PrivateJwk, SigningKey } from '../keys/key.js'
import { generateKey, readPrivateKey, writePrivateKey } from '../keys/privateKey.js'
import { readPublicKeys } from '../keys/publicKeys.js'
import { signEncoded, signJwt } from './sign.js'
import { verifyJws } from './verify.js'

describe('verifyJws()', () => {
  let key: SigningKey
  let other: SigningKey
  beforeAll(async () => {
    ;[key, other] = await Promise.all([generateKey({ alg: 'ES256', kid: 'one' }), generateKey({ alg: 'ES256', kid: 'two' })])
  })

  it('takes the key that "kid" names', async () => {
    const token = await signJwt({ alg: 'ES256', kid: 'two' }, {}, other)
    await expect(verifyJws(token, { keys: [key.publicKey, other.publicKey] })).resolves.toBeDefined()
  })

  it('does not try another key than the one that "kid" names', async () => {
    const token = await signJwt({ alg: 'ES256', kid: 'one' }, {}, other)
    await expect(verifyJws(token, { keys: [key.publicKey, other.publicKey] })).rejects.toThrow('does not fit the key')
  })

  it('refuses to choose among several keys without "kid"', async () => {
    const token = await signJwt({ alg: 'ES256' }, {}, key)
    await expect(verifyJws(token, { keys: [key.publicKey] })).resolves.toBeDefined()
    await expect(verifyJws(token, { keys: [key.publicKey, other.publicKey] })).rejects.toThrow('no "kid" chooses')
  })

  it('takes no algorithm but those that are listed', async () => {
    const token = await signJwt({ alg: 'ES256' }, {}, key)
    const keys = { keys: [key.publicKey] }
    await expect(verifyJws(token, keys, { algorithms: ['ES256', 'RS256'] })).resolves.toBeDefined()
    await expect(verifyJws(token, keys, { algorithms: ['RS256'] })).rejects.toThrow('"ES256"')
  })

  it.each(['none', 'None', 'HS256', 'ES256K', 'RSA1_5', '', 'toString', 7, null, undefined])(
    'refuses the algorithm %j',
    async (alg) => {
      const token = await signJwt({ alg }, {}, key)
      await expect(verifyJws(token, { keys: [key.publicKey] })).rejects.toMatchObject({ code: 'signature_invalid' })
    },
  )

  it.each([{ crit: ['exp'] }, { b64: true }, { zip: 'DEF' }])('refuses the header %j', async (member) => {
    const token = await signJwt({ alg: 'ES256', ...member }, {}, key)
    await expect(verifyJws(token, { keys: [key.publicKey] })).rejects.toThrow('is not understood')
  })

  it('says what is the case, and what to do', async () => {
    const keys = { keys: [key.publicKey] }
    const refusal = async (header: Readonly<Record<string, unknown>>, signer = key, held: KeySet = keys) =>
      verifyJws(await signJwt({ alg: 'ES256', ...header }, {}, signer), held).catch((error: unknown) => error)
    expect(await refusal({}, other)).toMatchObject({
      message: 'Cannot verify a token: the signature does not fit the key',
      hint: 'Check that the public key belongs to the private key that signed',
    })
    expect(await refusal({ crit: [] })).toMatchObject({
      message: 'Cannot verify a token: the header member "crit" is not understood here',
      hint: 'Sign without it',
    })
    expect(await refusal({ alg: undefined })).toMatchObject({
      message: 'Cannot verify a token: the header names the algorithm nothing',
      hint: `Sign with one of ${algorithmNames.join(', ')}`,
    })
    expect(await refusal({ kid: 'three' })).toMatchObject({
      message: 'Cannot verify a token: no key fits its "kid" and "alg"',
      hint: 'Give the key set that holds the public key of the signer',
    })
    expect(await refusal({}, key, { keys: [key.publicKey, other.publicKey] })).toMatchObject({
      message: 'Cannot verify a token: several keys fit and no "kid" chooses',
      hint: 'Sign with a "kid", or give one key',
    })
  })

  it.each([undefined, null])('takes "kid" %j for none, or for no name at all', async (kid) => {
    const token = await signJwt({ alg: 'ES256', kid }, {}, key)
    const attempt = verifyJws(token, { keys: [key.publicKey] })
    if (kid === undefined) await expect(attempt).resolves.toBeDefined()
    else await expect(attempt).rejects.toThrow('no key fits')
  })

  it('gives the payload that was signed, whatever it is', async () => {
    const token = await signEncoded(encodeBase64urlText('{"alg":"ES256"}'), 'not JSON', key)
    expect(Buffer.from((await verifyJws(token, { keys: [key.publicKey] })).payload).toString()).toBe('not JSON')
  })

  it('does not look at a key inside the token', async () => {
    const token = await signJwt({ alg: 'ES256', jwk: other.publicKey.jwk }, {}, other)
    await expect(verifyJws(token, { keys: [key.publicKey] })).rejects.toMatchObject({ code: 'signature_invalid' })
  })

  it('refuses an ECDSA signature in DER', async () => {
    const header = encodeBase64urlText('{"alg":"ES256"}')
    const token = await signEncoded(header, '{}', { ...key, sign: async (data) => rawToDer(await key.sign(data)) })
    await expect(verifyJws(token, { keys: [key.publicKey] })).rejects.toMatchObject({ code: 'signature_invalid' })
  })

  it.each([{}, { use: 'sig' }, { key_ops: ['verify'] }, { alg: 'ES256' }])('takes a key that says %j', async (members) => {
    const { alg: _, ...jwk } = key.publicKey.jwk
    const keys = await readPublicKeys({ keys: [{ ...jwk, ...members }] })
    await expect(verifyJws(await signJwt({ alg: 'ES256' }, {}, key), keys)).resolves.toBeDefined()
  })

  it.each([{ use: 'enc' }, { key_ops: ['encrypt'] }, { alg: 'ES384' }])('refuses a key that says %j', async (members) => {
    const { alg: _, ...jwk } = key.publicKey.jwk
    const keys = await readPublicKeys({ keys: [{ ...jwk, ...members }] })
    const token = await signJwt({ alg: 'ES256' }, {}, key)
    await expect(verifyJws(token, keys)).rejects.toThrow('no key fits')
  })

  it('refuses every algorithm that does not belong to the type or the curve of the key', async () => {
    const wrong = algorithmNames.filter((alg) => alg !== 'ES256')
    for (const alg of wrong) {
      const token = await signJwt({ alg }, {}, { ...key, alg: alg as Algorithm })
      await expect(verifyJws(token, { keys: [key.publicKey] }), algorithms[alg].scheme).rejects.toThrow('no key fits')
    }
  })
})

/** Two private keys of ours and one of jose's, as JWK. */
async function makeKeys(alg: Algorithm): Promise<readonly [PrivateJwk, PrivateJwk, JWK]> {
  const own = async () => writePrivateKey(await generateKey({ alg }), 'jwk')
  const theirs = async () => exportJWK((await generateKeyPair(alg, { extractable: true })).privateKey)
  return Promise.all([own(), own(), theirs()])
}

// RSA keys are slow to make: the six algorithms that use them share theirs.
let rsaKeys: ReturnType<typeof makeKeys> | undefined

function keysFor(alg: Algorithm): ReturnType<typeof makeKeys> {
  if (algorithms[alg].kty !== 'RSA') return makeKeys(alg)
  rsaKeys ??= makeKeys('RS256')
  return rsaKeys
}

describe.each(algorithmNames)('%s', (alg) => {
  let key: SigningKey
  let other: SigningKey
  let joseKey: JWK
  let josePublic: JWK
  beforeAll(async () => {
    const [one, two, theirs] = await keysFor(alg)
    ;[key, other] = await Promise.all([readPrivateKey({ ...one, alg }), readPrivateKey({ ...two, alg })])
    const { kty, n, e, crv, x, y } = theirs
    joseKey = theirs
    josePublic = JSON.parse(JSON.stringify({ kty, n, e, crv, x, y }))
  })

  it('signs what jose verifies', async () => {
    const token = await signJwt({ alg, kid: key.kid }, { iss: '0oa1' }, key)
    const { payload } = await compactVerify(
      token,
      await importJWK({ ...key.publicKey.jwk } as Parameters<typeof importJWK>[0], alg),
    )
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual({ iss: '0oa1' })
  })

  it('verifies what jose signs', async () => {
    const token = await new SignJWT({ iss: '0oa1' }).setProtectedHeader({ alg }).sign(await importJWK(joseKey, alg))
    const keys = await readPublicKeys({ ...josePublic, alg })
    expect((await verifyJws(token, keys)).header).toEqual({ alg })
  })

  it('signs with a key that jose made', async () => {
    const read = await readPrivateKey(joseKey, { alg })
    await expect(compactVerify(await signJwt({ alg }, {}, read), await importJWK(josePublic, alg))).resolves.toBeDefined()
  })

  it('refuses a signature with one bit changed', async () => {
    const token = await signJwt({ alg }, {}, key)
    const at = token.lastIndexOf('.') + 5
    const changed = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
    await expect(verifyJws(changed, { keys: [key.publicKey] })).rejects.toMatchObject({ code: 'signature_invalid' })
  })

  it('refuses the signature of another key', async () => {
    await expect(verifyJws(await signJwt({ alg }, {}, other), { keys: [key.publicKey] })).rejects.toMatchObject({
      code: 'signature_invalid',
    })
  })
})
