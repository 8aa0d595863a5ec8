import { describe, expect, test } from 'vitest'
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

test('metadataUrlsOf() names each place once', () => {
  expect(metadataUrlsOf(issuer)).toEqual([
    'https://id.example/.well-known/oauth-authorization-server',
    'https://id.example/.well-known/openid-configuration',
  ])
  expect(metadataUrlsOf('https://id.example/tenant/')).toEqual([
    'https://id.example/.well-known/oauth-authorization-server/tenant',
    'https://id.example/tenant/.well-known/openid-configuration',
    'https://id.example/tenant/.well-known/oauth-authorization-server',
  ])
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
    expect(readMetadata(given, { issuer, ...options }).tokenEndpoint).toBe(given.token_endpoint)
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
    ['a token endpoint with a fragment', { ...document, token_endpoint: 'https://id.example/token#a' }],
    ['a token endpoint that is no URL', { ...document, token_endpoint: 'token' }],
  ])('%s', (_, given) => {
    expect(() => readMetadata(given, { issuer })).toThrow(expect.objectContaining({ code: 'config_invalid' }))
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
