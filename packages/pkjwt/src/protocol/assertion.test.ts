import nodeCrypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { encodeBase64urlText } from '../encoding/base64url.js'
import { RefusedError } from '../errors.js'
import { parseJwt } from '../jwt/parse.js'
import type { SigningKey } from '../keys/key.js'
import { generateKey } from '../keys/privateKey.js'
import { type AssertionUse, createAssertion, verifyAssertion } from './assertion.js'

const clientId = '0oa1abcdEFGHijkl2345'
const org = 'https://example.okta.com'
const audience = `${org}/oauth2/v1/token`
const now = new Date('2026-02-03T04:05:06.789Z')
const seconds = 1_770_091_506

let key: SigningKey
beforeAll(async () => {
  key = await generateKey({ alg: 'ES256' })
})

describe('createAssertion()', () => {
  it('names the client as issuer and subject, the endpoint as audience, and lives five minutes', async () => {
    const { header, claims } = parseJwt(await createAssertion({ key, clientId, org, now }))
    expect(header).toEqual({ alg: 'ES256', kid: key.thumbprint, typ: 'JWT' })
    expect(claims).toEqual({
      iss: clientId,
      sub: clientId,
      aud: audience,
      iat: seconds - 5,
      exp: seconds + 300,
      jti: expect.any(String),
    })
  })

  it('makes what jose verifies', async () => {
    const assertion = await createAssertion({ key, clientId, org })
    const keys = createLocalJWKSet({ keys: [{ ...key.publicKey.jwk, key_ops: ['verify'] }] })
    await expect(jwtVerify(assertion, keys, { issuer: clientId, subject: clientId, audience })).resolves.toBeDefined()
  })

  it('makes a fresh jti every time', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => createAssertion({ key, clientId, org })))
    expect(new Set(made.map((assertion) => parseJwt(assertion).claims['jti'])).size).toBe(20)
  })

  it.each([
    ['a lifetime', { lifetimeSeconds: 60 }, { exp: seconds + 60 }],
    ['a jti of the caller', { jti: 'mine' }, { jti: 'mine' }],
    ['no jti', { jti: false as const }, { jti: undefined }],
    ['no iat', { iat: false as const }, { iat: undefined }],
    ['an added claim', { claims: { extra: [1] } }, { extra: [1] }],
    ['a claim that is taken out', { claims: { jti: null } }, { jti: undefined }],
  ])('takes %s', async (_, options, expected) => {
    const { claims } = parseJwt(await createAssertion({ key, clientId, org, now, ...options }))
    for (const [name, value] of Object.entries(expected)) expect(claims[name]).toEqual(value)
  })

  it('takes header members, and leaves one out', async () => {
    const { header } = parseJwt(await createAssertion({ key, clientId, org, header: { kid: 'other', typ: null } }))
    expect(header).toEqual({ alg: 'ES256', kid: 'other' })
  })

  it('aims at a custom authorization server', async () => {
    const { claims } = parseJwt(await createAssertion({ key, clientId, org: 'example.okta.com/oauth2/default' }))
    expect(claims['aud']).toBe('https://example.okta.com/oauth2/default/v1/token')
  })

  it('aims at the issuer in the profile fapi2', async () => {
    const { claims } = parseJwt(await createAssertion({ key, clientId, org, profile: 'fapi2' }))
    expect(claims['aud']).toBe(org)
  })

  it.each([
    ['more than an hour', { lifetimeSeconds: 3601 }, 'exp-far'],
    ['another subject', { claims: { sub: 'somebody' } }, 'sub-mismatch'],
    ['a quoted exp', { claims: { exp: String(seconds + 300) } }, 'exp-type'],
    ['another algorithm than the key’s', { header: { alg: 'ES384' } }, 'key-alg'],
    ['two audiences', { claims: { aud: [audience, 'https://other.example'] } }, 'aud-list'],
  ])('refuses %s, and signs it all the same when told to', async (_, options, id) => {
    const attempt = { key, clientId, org, now, ...options }
    const refusal = await createAssertion(attempt).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(RefusedError)
    expect(refusal).toMatchObject({
      code: 'refused_by_rules',
      by: 'rules',
      findings: expect.arrayContaining([expect.objectContaining({ id })]),
    })
    await expect(createAssertion({ ...attempt, check: false })).resolves.toEqual(expect.any(String))
  })

  it('says in its refusal what is wrong, and what to do', async () => {
    await expect(
      createAssertion({ key, clientId, org, now, lifetimeSeconds: 3601, header: { kid: null } }),
    ).rejects.toMatchObject({
      message:
        'Cannot create an assertion that a server would accept: The assertion expires 1 hour 1 second ahead, and the limit is 1 hour',
      hint: 'Use a lifetime of 5 minutes',
      findings: [{ id: 'exp-far' }, { id: 'kid-absent', severity: 'warning' }],
    })
  })

  it('signs what is only warned about', async () => {
    await expect(createAssertion({ key, clientId, org, header: { kid: null } })).resolves.toEqual(expect.any(String))
  })

  it('writes the header of each key, however often it is used', async () => {
    const second = await generateKey({ alg: 'ES256', kid: 'second' })
    const kids = []
    for (const signer of [key, second, key, second]) {
      kids.push(parseJwt(await createAssertion({ key: signer, clientId, org })).header['kid'])
    }
    expect(kids).toEqual([key.kid, 'second', key.kid, 'second'])
  })

  it('signs exactly one hour', async () => {
    await expect(createAssertion({ key, clientId, org, lifetimeSeconds: 3600 })).resolves.toEqual(expect.any(String))
  })

  it.each([
    [{ org }, 'no client id'],
    [{ clientId, org, lifetimeSeconds: 0 }, 'a lifetime of 0'],
    [{ clientId, org, lifetimeSeconds: 1.5 }, 'a lifetime of 1.5'],
    [{ clientId, org, profile: 'oktaa' as 'okta' }, 'the profile "oktaa"'],
    [{ clientId, org: 'https://{yourOktaDomain}' }, 'placeholder'],
  ])('refuses the options %j', async (options, reason) => {
    await expect(createAssertion({ key, ...options })).rejects.toMatchObject({
      code: 'option_invalid',
      message: expect.stringContaining(reason),
    })
  })

  it('refuses to aim at nobody', async () => {
    await expect(createAssertion({ key, clientId })).rejects.toMatchObject({
      code: 'refused_by_rules',
      findings: [expect.objectContaining({ id: 'aud-missing' })],
    })
  })
})

