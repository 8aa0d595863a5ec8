import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { RefusedError } from '../errors.js'
import { parseJwt } from '../jwt/parse.js'
import { signJwt } from '../jwt/sign.js'
import type { SigningKey } from '../keys/key.js'
import { generateKey, writePrivateKey } from '../keys/privateKey.js'
import { createDpopProof, type ProofUse, type VerifyDpopProofOptions, verifyDpopProof } from './dpopProof.js'

const url = 'https://example.okta.com/oauth2/v1/token'
const now = new Date('2026-02-03T04:05:06.789Z')
const seconds = 1_770_091_506

let key: SigningKey
let other: SigningKey
beforeAll(async () => {
  ;[key, other] = await Promise.all([generateKey({ alg: 'ES256' }), generateKey({ alg: 'ES256' })])
})

const verify = (proofs: string | readonly string[], options: Partial<VerifyDpopProofOptions> = {}) =>
  verifyDpopProof(typeof proofs === 'string' ? [proofs] : proofs, {
    method: 'POST',
    url,
    rememberOnce: () => true,
    now,
    ...options,
  })

/** The rule that a proof breaks. */
async function refusalOf(...args: Parameters<typeof verify>): Promise<string | undefined> {
  const error = await verify(...args).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error === undefined) return undefined
  expect(error).toBeInstanceOf(RefusedError)
  return (error as RefusedError).findings.map(({ id }) => id).join()
}

/** A proof made by hand. */
async function sign(header: Readonly<Record<string, unknown>>, claims: Readonly<Record<string, unknown>> = {}, signer = key) {
  const base = { jti: 'a', htm: 'POST', htu: url, iat: seconds }
  return signJwt({ typ: 'dpop+jwt', alg: signer.alg, jwk: key.publicKey.jwk, ...header }, { ...base, ...claims }, signer)
}

describe('createDpopProof()', () => {
  it('names the method, the URL and the second, under the bare public key', async () => {
    const { header, claims } = parseJwt(await createDpopProof({ key, method: 'POST', url, now }))
    const { kty, crv, x, y } = key.publicKey.jwk
    expect(header).toEqual({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } })
    expect(claims).toEqual({ jti: expect.stringMatching(/^[0-9a-f-]{36}$/), htm: 'POST', htu: url, iat: seconds })
  })

  it('brings an RSA key as "n" and "e"', async () => {
    const rsa = await generateKey({ alg: 'RS256' })
    const { n, e } = rsa.publicKey.jwk
    expect(parseJwt(await createDpopProof({ key: rsa, method: 'GET', url })).header['jwk']).toEqual({ kty: 'RSA', n, e })
  })

  it.each([`${url}?a=1`, `${url}#a`, `${url}?a=1#b?c`, `${url}?a\nb`])('leaves query and fragment of %j out', async (asked) => {
    expect(parseJwt(await createDpopProof({ key, method: 'POST', url: asked })).claims['htu']).toBe(url)
  })

  it('carries the nonce of the server and the hash of the access token, when they are given', async () => {
    const { claims } = parseJwt(await createDpopProof({ key, method: 'GET', url, nonce: 'n', accessToken: 'AT' }))
    expect(claims).toMatchObject({ nonce: 'n', ath: createHash('sha256').update('AT').digest('base64url') })
  })

  it('has a name of its own every time', async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => createDpopProof({ key, method: 'POST', url, now })))
    expect(new Set(made.map((proof) => parseJwt(proof).claims['jti'])).size).toBe(10)
  })
})

