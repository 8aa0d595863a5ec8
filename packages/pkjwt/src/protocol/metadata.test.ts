import { describe, expect, test } from 'vitest'
import { algorithmNames } from '../keys/algorithms.js'
import { proofAlgorithms } from '../rules/proof.js'
import { endpointsOf } from './endpoints.js'
import { metadataUrlsOf, readMetadata, writeMetadata } from './metadata.js'

const issuer = 'https://id.example'
const document = { issuer, token_endpoint: 'https://id.example/token' }

test('readMetadata() reads what writeMetadata() writes', () => {
  const endpoints = endpointsOf('https://example.okta.com/oauth2/default')
  const written = writeMetadata(endpoints, ['api.read'])
  expect(readMetadata(written, { issuer: endpoints.issuer })).toEqual({
    issuer: endpoints.issuer,
    tokenEndpoint: endpoints.token,
  })
})

test('writeMetadata() tells of every endpoint, and of private_key_jwt alone', () => {
  expect(writeMetadata(endpointsOf('https://example.okta.com/oauth2/default'), ['api.read'])).toEqual({
    issuer: 'https://example.okta.com/oauth2/default',
    token_endpoint: 'https://example.okta.com/oauth2/default/v1/token',
    jwks_uri: 'https://example.okta.com/oauth2/default/v1/keys',
    registration_endpoint: 'https://example.okta.com/oauth2/v1/clients',
    introspection_endpoint: 'https://example.okta.com/oauth2/default/v1/introspect',
    revocation_endpoint: 'https://example.okta.com/oauth2/default/v1/revoke',
    response_types_supported: ['token'],
    grant_types_supported: ['client_credentials'],
    scopes_supported: ['api.read'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: algorithmNames,
    dpop_signing_alg_values_supported: proofAlgorithms,
  })
})

test('metadataUrlsOf() names each place once', () => {
  expect(metadataUrlsOf(issuer)).toEqual([
    'https://id.example/.well-known/oauth-authorization-server',
    'https://id.example/.well-known/openid-configuration',
  ])
  for (const slashes of ['', '/', '//']) {
    expect(metadataUrlsOf(`https://id.example/tenant${slashes}`)).toEqual([
      'https://id.example/.well-known/oauth-authorization-server/tenant',
      'https://id.example/tenant/.well-known/openid-configuration',
      'https://id.example/tenant/.well-known/oauth-authorization-server',
    ])
  }
})

describe('readMetadata() takes', () => {
  test.each([
    ['the token endpoint of the same origin', document, {}],
    ['an issuer that differs in one slash at the end', { ...document, issuer: `${issuer}/` }, {}],
    [
      'a token endpoint at an origin that was listed',
      { ...document, token_endpoint: 'https://token.example/t' },
      { tokenEndpointOrigins: ['https://token.example'] },
    ],
  ])('%s', (_, given, options) => {
    expect(readMetadata(given, { issuer, ...options })).toEqual({ issuer: given.issuer, tokenEndpoint: given.token_endpoint })
  })

  test.each(['http://localhost:8080', 'http://127.0.0.1:8080', 'http://[::1]:8080'])('a server on this machine, %s', (local) => {
    const given = { issuer: local, token_endpoint: `${local}/token?tenant=a` }
    expect(readMetadata(given, { issuer: `${local}/` }).tokenEndpoint).toBe(`${local}/token?tenant=a`)
  })
})

describe('readMetadata() refuses', () => {
  test.each([
    ['another issuer', { ...document, issuer: 'https://evil.example' }],
    ['an issuer with another path', { ...document, issuer: `${issuer}/tenant` }],
    ['a token endpoint at another host', { ...document, token_endpoint: 'https://evil.example/token' }],
    ['a token endpoint at a subdomain', { ...document, token_endpoint: 'https://token.id.example/token' }],
    ['a token endpoint over http', { ...document, token_endpoint: 'http://id.example/token' }],
    ['a token endpoint with credentials', { ...document, token_endpoint: 'https://a:b@id.example/token' }],
    ['a token endpoint with a user', { ...document, token_endpoint: 'https://a@id.example/token' }],
    ['a token endpoint with a password', { ...document, token_endpoint: 'https://:b@id.example/token' }],
    ['a token endpoint of another scheme', { ...document, token_endpoint: 'ftp://id.example/token' }],
    ['a token endpoint at another port', { ...document, token_endpoint: 'https://id.example:8443/token' }],
    ['an issuer that differs in two slashes', { ...document, issuer: `${issuer}//` }],
    ['a token endpoint with a fragment', { ...document, token_endpoint: 'https://id.example/token#a' }],
    ['a token endpoint that is no URL', { ...document, token_endpoint: 'token' }],
  ])('%s', (_, given) => {
    expect(() => readMetadata(given, { issuer })).toThrow(expect.objectContaining({ code: 'config_invalid' }))
  })

  test('in a sentence that says what is the case', () => {
    const told = (given: unknown) => {
      try {
        return readMetadata(given, { issuer })
      } catch (error) {
        return error
      }
    }
    const sentence = 'Cannot use the metadata of "https://id.example":'
    expect(told({ ...document, issuer: 'https://evil.example' })).toMatchObject({
      message: `${sentence} it says that it is "https://evil.example"`,
      hint: 'Give the issuer exactly as the server names itself',
    })
    expect(told({ ...document, token_endpoint: 'token' })).toMatchObject({
      message: `${sentence} its token endpoint "token" is no plain URL`,
      hint: 'Give the token endpoint itself',
    })
    expect(told({ ...document, token_endpoint: 'http://id.example/token' })).toMatchObject({
      message: `${sentence} its token endpoint "http://id.example/token" is not https`,
      hint: 'Use a server that has https',
    })
    expect(told({ ...document, token_endpoint: 'ftp://localhost/token' })).toMatchObject({
      message: `${sentence} its token endpoint "ftp://localhost/token" is not https`,
    })
    expect(told({ ...document, token_endpoint: 'https://evil.example/token' })).toMatchObject({
      message: `${sentence} its token endpoint "https://evil.example/token" is at another origin`,
      hint: 'List its origin in { tokenEndpointOrigins } when it is right',
    })
    expect(told({ issuer })).toMatchObject({
      message: `${sentence} it names no issuer and token endpoint`,
      hint: 'Check the issuer, or give the token endpoint itself',
    })
    expect(told({ ...document, issuer: 'x'.repeat(1000) })).toMatchObject({
      message: `${sentence} it says that it is "${'x'.repeat(200)}"`,
    })
  })

  test.each([
    ['a list', []],
    ['a text', 'hello'],
    ['a document without a token endpoint', { issuer }],
    ['an issuer that is no text', { ...document, issuer: 1 }],
  ])('%s as no metadata', (_, given) => {
    expect(() => readMetadata(given, { issuer })).toThrow(expect.objectContaining({ code: 'server_answer_invalid' }))
  })
})
