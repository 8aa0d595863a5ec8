import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { generateKey, type SigningKey, writePrivateKey } from 'pkjwt/keys'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpServer, seedApp, startHttpServer } from '../server/support.js'

// Clients that others wrote. Both aim their assertion at the issuer, so the audience is set to the endpoint, as Okta wants it.

const algorithms = ['RS256', 'ES256'] as const
let keys: Record<(typeof algorithms)[number], SigningKey>
let server: HttpServer

beforeAll(async () => {
  const [RS256, ES256] = await Promise.all(algorithms.map((alg) => generateKey({ alg })))
  keys = { RS256, ES256 } as typeof keys
  const apps = algorithms.flatMap((alg) => [
    seedApp(`0oa${alg}`, keys[alg]),
    seedApp(`0oa${alg}Bound`, keys[alg], { dpop_bound_access_tokens: true }),
  ])
  const strict = seedApp('0oaStrict', keys.ES256, { profile: 'rfc7523' })
  server = await startHttpServer({ seed: { apps: [...apps, strict], users: [{ profile: { login: 'ada@example.com' } }] } })
})

afterAll(() => server.close())

async function importKey(alg: (typeof algorithms)[number]): Promise<CryptoKey> {
  const jwk = await writePrivateKey(keys[alg], 'jwk')
  const parameters = alg === 'RS256' ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } : { name: 'ECDSA', namedCurve: 'P-256' }
  return crypto.subtle.importKey('jwk', { ...jwk } as JsonWebKey, parameters, false, ['sign'])
}

describe.each(algorithms)('openid-client with %s', (alg) => {
  it('discovers the server, gets a token and calls the API', async () => {
    const config = await openidConfig(`0oa${alg}`, alg)
    const tokens = await openid.clientCredentialsGrant(config, { scope: 'okta.users.read' })
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600, scope: 'okta.users.read' })
    const response = await openid.fetchProtectedResource(
      config,
      tokens.access_token,
      new URL(`${server.url}/api/v1/users`),
      'GET',
    )
    expect(await response.json()).toHaveLength(1)
  })

  it('gets a bound token with DPoP and calls the API with it', async () => {
    const config = await openidConfig(`0oa${alg}Bound`, alg)
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('ES256'))
    const tokens = await openid.clientCredentialsGrant(config, { scope: 'okta.users.read' }, { DPoP })
    expect(tokens.token_type).toBe('dpop')
    const url = new URL(`${server.url}/api/v1/users`)
    const response = await openid.fetchProtectedResource(config, tokens.access_token, url, 'GET', null, undefined, { DPoP })
    expect(response.status).toBe(200)
  })

  it('learns from introspection that the token is active, and that it is not after revocation', async () => {
    const config = await openidConfig(`0oa${alg}`, alg)
    const { access_token } = await openid.clientCredentialsGrant(config, { scope: 'okta.users.read' })
    const before = await openidConfig(`0oa${alg}`, alg, 'introspect')
    expect(await openid.tokenIntrospection(before, access_token)).toMatchObject({ active: true, client_id: `0oa${alg}` })
    await openid.tokenRevocation(await openidConfig(`0oa${alg}`, alg, 'revoke'), access_token)
    expect(await openid.tokenIntrospection(before, access_token)).toEqual({ active: false })
  })
})

async function openidConfig(clientId: string, alg: (typeof algorithms)[number], endpoint = 'token') {
  const authentication = openid.PrivateKeyJwt(
    { key: await importKey(alg), kid: keys[alg].kid ?? '' },
    {
      [openid.modifyAssertion]: (_header, payload) => {
        payload['aud'] = `${server.url}/oauth2/v1/${endpoint}`
      },
    },
  )
  return openid.discovery(new URL(server.url), clientId, undefined, authentication, {
    execute: [openid.allowInsecureRequests],
    algorithm: 'oauth2',
  })
}

describe.each(algorithms)('oauth4webapi with %s', (alg) => {
  it('discovers the server and gets a token', async () => {
    const issuer = new URL(server.url)
    const insecure = { [oauth.allowInsecureRequests]: true }
    const as = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }),
    )
    const client = { client_id: `0oa${alg}` }
    const authentication = oauth.PrivateKeyJwt(
      { key: await importKey(alg), kid: keys[alg].kid ?? '' },
      {
        [oauth.modifyAssertion]: (_header, payload) => {
          payload['aud'] = as.token_endpoint ?? ''
        },
      },
    )
    const parameters = new URLSearchParams({ scope: 'okta.users.read' })
    const response = await oauth.clientCredentialsGrantRequest(as, client, authentication, parameters, insecure)
    const tokens = await oauth.processClientCredentialsResponse(as, client, response)
    expect(tokens).toMatchObject({ token_type: 'bearer', scope: 'okta.users.read' })
  })
})

describe('a client that aims at the issuer', () => {
  it('is refused by the profile okta', async () => {
    await expect(withoutAudience('0oaES256')).rejects.toMatchObject({
      error: 'invalid_client',
      error_description: 'The audience claim for client_assertion must be the endpoint invoked for the request.',
    })
  })

  it('gets a token where the app has the profile rfc7523', async () => {
    expect(await withoutAudience('0oaStrict')).toMatchObject({ token_type: 'bearer' })
  })
})

async function withoutAudience(clientId: string) {
  const authentication = openid.PrivateKeyJwt({ key: await importKey('ES256'), kid: keys.ES256.kid ?? '' })
  const config = await openid.discovery(new URL(server.url), clientId, undefined, authentication, {
    execute: [openid.allowInsecureRequests],
    algorithm: 'oauth2',
  })
  return openid.clientCredentialsGrant(config, { scope: 'okta.users.read' })
}