describe('verifyDpopProof()', () => {
  const create = (changes: Partial<Parameters<typeof createDpopProof>[0]> = {}) =>
    createDpopProof({ key, method: 'POST', url, now, ...changes })

  it('gives the thumbprint of the key, and the claims', async () => {
    const verified = await verify(await create())
    expect(verified).toMatchObject({ thumbprint: key.thumbprint, claims: { htm: 'POST', htu: url } })
  })

  it('takes the proof of an RSA key', async () => {
    expect(await refusalOf(await create({ key: await generateKey({ alg: 'RS256' }) }))).toBeUndefined()
  })

  it('judges by the present time unless another is given', async () => {
    expect(await refusalOf(await create({ now: new Date() }), { now: undefined })).toBeUndefined()
    expect(await refusalOf(await create(), { now: undefined })).toBe('proof-iat-past')
  })

  it('takes the proof of any of the URLs that the endpoint has', async () => {
    expect(await refusalOf(await create(), { url: ['https://alias.example/token', url] })).toBeUndefined()
    expect(await refusalOf(await create(), { url: ['https://alias.example/token'] })).toBe('proof-htu')
  })

  it.each(['https://example.okta.com/oauth2', 'https://example.okta.com/', 'oauth2', ''])(
    'does not take %j, a part of the URL, for the whole',
    async (part) => {
      expect(await refusalOf(await create({ url: part }))).toBe('proof-htu')
    },
  )

  it('remembers the use for as long as the proof could be used', async () => {
    const uses: ProofUse[] = []
    const proof = await create()
    const rememberOnce = (use: ProofUse) => uses.push(use) === 1
    const { claims } = await verify(proof, { rememberOnce })
    expect(uses).toEqual([{ thumbprint: key.thumbprint, jti: claims['jti'], keepUntil: seconds + 301 }])
    expect(await refusalOf(proof, { rememberOnce })).toBe('proof-used')
  })

  it('answers as Okta does, with the finding for the log', async () => {
    await expect(verify(await create({ method: 'GET' }))).rejects.toMatchObject({
      code: 'refused_by_rules',
      message: 'Cannot accept the DPoP proof: The claim "htm" of the proof is "GET"',
      hint: 'Set "htm" to the method in upper case',
      status: 400,
      error: 'invalid_dpop_proof',
      error_description: "'htm' claim in the DPoP proof JWT is invalid.",
    })
  })

  it('asks for the hash of the access token and the key it is bound to', async () => {
    const bound = { accessToken: 'AT', boundTo: key.thumbprint }
    expect(await refusalOf(await create({ accessToken: 'AT' }), bound)).toBeUndefined()
    expect(await refusalOf(await create({ accessToken: 'other' }), bound)).toBe('proof-ath')
    expect(await refusalOf(await create(), bound)).toBe('proof-ath')
    expect(await refusalOf(await create({ key: other, accessToken: 'AT' }), bound)).toBe('proof-binding')
  })

  it('asks for a nonce where the server gives one', async () => {
    const acceptsNonce = (nonce: unknown) => nonce === 'n'
    expect(await refusalOf(await create({ nonce: 'n' }), { acceptsNonce })).toBeUndefined()
    expect(await refusalOf(await create(), { acceptsNonce })).toBe('proof-nonce')
  })

  it('takes a "jwk" that says more of itself, and does not look at it', async () => {
    const jwk = { ...key.publicKey.jwk, kid: 'x', use: 'enc', key_ops: ['encrypt'], alg: 'ES384' }
    expect(await refusalOf(await sign({ jwk }))).toBeUndefined()
  })
})

describe('verifyDpopProof() remembers nothing of', () => {
  const rememberOnce = () => expect.unreachable('remembered what is refused')

  it('no proof, an empty one, and two', async () => {
    expect(await refusalOf([], { rememberOnce })).toBe('proof-missing')
    expect(await refusalOf('', { rememberOnce })).toBe('proof-form')
    expect(await refusalOf([await sign({}), await sign({})], { rememberOnce })).toBe('proof-several')
  })

  it('a proof whose signature is of another key', async () => {
    expect(await refusalOf(await sign({}, {}, other), { rememberOnce })).toBe('proof-signature')
    expect(await refusalOf(await sign({ alg: 'RS256' }), { rememberOnce })).toBe('proof-signature')
  })

  it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])('a proof whose "jwk" holds the secret member "%s"', async (member) => {
    expect(await refusalOf(await sign({ jwk: { ...key.publicKey.jwk, [member]: 'AA' } }), { rememberOnce })).toBe('proof-key')
  })

  it('a proof whose "jwk" is a private key', async () => {
    expect(await refusalOf(await sign({ jwk: await writePrivateKey(key, 'jwk') }), { rememberOnce })).toBe('proof-key')
  })

  it.each([
    ['none', undefined],
    ['a text', 'abc'],
    ['null', null],
    ['a list', []],
    ['empty', {}],
    ['of no type', { kty: 'XX' }],
    ['symmetric', { kty: 'oct' }],
    ['a point that is on no curve', { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' }],
  ])('a proof whose "jwk" is %s', async (_, jwk) => {
    expect(await refusalOf(await sign({ jwk }), { rememberOnce })).toBe('proof-key')
  })

  it('a proof without the claims that a record of it needs', async () => {
    expect(await refusalOf(await sign({}, { jti: 7 }), { rememberOnce })).toBe('proof-jti')
    expect(await refusalOf(await sign({}, { iat: '1' }), { rememberOnce })).toBe('proof-iat')
  })
})
