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

  it.each([
    ['spaces and tabs around it', ` \t${token}\t `, ['white space']],
    ['a carriage return behind it', `${token}\r\n`, ['white space']],
    ['a quote on one side', `'${token}`, ['quotes']],
    ['two quotes on each side', `''${token}""`, ['quotes']],
    ['the name of the parameter and no space', `client_assertion:'${token}'`, ['quotes', 'the name of the parameter']],
    ['a comma behind it', `${token},`, ['quotes']],
    ['back quotes', `\`${token}\``, ['quotes']],
    ['the word DPoP', `DPOP  ${token}`, ['the word Bearer']],
    ['the name of the parameter', `client_assertion=${token}`, undefined],
    ['the name of the parameter and a colon', `client_assertion : '${token}'`, ['quotes', 'the name of the parameter']],
    [
      'the name of the parameter as JavaScript writes it',
      `'client_assertion': '${token}',`,
      ['quotes', 'the name of the parameter'],
    ],
    ['the name of the parameter in quotes', `"client_assertion": ${token}`, ['quotes', 'the name of the parameter']],
    ['the name of the header alone', `authorization:${token}`, ['the name of the header']],
    ['invisible signs inside', `${token.slice(0, 9)}\u200b${token.slice(9)}\u2060`, ['an invisible character']],
    ['two line breaks inside', `${token.slice(0, 9)}\r\n\n${token.slice(9)}`, ['a line break inside']],
  ])('finds the token with %s', (_, text, dressing) => {
    const pasted = readPasted(text)
    if (dressing === undefined) expect(pasted).toMatchObject({ kind: 'request' })
    else expect(pasted).toEqual({ kind: 'token', token, dressing: expect.arrayContaining(dressing) })
    if (pasted.kind === 'token') expect(pasted.dressing).toHaveLength(dressing?.length ?? 0)
  })

  it('takes off nothing that stands inside the token, or is another word', () => {
    for (const text of ['a"b.c', 'xBearer a', 'Bearera', 'a client_assertion=b', 'x authorization: a', 'a b']) {
      expect(readPasted(text)).toEqual({ kind: 'token', token: text, dressing: [] })
    }
  })

  it.each(['', ' ', '\n', '""', "'"])('finds nothing in %j', (text) => {
    expect(readPasted(text)).toEqual({ kind: 'unknown', text: text.trim() })
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
    expect(readPasted(' grant_type=client_credentials \r\n &scope=a\n\n&x=y\n')).toMatchObject({
      request: { body: 'grant_type=client_credentials&scope=a&x=y' },
    })
    expect(readPasted('a=1&client_assertion_type=x')).toMatchObject({ request: { body: 'a=1&client_assertion_type=x' } })
    expect(readPasted('xgrant_type=x').kind).toBe('token')
    expect(readPasted('grant_type').kind).toBe('token')
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

  it('reads the status, the headers and the body of an HTTP response', () => {
    const read = (text: string) => {
      const pasted = readPasted(text)
      if (pasted.kind !== 'response') throw new TypeError(`it is a ${pasted.kind}`)
      const { status, header, body } = pasted.response
      return { status, type: header('Content-Type'), date: header('DATE'), body }
    }
    expect(read('\nHTTP/2 401\r\ncontent-type : text/html; a=b:c \r\nDate:x\r\n\r\n{\r\n\r\n} \r\n')).toEqual({
      status: 401,
      type: 'text/html; a=b:c',
      date: 'x',
      body: '{\n\n}',
    })
    expect(read('HTTP/1.1 400 Bad Request\nDate: y\n\nno\n\nyes')).toMatchObject({ status: 400, date: 'y', body: 'no\n\nyes' })
    expect(read('HTTP/1.1 400 X\n\n  no')).toMatchObject({ body: 'no' })
    expect(read('HTTP/1.1 40 X')).toMatchObject({ status: 0, body: '' })
    expect(read('HTTP/1.1  401')).toMatchObject({ status: 0 })
  })

  it('does not take any JSON, or any text about HTTP, for an answer', () => {
    expect(readPasted('{"access_token":"a"}')).toMatchObject({ kind: 'response', response: { status: 0 } })
    for (const text of ['{"a":1}', '{"error":', '[{"error":"a"}]', 'HTTP/x', 'x HTTP/1.1 401']) {
      expect(readPasted(text).kind).toBe('token')
    }
  })

  it('knows no header of an answer of which only the body was pasted', () => {
    const pasted = readPasted(' {"error":"invalid_client"} ')
    expect(pasted).toMatchObject({ response: { status: 0, body: '{"error":"invalid_client"}' } })
    expect(pasted.kind === 'response' && pasted.response.header('date')).toBeUndefined()
  })

  it('looks at nothing that is longer than any of them', () => {
    expect(readPasted('a'.repeat(pastedCharactersMax)).kind).toBe('token')
    expect(readPasted('a'.repeat(pastedCharactersMax + 1))).toEqual({ kind: 'unknown', text: 'a'.repeat(200) })
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