describe('createAssertion() with a payload', () => {
  const sample = { aud: audience, iss: clientId, sub: clientId, exp: '1614664267' }

  it('signs the sample of Okta’s guide, its quoted and past exp put right', async () => {
    const { claims } = parseJwt(await createAssertion({ key, payload: sample, now }))
    expect(claims).toEqual({ ...sample, exp: seconds + 300 })
  })

  it('takes the quotes off an exp that still holds', async () => {
    const { claims } = parseJwt(await createAssertion({ key, payload: { ...sample, exp: String(seconds + 60) }, now }))
    expect(claims['exp']).toBe(seconds + 60)
  })

  it('gives a payload without exp the lifetime', async () => {
    const { exp: _, ...payload } = sample
    expect(parseJwt(await createAssertion({ key, payload, now, lifetimeSeconds: 120 })).claims['exp']).toBe(seconds + 120)
  })

  it('refuses a past exp that is a number: somebody meant it', async () => {
    await expect(createAssertion({ key, payload: { ...sample, exp: seconds - 1 }, now })).rejects.toMatchObject({
      findings: expect.arrayContaining([expect.objectContaining({ id: 'exp-past' })]),
    })
  })

  it('lets options win over the payload', async () => {
    const { claims } = parseJwt(
      await createAssertion({ key, payload: sample, clientId: 'other', org: 'other.okta.com', jti: 'x', now }),
    )
    expect(claims).toMatchObject({ iss: 'other', sub: 'other', aud: 'https://other.okta.com/oauth2/v1/token', jti: 'x' })
  })
})

