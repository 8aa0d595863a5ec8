import { createTokenClient } from 'pkjwt'
import { generateKey, writePrivateKey } from 'pkjwt/keys'
import { describe, expect, it } from 'vitest'
import { createAuth0Vendor } from './auth0Server.js'
import { at, clock, jwksOf, makeFolder, type Prepared, pkjwt, post, testCases, type VendorCase } from './support.js'
import { startVendorServer } from './vendorServer.js'

const clientId = 'AbCdEfGhIjKlMnOpQrStUvWxYz012345'
const api = 'https://api.example.com/'
const permissions = ['read:reports', 'write:reports']
const key = await generateKey({ alg: 'RS256', kid: 'one' })
const ps256Key = await generateKey({ alg: 'PS256', kid: 'two' })
const es256Key = await generateKey({ alg: 'ES256', kid: 'three' })
const keys = () => jwksOf(key, ps256Key, es256Key)

async function prepare(): Promise<Prepared> {
  const server = await startVendorServer(createAuth0Vendor({ clientId, keys, api, permissions }), { clock })
  const audience = `${server.origin}/`
  return { server, assertion: { key, clientId, audience, profile: 'auth0' }, form: { audience: api }, words: [] }
}

const cases: readonly VendorCase[] = [
  { rule: 'alg-profile', what: 'ES256', refused: () => ({ key: es256Key }), accepted: () => ({ key: ps256Key }) },
  {
    rule: 'aud-mismatch',
    what: 'the tenant without a slash at the end',
    refused: ({ server }) => ({ claims: { aud: server.origin } }),
    accepted: ({ server }) => ({ claims: { aud: `${server.origin}/` } }),
  },
  {
    rule: 'aud-mismatch',
    what: 'the token endpoint',
    refused: ({ server }) => ({ claims: { aud: server.tokenEndpoint } }),
    accepted: () => ({}),
  },
  {
    rule: 'exp-far',
    what: 'a second beyond five minutes',
    refused: () => ({ claims: { exp: at(301) } }),
    accepted: () => ({ claims: { exp: at(300) } }),
  },
  {
    rule: 'exp-past',
    what: 'this very second',
    refused: () => ({ claims: { exp: at(0) } }),
    accepted: () => ({ claims: { exp: at(1) } }),
  },
  {
    rule: 'iat-future',
    what: 'eleven seconds ahead',
    refused: () => ({ claims: { iat: at(11) } }),
    accepted: () => ({ claims: { iat: at(10) } }),
  },
  { rule: 'jti-missing', what: 'no jti', refused: () => ({ jti: false }), accepted: () => ({}) },
  {
    rule: 'jti-size',
    what: '65 characters',
    refused: () => ({ jti: 'j'.repeat(65) }),
    accepted: () => ({ jti: 'j'.repeat(64) }),
  },
]

describe('the profile auth0', () => {
  testCases(prepare, { cases, shape: { status: 401, error: 'invalid_client' } })
})

describe('at Auth0', () => {
  const parameters = { audience: api }

  it('the library finds the token endpoint and the audience by the issuer, and gets every permission without a scope', async () => {
    const prepared = await prepare()
    const { server } = prepared
    await using _ = server
    const client = createTokenClient({
      issuer: `${server.origin}/`,
      clientId,
      key,
      scopes: [],
      parameters,
      profile: 'auth0',
      clock,
    })
    await client.ready()
    expect((await client.token()).scopes).toEqual(permissions)
    expect(await post(prepared, server.forms[0]?.get('client_assertion') ?? '')).toMatchObject({
      error_description: 'jti was used before',
    })
  })

  it('a request that does not name the API is refused, in the words of Auth0', async () => {
    const { server } = await prepare()
    await using _ = server
    const options = { issuer: `${server.origin}/`, clientId, key, scopes: [], profile: 'auth0', clock } as const
    await expect(createTokenClient(options).token()).rejects.toMatchObject({
      status: 403,
      error: 'access_denied',
      error_description: expect.stringContaining('No audience parameter was provided'),
      // The request goes to the token endpoint and the assertion to the issuer: that is as it should be.
      findings: expect.not.arrayContaining([expect.objectContaining({ id: 'endpoint-mismatch' })]),
    })
  })

  it('a token endpoint alone does not tell the audience', () => {
    const options = {
      tokenEndpoint: 'https://tenant.eu.auth0.com/oauth/token',
      clientId,
      key,
      scopes: [],
      profile: 'auth0',
    } as const
    expect(() => createTokenClient(options)).toThrow('aims assertions at the issuer')
    expect(() => createTokenClient({ ...options, audience: 'https://tenant.eu.auth0.com/' })).not.toThrow()
  })

  it.each(['scope', 'client_assertion', 'grant_type'])('nobody else writes the parameter %s', (name) => {
    const options = { issuer: 'https://tenant.eu.auth0.com/', clientId, key, scopes: [], profile: 'auth0' } as const
    expect(() => createTokenClient({ ...options, parameters: { [name]: 'x' } })).toThrow('the client writes it itself')
  })

  it('pkjwt token takes the API as a parameter, and needs no scope', async () => {
    const { server } = await prepare()
    await using _ = server
    await using folder = await makeFolder({ 'key.jwk': await writePrivateKey(key, 'jwk') })
    const words = [
      'token',
      '--issuer',
      `${server.origin}/`,
      '--client-id',
      clientId,
      '--key',
      folder.file('key.jwk'),
      '--profile',
      'auth0',
    ]
    const { code, stdout } = await pkjwt([...words, '--parameter', `audience=${api}`, '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, data: { scope: permissions.join(' ') } })
    expect(code).toBe(0)
    expect((await pkjwt(words)).stderr).toContain('No audience parameter was provided')
  })

  it('two APIs have two tokens', async () => {
    const { server } = await prepare()
    await using _ = server
    const names: string[] = []
    const cache = {
      find: async (name: string) => void names.push(name),
      save: async () => undefined,
      remove: async () => undefined,
    }
    const options = { issuer: `${server.origin}/`, clientId, key, scopes: [], profile: 'auth0', clock, cache } as const
    await createTokenClient({ ...options, parameters }).token()
    await createTokenClient({ ...options, parameters: { audience: 'https://other.example/' } })
      .token()
      .catch(() => undefined)
    expect(new Set(names).size).toBe(2)
  })
})
