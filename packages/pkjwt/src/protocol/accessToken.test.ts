import { beforeAll, describe, expect, it } from 'vitest'
import { encodeBase64urlText } from '../encoding/base64url.js'
import { parseJwt } from '../jwt/parse.js'
import { signEncoded, signJwt } from '../jwt/sign.js'
import type { SigningKey } from '../keys/key.js'
import { generateKey } from '../keys/privateKey.js'
import { issueAccessToken, verifyAccessToken } from './accessToken.js'

const now = 1_770_091_506
const claims = {
  issuer: 'https://example.okta.com',
  audience: 'https://example.okta.com',
  clientId: '0oa1',
  scopes: ['okta.users.read'],
  now,
}

let key: SigningKey
beforeAll(async () => {
  key = await generateKey({ alg: 'ES256' })
})

const check = (token: string, at = now) =>
  verifyAccessToken(token, { keys: { keys: [key.publicKey] }, issuer: claims.issuer, audience: claims.audience, now: at })

describe('issueAccessToken()', () => {
  it('writes the claims of Okta’s organisation server', async () => {
    const { header, claims: issued } = parseJwt(await issueAccessToken(claims, key))
    expect(header).toEqual({ kid: key.kid, alg: 'ES256' })
    expect(issued).toEqual({
      ver: 1,
      jti: expect.stringMatching(/^AT\.[A-Za-z0-9_-]{43}$/),
      iss: claims.issuer,
      aud: claims.audience,
      iat: now,
      exp: now + 3600,
      cid: '0oa1',
      sub: '0oa1',
      scp: ['okta.users.read'],
    })
  })

  it('gives each of many tokens a name of its own', async () => {
    const names = new Set<unknown>()
    for (let count = 0; count < 200; count += 1) names.add(parseJwt(await issueAccessToken(claims, key)).claims['jti'])
    expect(names.size).toBe(200)
    for (const name of names) expect(name).toMatch(/^AT\.[A-Za-z0-9_-]{43}$/)
  })

  it('binds the token to a DPoP key', async () => {
    const { claims: issued } = parseJwt(await issueAccessToken({ ...claims, thumbprint: 'abc' }, key))
    expect(issued['cnf']).toEqual({ jkt: 'abc' })
  })
})

describe('verifyAccessToken()', () => {
  it('gives the claims of a token that holds, to its last second', async () => {
    const token = await issueAccessToken(claims, key)
    expect(await check(token)).toMatchObject({ cid: '0oa1', scp: ['okta.users.read'] })
    expect(await check(token, now + 3599)).toMatchObject({ cid: '0oa1' })
    expect(await check(token, now + 3600)).toBe('expired')
  })

  it.each([
    ['issuer', { issuer: 'https://other.okta.com' }, 'issuer'],
    ['audience', { audience: 'api://default' }, 'audience'],
  ] as const)('refuses another %s', async (_, change, fault) => {
    expect(await check(await issueAccessToken({ ...claims, ...change }, key))).toBe(fault)
  })

  it('refuses another key, and anything that is no token of ours', async () => {
    expect(await check(await issueAccessToken(claims, await generateKey({ alg: 'ES256', kid: key.kid ?? '' })))).toBe('invalid')
    expect(await check('undefined')).toBe('invalid')
    expect(await check('')).toBe('invalid')
  })

  it('lives as long as it is told to', async () => {
    const token = await issueAccessToken({ ...claims, lifetimeSeconds: 60 }, key)
    expect(await check(token, now + 59)).toMatchObject({ exp: now + 60 })
    expect(await check(token, now + 60)).toBe('expired')
  })

  it('looks at the issuer, then the audience, then the time', async () => {
    const elsewhere = { issuer: 'https://other.okta.com', audience: 'api://default' }
    expect(await check(await issueAccessToken({ ...claims, ...elsewhere }, key), now + 3600)).toBe('issuer')
    expect(await check(await issueAccessToken({ ...claims, audience: 'api://default' }, key), now + 3600)).toBe('audience')
  })

  it.each([
    ['a scope that is no text', { scp: ['a', 7] }],
    ['a scope list that is a text', { scp: 'a' }],
    ['a time that is a text', { exp: String(now + 60) }],
    ['a time with a fraction', { iat: now - 0.5 }],
    ['a binding that is no object', { cnf: 'abc' }],
    ['a binding without a thumbprint', { cnf: {} }],
    ['a binding to a number', { cnf: { jkt: 7 } }],
  ])('refuses a token with %s', async (_, change) => {
    const issued = parseJwt(await issueAccessToken({ ...claims, thumbprint: 'abc' }, key)).claims
    const sign = (body: object) => signJwt({ kid: key.kid, alg: key.alg }, body as typeof issued, key)
    expect(await check(await sign(issued))).toMatchObject({ cnf: { jkt: 'abc' } })
    expect(await check(await sign({ ...issued, ...change }))).toBe('invalid')
  })

  it('refuses a payload that is no object', async () => {
    const header = encodeBase64urlText(JSON.stringify({ kid: key.kid, alg: key.alg }))
    for (const payload of ['[]', 'null', '"a"', 'no JSON'])
      expect(await check(await signEncoded(header, payload, key))).toBe('invalid')
  })

  it.each(['jti', 'iss', 'aud', 'cid', 'sub', 'scp', 'exp', 'iat'])('needs "%s" as it is issued', async (name) => {
    const issued = parseJwt(await issueAccessToken(claims, key)).claims
    const changed = await signJwt({ kid: key.kid, alg: key.alg }, { ...issued, [name]: null }, key)
    expect(await check(changed)).toBe('invalid')
  })
})
