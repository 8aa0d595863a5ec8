import { beforeAll, describe, expect, it } from 'vitest'
import { parseJwt } from '../jwt/parse.js'
import { signJwt } from '../jwt/sign.js'
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

  it.each(['jti', 'iss', 'aud', 'cid', 'sub', 'scp', 'exp', 'iat'])('needs "%s" as it is issued', async (name) => {
    const issued = parseJwt(await issueAccessToken(claims, key)).claims
    const changed = await signJwt({ kid: key.kid, alg: key.alg }, { ...issued, [name]: null }, key)
    expect(await check(changed)).toBe('invalid')
  })
})
