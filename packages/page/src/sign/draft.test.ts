import { generateKey, type SigningKey } from 'pkjwt/keys'
import { beforeAll, describe, expect, it } from 'vitest'
import { formOfToken, formWithClaims, mendedForm } from './claims.js'
import { draftOf } from './draft.js'
import { destinationOf } from './endpoint.js'
import { createExtra, emptyForm, type SignForm } from './form.js'

const now = new Date('2026-02-03T04:05:06Z')
const seconds = now.getTime() / 1000
const form: SignForm = { ...emptyForm, domain: 'example.okta.com', clientId: '0oa1' }
const endpoint = 'https://example.okta.com/oauth2/v1/token'
let key: SigningKey

beforeAll(async () => {
  key = await generateKey({ alg: 'ES256' })
})

describe('draftOf()', () => {
  it('is ready once organisation, client id and key are there', () => {
    const draft = draftOf(form, key, now)
    expect(draft).toMatchObject({ ready: true, missing: [], findings: [] })
    expect(draft.assertion?.claims).toMatchObject({
      iss: '0oa1',
      sub: '0oa1',
      aud: endpoint,
      iat: seconds - 5,
      exp: seconds + 300,
    })
  })

  it('names what is missing', () => {
    expect(draftOf(emptyForm, undefined, now).missing).toEqual(['domain', 'clientId', 'key'])
  })

  it('shows claims before there is a key, and says nothing of a key then', () => {
    const draft = draftOf(form, undefined, now)
    expect(draft.assertion?.claims['aud']).toBe(endpoint)
    expect(draft.findings).toEqual([])
    expect(draft.ready).toBe(false)
  })

  it('checks a raw payload against card one without changing it', () => {
    const payload = JSON.stringify({ iss: 'other', sub: 'other', aud: endpoint, exp: seconds + 60 })
    const draft = draftOf({ ...form, view: 'json', payload }, key, now)
    expect(draft.assertion?.claims['iss']).toBe('other')
    expect(draft.findings.map(({ id }) => id)).toContain('iss-unknown')
  })

  it('is not ready while a finding is an error', () => {
    const draft = draftOf({ ...form, lifetimeSeconds: 7200 }, key, now)
    expect(draft.ready).toBe(false)
    expect(draft.findings[0]).toMatchObject({ id: 'exp-far', refusal: { error: 'invalid_client' } })
  })

  it('lets no added header member name another algorithm than the one that signs', () => {
    const draft = draftOf({ ...form, headerExtras: [createExtra('alg', 'RS256')] }, key, now)
    expect(draft.assertion?.header['alg']).toBe('ES256')
  })

  it('keeps findings about scopes apart: they stop no signature', () => {
    const draft = draftOf({ ...form, scopes: ['openid'] }, key, now)
    expect(draft.ready).toBe(true)
    expect(draft.requestFindings.map(({ id }) => id)).toEqual(['scope-openid'])
  })
})

describe('destinationOf()', () => {
  it.each([
    ['an organisation', { domain: 'example.okta.com' }, endpoint],
    ['the admin console', { domain: 'https://example-admin.okta.com/' }, endpoint],
    [
      'a custom server',
      { provider: 'okta-custom', domain: 'example.okta.com' },
      'https://example.okta.com/oauth2/default/v1/token',
    ],
    [
      'a custom server in the domain',
      { domain: 'example.okta.com/oauth2/aus1' },
      'https://example.okta.com/oauth2/aus1/v1/token',
    ],
    ['another product', { provider: 'other', endpoint: 'https://id.example.com/token?x=1' }, 'https://id.example.com/token?x=1'],
  ] as const)('derives endpoint and audience of %s', (_, changes, expected) => {
    expect(destinationOf({ ...emptyForm, ...changes })).toMatchObject({ tokenEndpoint: expected, audience: expected })
  })

  it.each([
    ['a placeholder', { domain: '{yourOktaDomain}' }],
    ['plain http', { provider: 'other', endpoint: 'http://id.example.com/token' }],
    ['no address', { provider: 'other', endpoint: 'not an address' }],
  ] as const)('says what is wrong with %s', (_, changes) => {
    const { tokenEndpoint, fault } = destinationOf({ ...emptyForm, ...changes })
    expect(tokenEndpoint).toBeUndefined()
    expect(fault?.message).toMatch(/^Cannot use/)
  })

  it('asks a FAPI server for its issuer instead of guessing it', () => {
    const other: SignForm = { ...form, provider: 'other', endpoint: 'https://id.example.com/token', rules: 'fapi2' }
    expect(draftOf(other, key, now).missing).toEqual(['audience'])
  })
})

describe('formWithClaims()', () => {
  it('gives every claim its field, and the rest a row of its own', () => {
    const claims = { iss: 'a', sub: 'a', aud: endpoint, exp: seconds + 60, iat: seconds, nbf: seconds - 1, jti: 'j', x: [1] }
    const read = formWithClaims(emptyForm, claims, now)
    expect(read).toMatchObject({ clientId: 'a', lifetimeSeconds: 60, iatOffset: 0, nbfOffset: -1, jtiMode: 'held', jti: 'j' })
    expect(read.domain).toBe('example.okta.com')
    expect(draftOf(read, key, now).assertion?.claims).toEqual(claims)
  })

  it.each([
    ['iss and sub that differ', { iss: 'a', sub: 'b', aud: endpoint, exp: seconds + 60 }],
    ['an audience that is a list', { iss: 'a', sub: 'a', aud: [endpoint], exp: seconds + 60 }],
    ['an exp in milliseconds', { iss: 'a', sub: 'a', aud: endpoint, exp: (seconds + 60) * 1000 }],
    ['text that looks like a number', { iss: 'a', sub: 'a', aud: endpoint, exp: seconds + 60, code: '007', flag: 'true' }],
  ])('loses nothing of %s', (_, claims) => {
    const read = formWithClaims({ ...emptyForm, domain: 'example.okta.com', clientId: 'a' }, claims, now)
    expect(draftOf(read, key, now).assertion?.claims).toEqual(claims)
  })
})

describe('mendedForm()', () => {
  it('changes what the finding names and leaves jti new with every signing', () => {
    const bad = { ...form, lifetimeSeconds: 7200 }
    const draft = draftOf(bad, key, now)
    const [finding] = draft.findings
    if (finding === undefined) throw new Error('there is a finding')
    const mended = mendedForm(bad, finding, draft, now)
    expect(mended).toMatchObject({ lifetimeSeconds: 300, jtiMode: 'fresh', view: 'form' })
    expect(draftOf(mended, key, now).ready).toBe(true)
  })
})

describe('formOfToken()', () => {
  it('carries header and claims over, but for the algorithm', () => {
    const carried = formOfToken(form, { alg: 'RS256', kid: 'k', typ: 'JWT', x: 1 }, { iss: 'a' })
    expect(carried).toMatchObject({ view: 'json', kid: 'k', typ: 'JWT' })
    expect(carried.headerExtras.map(({ name, text }) => [name, text])).toEqual([['x', '1']])
  })
})
