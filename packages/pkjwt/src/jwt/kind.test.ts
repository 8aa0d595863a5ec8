import { describe, expect, it } from 'vitest'
import { encodeBase64urlText } from '../encoding/base64url.js'
import { tokenKindOf } from './kind.js'
import { readDraftJwt } from './parse.js'

const token = (header: object, claims: object) =>
  `${encodeBase64urlText(JSON.stringify(header))}.${encodeBase64urlText(JSON.stringify(claims))}.AAAA`
const kindOf = (text: string) => tokenKindOf(readDraftJwt(text))

describe('tokenKindOf() goes by "typ" first', () => {
  it.each([
    ['at+jwt', 'access token'],
    ['AT+JWT', 'access token'],
    ['application/at+jwt', 'access token'],
    ['dpop+jwt', 'DPoP proof'],
    ['oauth-authz-req+jwt', 'request object'],
    ['logout+jwt', 'logout token'],
    ['client-authentication+jwt', 'client assertion'],
  ])('%s is %s', (typ, kind) => {
    expect(kindOf(token({ typ }, {}))).toBe(kind)
  })

  it.each(['JWT', 'xapplication/at+jwt', 'at+application/jwt', 7, null, undefined])('%j says nothing', (typ) => {
    expect(kindOf(token({ typ }, {}))).toBe('JWT of unknown kind')
  })
})

describe('tokenKindOf() then goes by the claims', () => {
  const assertion = { iss: '0oa1', sub: '0oa1', aud: 'https://example.okta.com/oauth2/v1/token' }
  it.each([
    [{ htm: 'POST' }, 'DPoP proof'],
    [{ htu: 'https://example.okta.com' }, 'DPoP proof'],
    [{ response_type: 'code' }, 'request object'],
    [{ redirect_uri: 'https://app.example' }, 'request object'],
    [{ request_uri: 'urn:x' }, 'request object'],
    [{ events: {} }, 'logout token'],
    [{ scp: ['okta.users.read'] }, 'access token'],
    [{ cid: '0oa1' }, 'access token'],
    [{ iss: 'https://id.example', scope: 'a' }, 'access token'],
    [{ iss: 'https://id.example', client_id: '0oa1' }, 'access token'],
    [{ nonce: 'n' }, 'ID token'],
    [{ events: {}, nonce: 'n' }, 'ID token'],
    [{ at_hash: 'h' }, 'ID token'],
    [{ c_hash: 'h' }, 'ID token'],
    [{ auth_time: 1 }, 'ID token'],
    [{ amr: ['pwd'] }, 'ID token'],
    [assertion, 'client assertion'],
  ])('%j is %s', (claims, kind) => {
    expect(kindOf(token({}, claims))).toBe(kind)
  })

  it.each(['iss', 'sub', 'aud'])('a client assertion has "%s"', (name) => {
    expect(kindOf(token({}, { ...assertion, [name]: undefined }))).toBe('JWT of unknown kind')
  })

  it('takes "scope" without "iss" for nothing', () => {
    expect(kindOf(token({}, { scope: 'a' }))).toBe('JWT of unknown kind')
  })
})

describe('tokenKindOf() goes by the form of what cannot be read', () => {
  it.each([
    ['eyJhbGciOiJSU0EtT0FFUCJ9.a_-1.b2.c3.d4', 'encrypted token (JWE)'],
    ['eyJhbGciOiJkaXIifQ..b2.c3.d4', 'encrypted token (JWE)'],
    [' eyJhbGciOiJkaXIifQ..b2.c3.d4\n', 'encrypted token (JWE)'],
    ['a.b.c.d', 'no token'],
    ['a.b.c.d.', 'no token'],
    ['.b.c.d.e', 'no token'],
    ['a.b.c.d.e!', 'no token'],
    ['!a.b.c.d.e', 'no token'],
    ['{"payload":"e30","signatures":[]}', 'JSON serialisation of a JWS'],
    ['{ "protected" : "e30" }', 'JSON serialisation of a JWS'],
    ['{"signature":"AA"}', 'JSON serialisation of a JWS'],
    ['{"keys":[]}', 'no token'],
    ['x{"payload":"e30"}', 'no token'],
    ['', 'no token'],
  ])('%j is %s', (text, kind) => {
    expect(kindOf(text)).toBe(kind)
  })

  it('looks at the first 16 KiB of it', () => {
    const json = (spaces: number) => `{${' '.repeat(spaces)}"payload":""}`
    expect(kindOf(json(16_384 - '{"payload":'.length))).toBe('JSON serialisation of a JWS')
    expect(kindOf(json(16_385 - '{"payload":'.length))).toBe('no token')
  })
})
