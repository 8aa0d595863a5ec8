import { describe, expect, it } from 'vitest'
import { endpointsOf, isLoopback, readIssuer } from './endpoints.js'

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
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['localhost:8080', 'http://localhost:8080'],
    ['http://[::1]:8080/', 'http://[::1]:8080'],
  ])('reads %j as %s', (org, issuer) => {
    expect(readIssuer(org)).toBe(issuer)
  })

  it.each([
    ['https://{yourOktaDomain}', 'placeholder'],
    ['https://$OKTA_DOMAIN', 'placeholder'],
    ['https://https://example.okta.com', 'two schemes'],
    ['https://example.okta.com.com', '.com.com'],
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
  it.each(['localhost', 'localhost:80', '127.0.0.1', '127.9.9.9:1', '[::1]', '[::1]:80'])('takes %s', (host) => {
    expect(isLoopback(host)).toBe(true)
  })

  it.each(['localhost.example.com', '127.0.0.1.example.com', '10.0.0.1', '128.0.0.1', '::1', 'xlocalhost'])(
    'does not take %s',
    (host) => {
      expect(isLoopback(host)).toBe(false)
    },
  )
})
