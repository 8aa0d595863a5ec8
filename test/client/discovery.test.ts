import { createTokenClient, type TokenClientOptions } from 'pkjwt/client'
import { generateKey } from 'pkjwt/keys'
import { describe, expect, test } from 'vitest'
import { failureOf, startPair, testKey } from './harness.js'
import { send, type TokenServer } from './tokenServer.js'

const key = await testKey()
const scopes = ['okta.users.read']

/** Serves a document as metadata at a path, and tells how often it was asked for. */
function publish(server: TokenServer, path: string, document: object | string): { count: number } {
  const asked = { count: 0 }
  server.routes.set(path, (_, response) => {
    asked.count += 1
    send(response, 200, document)
  })
  return asked
}

const oauthPath = '/.well-known/oauth-authorization-server'
const openidPath = '/.well-known/openid-configuration'

describe('the token endpoint of an issuer is found', () => {
  test.each([
    ['where RFC 8414 puts it', '', oauthPath],
    ['where RFC 8414 puts it, for an issuer with a path', '/tenant', `${oauthPath}/tenant`],
    ['where OpenID Connect puts it', '', openidPath],
    ['where OpenID Connect puts it, for an issuer with a path', '/tenant', `/tenant${openidPath}`],
    ['where Okta puts it for custom authorization servers', '/oauth2/default', `/oauth2/default${oauthPath}`],
  ])('%s', async (_, issuerPath, path) => {
    await using pair = await startPair({ org: undefined, issuer: 'http://127.0.0.1:1' })
    const issuer = `${pair.server.origin}${issuerPath}`
    publish(pair.server, path, { issuer, token_endpoint: pair.server.tokenEndpoint })
    const client = pair.another({ issuer })
    expect((await client.token()).value).toBe('token-1')
  })

  test('once, however many ask at the same time', async () => {
    await using pair = await startPair({ org: undefined, issuer: 'http://127.0.0.1:1' })
    const issuer = pair.server.origin
    const asked = publish(pair.server, oauthPath, { issuer, token_endpoint: pair.server.tokenEndpoint })
    const client = pair.another({ issuer })
    await Promise.all([client.token(), client.token({ scopes: ['a'] }), client.token({ scopes: ['b'] })])
    await client.token({ forceRefresh: true })
    expect(asked.count).toBe(1)
  })

  test('again after a day, and as before when it cannot be found then', async () => {
    await using pair = await startPair({ org: undefined, issuer: 'http://127.0.0.1:1', retry: { attemptsMax: 1 } })
    const { server, clock } = pair
    const issuer = server.origin
    publish(server, oauthPath, { issuer, token_endpoint: server.tokenEndpoint })
    const client = pair.another({ issuer })
    await client.token()
    clock.forward(86_400)
    const asked = { count: 0 }
    server.routes.set(oauthPath, (_, response) => {
      asked.count += 1
      send(response, 503, {})
    })
    expect((await client.token()).value).toBe('token-2')
    expect(asked.count).toBe(1)
  })

  test('with a slash at the end that only one of the two has', async () => {
    await using pair = await startPair({ org: undefined, issuer: 'http://127.0.0.1:1' })
    const issuer = `${pair.server.origin}/`
    publish(pair.server, oauthPath, { issuer, token_endpoint: pair.server.tokenEndpoint })
    expect((await pair.another({ issuer: pair.server.origin }).token()).value).toBe('token-1')
  })

  test('after a failure that passes', async () => {
    await using pair = await startPair({ org: undefined, issuer: 'http://127.0.0.1:1' })
    const { server } = pair
    server.routes.set(oauthPath, (_, response) => {
      publish(server, oauthPath, { issuer: server.origin, token_endpoint: server.tokenEndpoint })
      send(response, 503, {}, { 'retry-after': '2' })
    })
    expect((await pair.another({ issuer: server.origin }).token()).value).toBe('token-1')
    expect(pair.waits).toHaveLength(1)
  })
})

describe('metadata is refused when', () => {
  const refusals: readonly (readonly [name: string, change: (origin: string) => object, message: string])[] = [
    ['it names another issuer', () => ({ issuer: 'https://id.example' }), 'it says that it is "https://id.example"'],
    ['its token endpoint is at another origin', () => ({ token_endpoint: 'https://evil.example/token' }), 'is at another origin'],
    ['its token endpoint is at another port', () => ({ token_endpoint: 'http://127.0.0.1:1/token' }), 'is at another origin'],
    ['its token endpoint is not https', () => ({ token_endpoint: 'http://id.example/token' }), 'is not https'],
    ['its token endpoint is no URL', () => ({ token_endpoint: '/token' }), 'is no plain URL'],
    [
      'its token endpoint carries credentials',
      (origin) => ({ token_endpoint: origin.replace('//', '//a:b@') }),
      'is no plain URL',
    ],
  ]

  test.each(refusals)('%s', async (_, change, message) => {
    await using pair = await startPair({ org: undefined, issuer: 'http://127.0.0.1:1' })
    const { origin, tokenEndpoint } = pair.server
    publish(pair.server, oauthPath, { issuer: origin, token_endpoint: tokenEndpoint, ...change(origin) })
    const client = pair.another({ issuer: origin })
    await expect(client.token()).rejects.toMatchObject({ code: 'config_invalid', message: expect.stringContaining(message) })
    expect(pair.server.requests).toHaveLength(0)
  })

  test.each([
    ['it is not there', undefined],
    ['it is no JSON', '<html>'],
    ['it names no token endpoint', { issuer: 'x' }],
  ])('%s', async (_, document) => {
    await using pair = await startPair({ org: undefined, issuer: 'http://127.0.0.1:1' })
    if (document !== undefined) publish(pair.server, oauthPath, document)
    await expect(pair.another({ issuer: pair.server.origin }).token()).rejects.toMatchObject({ code: 'server_answer_invalid' })
  })

  test('it redirects', async () => {
    await using pair = await startPair({ org: undefined, issuer: 'http://127.0.0.1:1' })
    pair.server.routes.set(oauthPath, (_, response) => response.writeHead(302, { location: 'https://evil.example/' }).end())
    await expect(pair.another({ issuer: pair.server.origin }).token()).rejects.toMatchObject({ code: 'config_invalid' })
  })
})

