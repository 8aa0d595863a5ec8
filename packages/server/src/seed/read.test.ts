import { generateKey, writePrivateKey, writePublicKeys } from 'pkjwt/keys'
import { beforeAll, describe, expect, it } from 'vitest'
import { readSeed } from './read.js'

type Json = Record<string, unknown>

let jwk: Json
let otherJwk: Json
let privateJwk: Json

beforeAll(async () => {
  const key = await generateKey({ alg: 'ES256', kid: 'k1' })
  jwk = { ...(await writePublicKeys(key, 'jwk')) }
  privateJwk = { ...(await writePrivateKey(key, 'jwk')) }
  otherJwk = { ...(await writePublicKeys(await generateKey({ alg: 'ES256', kid: 'k2' }), 'jwk')) }
})

const app = (more: Json = {}) => ({ client_id: '0oa1', client_name: 'Reader', jwks: { keys: [jwk] }, ...more })
const read = (...apps: Json[]) => readSeed({ apps })
const refusal = async (json: unknown) => {
  const error = await readSeed(json).catch((cause: unknown) => cause)
  expect(error).toMatchObject({ name: 'PkjwtError', code: 'config_invalid' })
  return error instanceof Error ? error.message : ''
}

describe('readSeed()', () => {
  it('reads an app with everything', async () => {
    const { apps } = await read(
      app({
        jwks: { keys: [jwk, { ...otherJwk, status: 'INACTIVE' }] },
        grants: ['okta.users.read', 'okta.groups.read'],
        roles: ['SUPER_ADMIN'],
        status: 'INACTIVE',
        dpop_bound_access_tokens: true,
        profile: 'fapi2',
        token_endpoint_auth_method: 'private_key_jwt',
        grant_types: ['client_credentials'],
        network: { connection: 'ZONE', include: ['192.0.2.0/24'] },
      }),
    )
    expect(apps).toEqual([
      {
        clientId: '0oa1',
        clientName: 'Reader',
        keys: [
          { kid: 'k1', thumbprint: expect.any(String), jwk, use: 'sig', status: 'ACTIVE' },
          { kid: 'k2', thumbprint: expect.any(String), jwk: otherJwk, use: 'sig', status: 'INACTIVE' },
        ],
        grants: ['okta.users.read', 'okta.groups.read'],
        roles: ['SUPER_ADMIN'],
        status: 'INACTIVE',
        dpopBoundAccessTokens: true,
        profile: 'fapi2',
        tokenEndpointAuthMethod: 'private_key_jwt',
        grantTypes: ['client_credentials'],
        jwksUri: undefined,
        network: { connection: 'ZONE', include: ['192.0.2.0/24'] },
      },
    ])
  })

  it('fills in what an app leaves out', async () => {
    const { apps, authorizationServers, users } = await read({ client_id: '0oa1', jwks: { keys: [jwk] } })
    expect(apps[0]).toMatchObject({
      clientName: '0oa1',
      grants: [],
      roles: [],
      status: 'ACTIVE',
      dpopBoundAccessTokens: false,
      tokenEndpointAuthMethod: 'private_key_jwt',
      grantTypes: ['client_credentials'],
    })
    expect([authorizationServers, users]).toEqual([[], []])
  })

  it('reads an app that publishes its keys', async () => {
    const { apps } = await read({ client_id: '0oa1', jwks_uri: 'https://client.example/keys' })
    expect(apps[0]).toMatchObject({ jwksUri: 'https://client.example/keys', keys: [] })
  })

  it('reads authorization servers and users', async () => {
    const server = { id: 'default', audience: 'api://default', scopes: ['read', 'write'], defaultScopes: ['read'] }
    const user = {
      id: '00u1',
      status: 'ACTIVE',
      created: '2027-01-15T08:00:00.000Z',
      lastLogin: null,
      profile: { login: 'ada@example.com' },
    }
    const seed = await readSeed({ authorizationServers: [server], users: [user] })
    expect(seed.authorizationServers).toEqual([server])
    expect(seed.users).toEqual([
      {
        id: '00u1',
        status: 'ACTIVE',
        created: 1_800_000_000,
        profile: { login: 'ada@example.com' },
        details: { lastLogin: null },
      },
    ])
  })
})