describe('verifyAssertion()', () => {
  const findClient = (id: string) => (id === clientId ? { clientId, keys: { keys: [key.publicKey] } } : undefined)

  it('gives the client, the claims and the key', async () => {
    const assertion = await createAssertion({ key, clientId, org })
    const verified = await verifyAssertion(assertion, { audience, findClient, rememberOnce: () => true })
    expect(verified).toMatchObject({ clientId, claims: { iss: clientId }, key: { kid: key.kid }, findings: [] })
  })

  it('remembers the use until the assertion is expired for good', async () => {
    const uses: AssertionUse[] = []
    const rememberOnce = (use: AssertionUse) => uses.push(use) === 1
    const assertion = await createAssertion({ key, clientId, org, now, jti: 'once', profile: 'rfc7523' })
    await verifyAssertion(assertion, { audience, findClient, rememberOnce, now, profile: 'rfc7523' })
    expect(uses).toEqual([{ clientId, jti: 'once', keepUntil: seconds + 300 + 10 }])
    await expect(verifyAssertion(assertion, { audience, findClient, rememberOnce, now })).rejects.toMatchObject({
      status: 401,
      error: 'invalid_client',
      error_description: 'The client_assertion token has already been used.',
    })
  })

  it('does not remember what it refuses', async () => {
    const assertion = await createAssertion({ key: await generateKey({ alg: 'ES256', kid: key.kid ?? '' }), clientId, org })
    const rememberOnce = () => expect.unreachable('remembered before the signature held')
    await expect(verifyAssertion(assertion, { audience, findClient, rememberOnce })).rejects.toMatchObject({
      code: 'refused_by_rules',
    })
  })

  it('asks for keys only once the claims hold', async () => {
    const keys = () => expect.unreachable('asked for keys too early')
    const assertion = await createAssertion({ key, clientId, org: 'other.okta.com' })
    const attempt = verifyAssertion(assertion, { audience, findClient: () => ({ clientId, keys }), rememberOnce: () => true })
    await expect(attempt).rejects.toMatchObject({ error_description: expect.stringContaining('audience') })
  })

  it('refuses as expired what the memory may have forgotten', async () => {
    const assertion = await createAssertion({ key, clientId, org })
    const attempt = verifyAssertion(assertion, { audience, findClient, rememberOnce: () => 'expired' })
    await expect(attempt).rejects.toMatchObject({ error_description: 'The client_assertion token is expired.' })
  })

  it('does not remember an assertion without a jti, and takes it again', async () => {
    const assertion = await createAssertion({ key, clientId, org, jti: false })
    const rememberOnce = () => expect.unreachable('remembered an assertion without a name')
    for (const _ of ['first', 'again']) {
      await expect(verifyAssertion(assertion, { audience, findClient, rememberOnce })).resolves.toMatchObject({ clientId })
    }
  })

  it('refuses what the memory does not say yes to', async () => {
    const assertion = await createAssertion({ key, clientId, org })
    const attempt = verifyAssertion(assertion, { audience, findClient, rememberOnce: () => undefined as never })
    await expect(attempt).rejects.toMatchObject({ findings: [{ id: 'jti-used' }] })
  })

  it('says what is wrong for the log, and what the server answers', async () => {
    const assertion = await createAssertion({ key, clientId: 'x', org })
    await expect(verifyAssertion(assertion, { audience, findClient, rememberOnce: () => true })).rejects.toMatchObject({
      message: 'Cannot accept the assertion: The claim "iss" names no client that this server knows',
      hint: expect.stringContaining('Set "iss" and "sub"'),
      status: 401,
      error: 'invalid_client',
      error_description: expect.any(String),
      findings: [{ id: 'iss-unknown', refusal: { status: 401 } }],
    })
  })

  it('gives the warnings of what it accepts', async () => {
    const assertion = await createAssertion({ key, clientId, org, header: { kid: null } })
    const verified = await verifyAssertion(assertion, { audience, findClient, rememberOnce: () => true })
    expect(verified.findings).toMatchObject([{ id: 'kid-absent', severity: 'warning' }])
  })

  it('compares the client id of the form', async () => {
    const assertion = await createAssertion({ key, clientId, org, jti: false })
    const options = { audience, findClient, rememberOnce: () => true }
    await expect(verifyAssertion(assertion, { ...options, formClientId: clientId })).resolves.toBeDefined()
    await expect(verifyAssertion(assertion, { ...options, formClientId: 'x' })).rejects.toMatchObject({
      findings: [{ id: 'client-id-mismatch' }],
    })
  })

  it.each([
    ['okta', audience, true],
    ['okta', 'https://alias.example/token', true],
    ['okta', org, false],
    ['rfc7523', audience, true],
    ['rfc7523', org, true],
    ['fapi2', audience, false],
    ['fapi2', org, true],
    ['fapi2', 'https://alias.example', true],
  ] as const)('in the profile %s, with the audience %s: %s', async (profile, aud, accepted) => {
    const assertion = await createAssertion({ key, clientId, audience: aud, check: false })
    const attempt = verifyAssertion(assertion, {
      audience: [audience, 'https://alias.example/token'],
      issuer: [org, 'https://alias.example'],
      profile,
      findClient,
      rememberOnce: () => true,
    })
    if (accepted) await expect(attempt).resolves.toBeDefined()
    else await expect(attempt).rejects.toMatchObject({ findings: [{ id: 'aud-mismatch' }] })
  })

  it('takes the audience for the issuer where none is given', async () => {
    const assertion = await createAssertion({ key, clientId, audience: org, profile: 'fapi2' })
    const options = { findClient, rememberOnce: () => true, profile: 'fapi2' as const }
    await expect(verifyAssertion(assertion, { ...options, audience: org })).resolves.toBeDefined()
  })

  it('passes on what the store throws', async () => {
    const assertion = await createAssertion({ key, clientId, org })
    const attempt = verifyAssertion(assertion, { audience, findClient, rememberOnce: () => Promise.reject(new Error('away')) })
    await expect(attempt).rejects.toThrow('away')
  })

  it('lets the profile of the client win', async () => {
    const assertion = await createAssertion({ key, clientId, audience: org })
    const options = { audience, issuer: org, rememberOnce: () => true }
    await expect(verifyAssertion(assertion, { ...options, findClient })).rejects.toMatchObject({ code: 'refused_by_rules' })
    await expect(
      verifyAssertion(assertion, {
        ...options,
        findClient: () => ({ clientId, keys: { keys: [key.publicKey] }, profile: 'fapi2' }),
      }),
    ).resolves.toBeDefined()
  })

  it('takes the time of a verification for a refusal that comes before one, where all refusals look the same', async () => {
    const forged = await createAssertion({
      key: await generateKey({ alg: 'ES256', kid: key.kid ?? '' }),
      clientId,
      audience: org,
    })
    const elsewhere = await createAssertion({ key, clientId, audience })
    const [, claims, signature] = elsewhere.split('.')
    const refuse = (assertion: string, profile: 'okta' | 'fapi2') => {
      const options = { audience: org, profile, findClient, rememberOnce: () => true }
      return countVerifications(() => expect(verifyAssertion(assertion, options)).rejects.toBeInstanceOf(RefusedError))
    }
    expect(await refuse(forged, 'fapi2')).toBe(1)
    expect(await refuse(elsewhere, 'fapi2')).toBe(1)
    expect(await refuse(elsewhere, 'okta')).toBe(0)
    for (const header of ['=', encodeBase64urlText('{"alg":"none"}'), encodeBase64urlText('{}')]) {
      expect(await refuse(`${header}.${claims}.${signature}`, 'fapi2')).toBe(0)
    }
    expect(await refuse(elsewhere.replace(/[^.]*$/, '='), 'fapi2')).toBe(0)
    expect(await refuse('a.b', 'fapi2')).toBe(0)
  })

  it('refuses with its first error, not with a warning before it', async () => {
    const assertion = await createAssertion({ key, clientId, org, header: { jku: 'https://app.example' } })
    const attempt = verifyAssertion(assertion, { audience, findClient, rememberOnce: () => false })
    await expect(attempt).rejects.toMatchObject({
      message: 'Cannot accept the assertion: This assertion was used before: with a "jti" it works once',
      findings: [{ id: 'header-key' }, { id: 'jti-used' }],
    })
  })

  it('answers every failure the same in the profile fapi2', async () => {
    const generic = 'Client authentication failed. Either the client or the client credentials are invalid.'
    const options = { audience, issuer: org, profile: 'fapi2' as const, rememberOnce: () => true }
    for (const [assertion, client] of [
      [await createAssertion({ key, clientId, audience }), findClient],
      [await createAssertion({ key, clientId, audience: org }), () => undefined],
      [await createAssertion({ key: await generateKey({ alg: 'ES256' }), clientId, audience: org }), findClient],
    ] as const) {
      await expect(verifyAssertion(assertion, { ...options, findClient: client })).rejects.toMatchObject({
        status: 401,
        error_description: generic,
      })
    }
  })
})

/** How many signatures the machine verifies while something runs. */
async function countVerifications(run: () => Promise<unknown>): Promise<number> {
  const spy = vi.spyOn(nodeCrypto, 'verify')
  syncBuiltinESMExports()
  try {
    await run()
    return spy.mock.calls.length
  } finally {
    spy.mockRestore()
    syncBuiltinESMExports()
  }
}