test('a token endpoint at an origin that was listed is taken', async () => {
  await using pair = await startPair({ org: undefined, issuer: 'http://127.0.0.1:1' })
  await using elsewhere = await startPair()
  const { origin } = elsewhere.server
  publish(pair.server, oauthPath, { issuer: pair.server.origin, token_endpoint: elsewhere.server.tokenEndpoint })
  const client = pair.another({ issuer: pair.server.origin, tokenEndpointOrigins: [`${origin}/whatever`] })
  expect((await client.token()).value).toBe('token-1')
})

// PS256 tells the profiles apart: Okta does not take it.
test.each([
  ['org: okta', { org: 'example.okta.com' }, 'okta'],
  ['org, with a profile: that profile', { org: 'example.okta.com', profile: 'rfc7523' }, 'rfc7523'],
  ['issuer: rfc7523', { issuer: 'https://id.example' }, 'rfc7523'],
  [
    'issuer, whatever the audience is: rfc7523',
    { issuer: 'https://id.example', audience: 'https://example.okta.com' },
    'rfc7523',
  ],
  ['tokenEndpoint: rfc7523', { tokenEndpoint: 'https://id.example/token' }, 'rfc7523'],
  ['tokenEndpoint, with a profile: that profile', { tokenEndpoint: 'https://id.example/token', profile: 'okta' }, 'okta'],
] as const)('the profile follows from how the server is named: %s', async (_, options, profile) => {
  const client = createTokenClient({ clientId: '0oa1', key: await generateKey({ alg: 'PS256' }), scopes, ...options })
  const outcome = await client.ready().then(
    () => 'rfc7523',
    (error) => `okta ${error.findings[0].id}`,
  )
  expect(outcome).toBe(profile === 'okta' ? 'okta alg-profile' : 'rfc7523')
})

describe('options are refused when', () => {
  const refused: readonly (readonly [name: string, options: Partial<TokenClientOptions>])[] = [
    ['no server is named', {}],
    ['two servers are named', { org: 'example.okta.com', issuer: 'https://id.example' }],
    ['the organisation is a placeholder', { org: '{yourOktaDomain}' }],
    ['the organisation ends with .com.com', { org: 'example.okta.com.com' }],
    ['the organisation is http away from this machine', { org: 'http://example.okta.com' }],
    ['the token endpoint is http away from this machine', { tokenEndpoint: 'http://id.example/token' }],
    ['the token endpoint carries credentials', { tokenEndpoint: 'https://a:b@id.example/token' }],
    ['the issuer has a query', { issuer: 'https://id.example/?a=b' }],
    ['the issuer is no URL', { issuer: 'id.example' }],
    ['there is no client id', { org: 'example.okta.com', clientId: '' }],
    ['a scope holds a space', { org: 'example.okta.com', scopes: ['a b'] }],
    ['a profile needs an issuer that is not known', { tokenEndpoint: 'https://id.example/token', profile: 'fapi2' }],
  ]

  test.each(refused)('%s', (_, options) => {
    expect(() => createTokenClient({ clientId: '0oa1', key, scopes, ...options })).toThrow(
      expect.objectContaining({ code: 'option_invalid', hint: expect.any(String) }),
    )
  })

  test.each([
    ['a bare domain', 'example.okta.com', 'https://example.okta.com/oauth2/v1/token'],
    ['a slash at the end', 'https://example.okta.com/', 'https://example.okta.com/oauth2/v1/token'],
    ['the host of the administration', 'example-admin.okta.com', 'https://example.okta.com/oauth2/v1/token'],
    ['a custom authorization server', 'example.okta.com/oauth2/default', 'https://example.okta.com/oauth2/default/v1/token'],
  ])('but not for %s', async (_, org, tokenEndpoint) => {
    const seen: string[] = []
    const fetch = async (input: RequestInfo | URL) => {
      seen.push(String(input))
      return new Response('{"error":"invalid_scope"}', { status: 400 })
    }
    await failureOf(createTokenClient({ org, clientId: '0oa1', key, scopes, fetch }).token())
    expect(seen).toEqual([tokenEndpoint])
  })
})
