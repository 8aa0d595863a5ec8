import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pastedCharactersMax, readPasted } from './pasted.js'

const token = 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiIwb2ExIn0.AAAA'

describe('readPasted()', () => {
  it.each([
    ['alone', token, []],
    ['with a line break behind', `${token}\n`, ['white space']],
    ['in quotes', `"${token}"`, ['quotes']],
    ['in typographic quotes', `“${token}”`, ['quotes']],
    ['as a header', `Authorization: Bearer ${token}`, ['the name of the header', 'the word Bearer']],
    ['as JSON member', `"client_assertion": "${token}",`, ['quotes', 'the name of the parameter']],
    ['wrapped', `${token.slice(0, 10)}\n  ${token.slice(10)}`, ['a line break inside']],
    ['behind a byte order mark', `\ufeff${token}`, ['an invisible character']],
  ])('finds the token %s', (_, text, dressing) => {
    const pasted = readPasted(text)
    expect(pasted).toMatchObject({ kind: 'token', token })
    expect(pasted.kind === 'token' && [...pasted.dressing].sort()).toEqual([...dressing].sort())
  })

  it('reads a curl command as curl would send it', () => {
    const command = `curl -X POST 'https://example.okta.com/oauth2/v1/token?x=1' \\
      -H "Content-Type: application/x-www-form-urlencoded" \\
      --data-urlencode "scope=okta.users.read okta.groups.read" -d client_assertion=${token}`
    expect(readPasted(command)).toEqual({
      kind: 'request',
      request: {
        method: 'POST',
        contentType: 'application/x-www-form-urlencoded',
        authorization: undefined,
        query: 'x=1',
        url: 'https://example.okta.com/oauth2/v1/token',
        body: `scope=okta.users.read%20okta.groups.read&client_assertion=${token}`,
      },
    })
  })

  it.each([
    ['printf %s', `printf %s ${token} | curl https://example.okta.com --data-urlencode client_assertion@-`],
    ['printf "%s"', `$ printf "%s" '${token}' |\n  curl https://example.okta.com --data-urlencode client_assertion@-`],
  ])('reads a curl command that gets the assertion through stdin from %s', (_, command) => {
    expect(readPasted(command)).toMatchObject({ kind: 'request', request: { body: `client_assertion=${token}` } })
  })

  it('reads a curl command without data as a GET, and with -u as one with credentials', () => {
    expect(readPasted('curl https://example.okta.com -u id:secret')).toMatchObject({
      request: { method: 'GET', authorization: 'Basic' },
    })
  })

  it('reads a form of one line, and of one parameter a line', () => {
    expect(readPasted(`grant_type=client_credentials&client_assertion=${token}`)).toMatchObject({ kind: 'request' })
    expect(readPasted('grant_type=client_credentials\nscope=a')).toMatchObject({
      request: { body: 'grant_type=client_credentials&scope=a' },
    })
  })

  it('reads an answer as JSON in both shapes, and as a whole HTTP response', () => {
    expect(readPasted('{"error":"invalid_client"}').kind).toBe('response')
    expect(readPasted('{"errorCode":"E0000011","errorSummary":"Invalid token provided"}').kind).toBe('response')
    const raw = readPasted('HTTP/1.1 403 Forbidden\r\nWWW-Authenticate: Bearer error="insufficient_scope"\r\n\r\n')
    expect(raw.kind === 'response' && [raw.response.status, raw.response.header('www-authenticate')]).toEqual([
      403,
      'Bearer error="insufficient_scope"',
    ])
  })

  it('looks at nothing that is longer than any of them', () => {
    expect(readPasted('a'.repeat(pastedCharactersMax)).kind).toBe('token')
    expect(readPasted('a'.repeat(pastedCharactersMax + 1)).kind).toBe('unknown')
  })

  it('takes ten megabytes in milliseconds', () => {
    const text = '.'.repeat(10_000_000)
    // The best of several times: the machine may be busy with something else in between.
    const times = Array.from({ length: 5 }, () => {
      const started = performance.now()
      readPasted(text)
      return performance.now() - started
    })
    expect(Math.min(...times)).toBeLessThan(100)
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.json()), (text) => void readPasted(text)))
    fc.assert(fc.property(fc.string(), (text) => void readPasted(`curl ${text}`)))
    fc.assert(fc.property(fc.string(), (text) => void readPasted(`HTTP/1.1 ${text}`)))
  })
})