describe('readSeed() names the path of the fault:', () => {
  it('what is not an object', async () => {
    expect(await refusal([])).toContain('the file:')
    expect(await refusal(undefined)).toContain('the file: is missing')
  })

  it('members that are not known, at any depth', async () => {
    expect(await refusal({ app: [] })).toContain('app: is not known here')
    expect(await refusal({ apps: [app({ clientId: '0oa1' })] })).toContain('apps[0].clientId: is not known here')
    expect(await refusal({ apps: [app({ jwks: { keys: [jwk], key: 1 } })] })).toContain('apps[0].jwks.key: is not known here')
    expect(await refusal({ users: [{ profile: { login: 'a' }, password: 'x' }] })).toContain(
      'users[0].password: is not known here',
    )
  })

  it('members that are missing', async () => {
    expect(await refusal({ apps: [app(), { jwks: { keys: [jwk] } }] })).toContain('apps[1].client_id: is missing')
    expect(await refusal({ apps: [{ client_id: '0oa1' }] })).toContain('apps[0]: has neither "jwks" nor "jwks_uri"')
    expect(await refusal({ users: [{ profile: {} }] })).toContain('users[0].profile.login: is missing')
  })

  it('values of another type or out of their set', async () => {
    expect(await refusal({ apps: [app({ status: 'active' })] })).toContain('apps[0].status: ')
    expect(await refusal({ apps: [app({ dpop_bound_access_tokens: 'true' })] })).toContain('apps[0].dpop_bound_access_tokens: ')
    expect(await refusal({ apps: [app({ roles: ['ROOT'] })] })).toContain('apps[0].roles[0]: ')
    expect(await refusal({ apps: [app({ grants: 'okta.users.read' })] })).toContain('apps[0].grants: ')
    expect(await refusal({ apps: [app({ grants: ['okta.users.read okta.groups.read'] })] })).toContain(
      'apps[0].grants[0]: is not a scope',
    )
    expect(await refusal({ apps: [app({ profile: 'nobody' })] })).toContain('apps[0].profile: has to be one of okta')
    expect(await refusal({ apps: [app({ client_id: 'with space' })] })).toContain('apps[0].client_id: ')
  })

  it('both kinds of keys, and a jwks_uri that is none', async () => {
    const uri = 'https://client.example/keys'
    expect(await refusal({ apps: [app({ jwks_uri: uri })] })).toContain('apps[0]: has both')
    for (const bad of ['http://client.example/keys', 'https://u:p@client.example/keys', 'keys.json', `${uri}#k1`]) {
      expect(await refusal({ apps: [{ client_id: '0oa1', jwks_uri: bad }] })).toContain('apps[0].jwks_uri: ')
    }
  })

  it('everything that is there twice', async () => {
    expect(await refusal({ apps: [app(), app()] })).toContain('apps[1]: "0oa1" is there twice')
    expect(await refusal({ apps: [app({ grants: ['a', 'b', 'a'] })] })).toContain('apps[0].grants[2]: is there twice')
    expect(await refusal({ apps: [app({ roles: ['APP_ADMIN', 'APP_ADMIN'] })] })).toContain('apps[0].roles[1]: is there twice')
    const server = { id: 'default', audience: 'a', scopes: ['a'] }
    expect(await refusal({ authorizationServers: [server, server] })).toContain(
      'authorizationServers[1]: "default" is there twice',
    )
    const user = { profile: { login: 'ada@example.com' } }
    expect(await refusal({ users: [user, user] })).toContain('users[1]: "ada@example.com" is there twice')
  })

  it('keys that cannot stand beside one another', async () => {
    const keys = (...list: Json[]) => refusal({ apps: [app({ jwks: { keys: list } })] })
    const { kid: _, ...withoutKid } = otherJwk
    expect(await keys(jwk, { ...otherJwk, kid: 'k1' })).toContain('apps[0].jwks.keys: two of them have the same "kid"')
    expect(await keys(jwk, { ...jwk, kid: 'k2' })).toContain('apps[0].jwks.keys: the same key is there twice')
    expect(await keys(jwk, withoutKid)).toContain('apps[0].jwks.keys: each needs a "kid"')
  })

  it('a private key, and does not repeat it', async () => {
    const message = await refusal({ apps: [app({ jwks: { keys: [privateJwk] } })] })
    expect(message).toContain('apps[0].jwks.keys[0]: ')
    expect(message).toMatch(/private/i)
    expect(message).not.toContain(privateJwk['d'])
  })

  it('a symmetric key, a weak key, a damaged key', async () => {
    const key = (one: Json) => refusal({ apps: [app({ jwks: { keys: [one] } })] })
    const weak = { kty: 'RSA', kid: 'k1', e: 'AQAB', n: `gA${'A'.repeat(169)}B` }
    expect(await key({ kty: 'oct', kid: 'k1', k: 'c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0' })).toContain('apps[0].jwks.keys[0]: ')
    expect(await key(weak)).toContain('apps[0].jwks.keys[0]: ')
    expect(await key({ ...jwk, x: 'AAAA' })).toContain('apps[0].jwks.keys[0]: ')
    expect(await key({ ...jwk, status: 'RETIRED' })).toContain('apps[0].jwks.keys[0].status: ')
    expect(await key({ ...jwk, use: 'both' })).toContain('apps[0].jwks.keys[0].use: ')
  })

  it('authorization servers that cannot be', async () => {
    const server = (more: Json) => refusal({ authorizationServers: [{ id: 'default', audience: 'a', scopes: ['a'], ...more }] })
    expect(await server({ id: 'a/b' })).toContain('authorizationServers[0].id: ')
    expect(await server({ defaultScopes: ['b'] })).toContain('authorizationServers[0].defaultScopes: names a scope')
    expect(await server({ scopes: ['okta.users.read'] })).toContain('authorizationServers[0].scopes[0]: belongs to Okta')
  })
})
