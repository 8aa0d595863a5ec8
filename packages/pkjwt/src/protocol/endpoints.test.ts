import { describe, expect, it } from 'vitest'
import { endpointsOf, isLoopback, orgOf, readIssuer } from './endpoints.js'

describe('readIssuer()', () => {
  it.each([
    ['example.okta.com', 'https://example.okta.com'],
    ['example.okta.com/', 'https://example.okta.com'],
    ['  https://example.okta.com//  ', 'https://example.okta.com'],
    ['HTTPS://Example.Okta.com', 'https://example.okta.com'],
    ['https://example.okta.com/oauth2', 'https://example.okta.com'],
    ['https://example.okta.com/oauth2/v1/token', 'https://example.okta.com'],
    ['example.okta.com/oauth2/default', 'https://example.okta.com/oauth2/default'],
    ['https://example.okta.com/oauth2/aus1/v1/token', 'https://example.okta.com/oauth2/aus1'],
    ['https://example-admin.okta.com', 'https://example.okta.com'],
    ['example-admin.oktapreview.com', 'https://example.oktapreview.com'],
    ['https://id.example.com:8443', 'https://id.example.com:8443'],
    ['https://example-admin.okta-emea.com/', 'https://example.okta-emea.com'],
    ['https://my-admin.example.com', 'https://my-admin.example.com'],
    ['https://example-admin.okta.com.example.com', 'https://example-admin.okta.com.example.com'],
    ['https://example-admin.oktax.com', 'https://example-admin.oktax.com'],
    ['https://example.com.company', 'https://example.com.company'],
    ['https://example.okta.com//oauth2///default//', 'https://example.okta.com/oauth2/default'],
    ['https://example.okta.com/oauth2/a.B-c_d~1', 'https://example.okta.com/oauth2/a.B-c_d~1'],
    ['https://example.okta.com/v1/token', 'https://example.okta.com'],
    ['http+x.example.com', 'https://http+x.example.com'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['localhost:8080', 'http://localhost:8080'],
    ['http://[::1]:8080/', 'http://[::1]:8080'],
  ])('reads %j as %s', (org, issuer) => {
    expect(readIssuer(org)).toBe(issuer)
  })

  it.each([
    ['https://{yourOktaDomain}', 'placeholder'],
    ['https://$OKTA_DOMAIN', 'placeholder'],
    ['https://yourOktaDomain}', 'placeholder'],
    ['https://<yourOktaDomain', 'placeholder'],
    ['https://yourOktaDomain>', 'placeholder'],
    ['https://example.okta.com#a', 'more than a host'],
    ['https://user@example.okta.com', 'more than a host'],
    ['https://:secret@example.okta.com', 'more than a host'],
    ['https://example.okta.com/oauth2/v1/token/x', 'belongs to no authorization server'],
    ['https://example.okta.com/x/oauth2/default', 'belongs to no authorization server'],
    ['https://example.okta.com/oauth2/a%20b', 'belongs to no authorization server'],
    ['https://example.okta.com/oauth', 'belongs to no authorization server'],
    ['file:///etc/passwd', 'no domain'],
    ['http://[::2]:8080', 'in the clear'],
    ['https://https://example.okta.com', 'two schemes'],
    ['https://example.okta.com.com', 'the domain ends with ".com.com"'],
    ['example.okta.com?next=https://x', 'more than a host'],
    ['ftp://localhost', 'in the clear'],
    ['http://example.okta.com', 'in the clear'],
    ['http://127.0.0.1.example.com', 'in the clear'],
    ['ftp://example.okta.com', 'in the clear'],
    ['https://user:secret@example.okta.com', 'more than a host'],
    ['https://example.okta.com?x=1', 'more than a host'],
    ['https://example.okta.com/api/v1/users', 'belongs to no authorization server'],
    ['https://example.okta.com/oauth2/a/b', 'belongs to no authorization server'],
    ['', 'no domain'],
    ['exa mple', 'no domain'],
  ])('refuses %j: %s', (org, reason) => {
    expect(() => readIssuer(org)).toThrow(
      expect.objectContaining({ code: 'option_invalid', message: expect.stringContaining(reason) }),
    )
  })
})

describe('what readIssuer() refuses', () => {
  const told = (org: string) => {
    try {
      return readIssuer(org)
    } catch (error) {
      return error
    }
  }

  it.each([
    ['https://{yourOktaDomain}', 'Put the domain of your organisation there'],
    ['https://https://example.okta.com', 'Give the domain once'],
    ['https://example.okta.com.com', 'Write ".com" once'],
    ['http://example.okta.com', 'Use https; http is for this machine only'],
    ['https://user:secret@example.okta.com', 'Leave query, fragment and credentials out'],
    ['https://example.okta.com/api/v1/users', 'Give the domain, or the domain and /oauth2/ID'],
    ['', 'Give a domain such as example.okta.com'],
  ])('comes with advice: %j', (org, hint) => {
    expect(told(org)).toMatchObject({ hint })
  })

  it('is quoted, up to 200 characters', () => {
    expect(told('http://example.okta.com')).toMatchObject({
      message: 'Cannot use "http://example.okta.com" as the organisation: http:// would send the assertion in the clear',
    })
    expect(told(`$${'x'.repeat(1000)}`)).toMatchObject({
      message: `Cannot use "$${'x'.repeat(199)}" as the organisation: it is a placeholder`,
    })
    expect(told('example.okta.com/a//b')).toMatchObject({ message: expect.stringContaining('the path "/a//b" belongs to') })
  })
})

it('orgOf() is where the API of an issuer is', () => {
  expect(orgOf('https://example.okta.com/oauth2/default')).toBe('https://example.okta.com')
})

describe('endpointsOf()', () => {
  it('puts the organisation server under /oauth2/v1', () => {
    expect(endpointsOf('https://example.okta.com')).toEqual({
      issuer: 'https://example.okta.com',
      token: 'https://example.okta.com/oauth2/v1/token',
      keys: 'https://example.okta.com/oauth2/v1/keys',
      introspect: 'https://example.okta.com/oauth2/v1/introspect',
      revoke: 'https://example.okta.com/oauth2/v1/revoke',
    })
  })

  it('puts a custom server under its own path', () => {
    expect(endpointsOf('https://example.okta.com/oauth2/default').token).toBe('https://example.okta.com/oauth2/default/v1/token')
  })
})

describe('isLoopback()', () => {
  it.each([
    'localhost',
    'localhost:80',
    '127.0.0.1',
    '127.9.9.9:1',
    '127.255.255.255/x',
    'LOCALHOST',
    'localhost/x',
    '[::1]',
    '[::1]:80',
  ])('takes %s', (host) => {
    expect(isLoopback(host)).toBe(true)
  })

  it.each([
    'localhost.example.com',
    '127.0.0.1.example.com',
    '10.0.0.1',
    '128.0.0.1',
    '::1',
    'xlocalhost',
    'localhostx',
    '127.0.0',
    '127.0.0.0.1',
    '127.0.0.1234',
    'x127.0.0.1',
    '[::1]x',
    '',
  ])('does not take %s', (host) => {
    expect(isLoopback(host)).toBe(false)
  })
})
