import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { RefusedError, UnavailableError } from '../errors.js'
import {
  type RawResponse,
  readErrorBody,
  readRetryAfter,
  readTokenResponse,
  responseCharactersMax,
  writeRefusal,
  writeTokenResponse,
} from './tokenResponse.js'

const now = new Date('2030-01-01T00:00:00Z')
const asked = ['okta.users.read', 'okta.groups.read']
const granted = { token_type: 'Bearer', expires_in: 3600, access_token: 'abc', scope: 'okta.users.read' }

const answer = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): RawResponse => ({
  status,
  header: (name) => headers[name],
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
const read = (response: RawResponse) => readTokenResponse(response, { asked, now })
const failure = (response: RawResponse) => {
  try {
    read(response)
  } catch (error) {
    return error
  }
  throw new TypeError('nothing was thrown')
}

describe('readTokenResponse() gives', () => {
  test('the token, what it is good for and until when', () => {
    const token = read(answer(200, granted))
    expect(token).toMatchObject({ type: 'Bearer', scopes: ['okta.users.read'], scopesDropped: ['okta.groups.read'] })
    expect(token.value).toBe('abc')
    expect(token.expiresAt).toEqual(new Date('2030-01-01T01:00:00Z'))
  })

  test('the scopes that were asked for when the answer names none', () => {
    expect(read(answer(200, { ...granted, scope: undefined }))).toMatchObject({ scopes: asked, scopesDropped: [] })
  })

  test.each([
    ['bearer', 'Bearer'],
    ['DPOP', 'DPoP'],
  ])('the type %s as %s', (token_type, type) => {
    expect(read(answer(200, { ...granted, token_type })).type).toBe(type)
  })
})

describe('the token that readTokenResponse() gives', () => {
  const give = () => read(answer(200, granted))

  test('cannot be put into a text', () => {
    const token = give()
    const refusal = expect.objectContaining({
      code: 'token_printed',
      message: 'Cannot put an access token into a text: it would be "[object Object]" or a leak',
      hint: 'Use token.value where the token itself is wanted',
    })
    expect(() => `${token}`).toThrow(refusal)
    expect(() => `a${String(token)}`).toThrow(refusal)
    expect(() => token.toString()).toThrow(refusal)
  })

  test('does not show its value in JSON, in a list of its members, or in a copy', () => {
    const token = give()
    expect(JSON.stringify(token)).not.toContain('abc')
    expect(Object.keys(token)).toEqual(['type', 'scopes', 'scopesDropped', 'expiresAt'])
    expect({ ...token }).not.toHaveProperty('value')
    expect(inspect(token, { depth: 5 })).not.toContain('abc')
  })

  test('is shared by many callers, and changed by none', () => {
    const token = give()
    expect(() => Object.assign(token, { value: 'x' })).toThrow(TypeError)
    expect(() => Object.assign(token, { extra: 'x' })).toThrow(TypeError)
  })
})

describe('readTokenResponse() takes', () => {
  test('scopes with any number of spaces, and none', () => {
    expect(read(answer(200, { ...granted, scope: ' okta.users.read  x ' })).scopes).toEqual(['okta.users.read', 'x'])
    expect(read(answer(200, { ...granted, scope: '' }))).toMatchObject({ scopes: [], scopesDropped: asked })
    expect(read(answer(200, { ...granted, scope: 7 }))).toMatchObject({ scopes: asked, scopesDropped: [] })
  })

  test('every sign that a header can carry in a token, and no other', () => {
    expect(read(answer(200, { ...granted, access_token: '!~' })).value).toBe('!~')
    for (const access_token of [' a', 'a ', 'a b', 'é', '\u007f']) {
      expect(failure(answer(200, { ...granted, access_token }))).toMatchObject({ code: 'server_answer_invalid' })
    }
  })

  test('a lifetime of a part of a second, and cuts one of more than ten years', () => {
    expect(read(answer(200, { ...granted, expires_in: 0.5 })).expiresAt).toEqual(new Date(now.getTime() + 500))
    const longest = new Date(now.getTime() + 10 * 366 * 86_400_000)
    expect(read(answer(200, { ...granted, expires_in: 10 * 366 * 86_400 + 1 })).expiresAt).toEqual(longest)
    expect(read(answer(200, { ...granted, expires_in: 1e300 })).expiresAt).toEqual(longest)
  })
})

describe('readTokenResponse() refuses as an answer of no token endpoint', () => {
  test.each([
    ['an empty body', '', 'it is empty'],
    ['a web page', '<!DOCTYPE html><html></html>', 'it is a web page'],
    ['a list', '[]', 'it is not the JSON'],
    ['a member that stands there twice', '{"access_token":"a","access_token":"b"}', 'it is not the JSON'],
    ['no token', { ...granted, access_token: undefined }, 'there is no "access_token"'],
    ['an empty token', { ...granted, access_token: '' }, 'there is no "access_token"'],
    ['a token with a line break', { ...granted, access_token: 'a\r\nb' }, 'there is no "access_token"'],
    ['a token that is a number', { ...granted, access_token: 1 }, 'there is no "access_token"'],
    ['another type', { ...granted, token_type: 'mac' }, '"token_type"'],
    ['no type', { ...granted, token_type: undefined }, '"token_type"'],
    ['a lifetime as a text', { ...granted, expires_in: '3600' }, '"expires_in"'],
    ['a lifetime of zero', { ...granted, expires_in: 0 }, '"expires_in"'],
    ['a lifetime without end', JSON.stringify(granted).replace('3600', '1e999'), '"expires_in"'],
    ['a type that is no text', { ...granted, token_type: 7 }, '"token_type"'],
    ['an empty body of white space', ' \n', 'it is empty'],
    ['a web page without a doctype', '\n <HTML>', 'it is a web page'],
    ['a text about a web page', 'see <html>', 'it is not the JSON'],
    ['null', 'null', 'it is not the JSON'],
    ['a lifetime below zero', { ...granted, expires_in: -1 }, '"expires_in"'],
    ['no lifetime', { ...granted, expires_in: undefined }, '"expires_in"'],
    ['a lifetime of null', { ...granted, expires_in: null }, '"expires_in"'],
  ])('%s', (_, body, message) => {
    const error = failure(answer(200, body))
    expect(error).toBeInstanceOf(UnavailableError)
    expect(error).toMatchObject({ code: 'server_answer_invalid', message: expect.stringContaining(message) })
  })
})

describe('readTokenResponse() tells a refusal', () => {
  test('in the shape of OAuth, with the request id of the header', () => {
    const body = { error: 'invalid_client', error_description: 'The client_assertion token is expired.' }
    const error = failure(answer(401, body, { 'x-okta-request-id': 'req1' }))
    expect(error).toBeInstanceOf(RefusedError)
    expect(error).toMatchObject({ by: 'server', status: 401, error: 'invalid_client', requestId: 'req1' })
    expect(error).toMatchObject({
      message: 'Cannot get a token: the server answered 401 invalid_client: The client_assertion token is expired',
      error_description: 'The client_assertion token is expired.',
    })
  })

  test('in the shape of Okta, with the id of the body', () => {
    const body = { errorCode: 'E0000021', errorSummary: 'Bad request.', errorLink: 'E0000021', errorId: 'oae1', errorCauses: [] }
    expect(failure(answer(400, body))).toMatchObject({
      by: 'server',
      status: 400,
      error: 'E0000021',
      error_description: 'Bad request.',
      requestId: 'oae1',
    })
  })

  test.each([
    ['429', 429, { errorCode: 'E0000047' }, 'server_busy'],
    ['500', 500, { error: 'server_error' }, 'server_failed'],
    ['503 with a page', 503, '<html>', 'server_failed'],
    ['temporarily_unavailable with 400', 400, { error: 'temporarily_unavailable' }, 'server_failed'],
    ['403 without an OAuth error', 403, { message: 'Forbidden' }, 'server_answer_invalid'],
    ['404 with a page', 404, '<html>', 'server_answer_invalid'],
  ])('apart from what may pass: %s', (_, status, body, code) => {
    const error = failure(answer(status, body))
    expect(error).toBeInstanceOf(UnavailableError)
    expect(error).toMatchObject({ code })
  })
})

describe('readTokenResponse() says of a refusal', () => {
  test('that it is a web page, when its header says so', () => {
    expect(failure(answer(404, 'Not here', { 'content-type': 'text/html; charset=utf-8' }))).toMatchObject({
      code: 'server_answer_invalid',
      message: 'Cannot use the answer of the token endpoint (404): it is a web page',
      hint: 'Check that the URL is that of a token endpoint, and that no proxy answers in its place',
    })
    expect(failure(answer(404, 'Not here', { 'content-type': 'text/plain' }))).toMatchObject({
      message: 'Cannot use the answer of the token endpoint (404): it is not the JSON that a token endpoint answers',
    })
  })

  test('its description, without the last full stop', () => {
    expect(failure(answer(400, { error: 'invalid_scope', error_description: 'One. Two.' }))).toMatchObject({
      message: 'Cannot get a token: the server answered 400 invalid_scope: One. Two',
    })
  })

  test('that a token with another status than 200 is none', () => {
    expect(failure(answer(201, granted))).toMatchObject({ code: 'server_answer_invalid' })
  })

  test('no more than its error, when there is no more', () => {
    expect(failure(answer(400, { error: 'invalid_scope' }))).toMatchObject({
      message: 'Cannot get a token: the server answered 400 invalid_scope',
      hint: 'Run pkjwt diagnose with the assertion and this answer',
      requestId: undefined,
    })
  })

  test('how long to wait and which request it was, where it may pass', () => {
    const headers = { 'retry-after': '7', 'x-okta-request-id': 'r'.repeat(101) }
    expect(failure(answer(429, {}, headers))).toMatchObject({
      message: `Cannot get a token: the server says to wait (429) (request ${'r'.repeat(100)})`,
      retryAfterSeconds: 7,
    })
    expect(failure(answer(500, { errorCode: 'E0000009', errorId: 'oae1' }, { 'retry-after': '7' }))).toMatchObject({
      message: 'Cannot get a token: the server failed (500 E0000009) (request oae1)',
      retryAfterSeconds: 7,
    })
    expect(failure(answer(503, '<html>'))).toMatchObject({
      message: 'Cannot get a token: the server failed (503)',
      retryAfterSeconds: undefined,
    })
  })

  test.each(['temporarily_unavailable', 'server_error', 'slow_down'])('that %s may pass, whatever its status', (error) => {
    expect(failure(answer(400, { error }))).toMatchObject({ code: 'server_failed' })
  })

  test('that 499 does not pass', () => {
    expect(failure(answer(499, { error: 'x' }))).toMatchObject({ code: 'refused_by_server' })
  })
})

describe('readErrorBody()', () => {
  const long = 'x'.repeat(1001)

  test('reads both shapes, and cuts what is longer than a thousand characters', () => {
    expect(readErrorBody({ error: long, error_description: long, errorId: 'a' })).toEqual({
      error: 'x'.repeat(1000),
      errorDescription: 'x'.repeat(1000),
      errorId: undefined,
    })
    expect(readErrorBody({ errorCode: 'E', errorSummary: 's', errorId: 'i' })).toEqual({
      error: 'E',
      errorDescription: 's',
      errorId: 'i',
    })
    expect(readErrorBody({ errorCode: 'E', errorSummary: 7, errorId: null })).toEqual({
      error: 'E',
      errorDescription: undefined,
      errorId: undefined,
    })
  })

  test.each([[undefined], [null], ['error'], [[]], [{}], [{ error: 7 }], [{ errorCode: null }]])(
    'reads nothing in %j',
    (body) => {
      expect(readErrorBody(body)).toBeUndefined()
    },
  )
})

describe('what a token endpoint answers', () => {
  test('is a token, Bearer unless it is bound', () => {
    const options = { value: 'abc', scopes: ['a', 'b'], expiresInSeconds: 3600 }
    expect(writeTokenResponse(options)).toEqual({ token_type: 'Bearer', expires_in: 3600, access_token: 'abc', scope: 'a b' })
    expect(writeTokenResponse({ ...options, type: 'DPoP' }).token_type).toBe('DPoP')
  })

  test('is a refusal in the shape of OAuth, or of Okta for its own codes', () => {
    const refusal = { status: 401, error: 'invalid_client', error_description: 'Why.', code: 'invalid_client' }
    expect(writeRefusal(refusal, 'oae1', ['cause'])).toEqual({ error: 'invalid_client', error_description: 'Why.' })
    expect(writeRefusal({ ...refusal, error: 'E0000021' }, 'oae1', ['cause'])).toEqual({
      errorCode: 'E0000021',
      errorSummary: 'Why.',
      errorLink: 'E0000021',
      errorId: 'oae1',
      errorCauses: [{ errorSummary: 'cause' }],
    })
    expect(writeRefusal({ ...refusal, error: 'E0000021' }, 'oae1')).toMatchObject({ errorCauses: [] })
    expect(writeRefusal({ ...refusal, error: 'xE00000' }, 'oae1')).toHaveProperty('error')
  })

  test('is read up to 64 KiB', () => {
    expect(responseCharactersMax).toBe(65_536)
  })
})

describe('readRetryAfter() reads', () => {
  const date = now.toUTCString()
  const inSeconds = (seconds: number) => String(now.getTime() / 1000 + seconds)

  test.each([
    ['seconds', { 'retry-after': ' 30 ' }, 30],
    ['seconds of nine digits', { 'retry-after': '999999999' }, 999_999_999],
    ['more digits than that as nothing', { 'retry-after': '9999999999', date }, undefined],
    ['a number with something behind it as nothing', { 'retry-after': '30s' }, undefined],
    ['a number with something before it as nothing', { 'retry-after': '+30' }, undefined],
    ['a date, by the clock of the server', { 'retry-after': new Date(now.getTime() + 90_000).toUTCString(), date }, 90],
    ['a date that is past as no wait', { 'retry-after': new Date(now.getTime() - 90_000).toUTCString(), date }, 0],
    ['a date without the clock of the server as nothing', { 'retry-after': date }, undefined],
    ['nonsense as nothing', { 'retry-after': 'soon', date }, undefined],
    ['nothing as nothing', {}, undefined],
    ['the reset of a limit that is used up', { 'x-rate-limit-reset': inSeconds(20), 'x-rate-limit-remaining': '0', date }, 21],
    [
      'the reset of a limit that is not used up as nothing',
      { 'x-rate-limit-reset': inSeconds(20), 'x-rate-limit-remaining': '1', date },
      undefined,
    ],
    ['a reset that is past as no wait', { 'x-rate-limit-reset': inSeconds(-20), 'x-rate-limit-remaining': '0', date }, 0],
    [
      'the reset of a limit with white space around it',
      { 'x-rate-limit-reset': ` ${inSeconds(20)} `, 'x-rate-limit-limit': ' 5 ', 'x-rate-limit-remaining': ' 0 ', date },
      21,
    ],
    [
      'the reset of a limit without the clock of the server as nothing',
      { 'x-rate-limit-reset': inSeconds(20), 'x-rate-limit-remaining': '0' },
      undefined,
    ],
    ['a reset of which nobody says what remains as nothing', { 'x-rate-limit-reset': inSeconds(20), date }, undefined],
    ['what remains without a reset as nothing', { 'x-rate-limit-remaining': '0', date }, undefined],
    ['a reset that is no number as nothing', { 'x-rate-limit-reset': 'x1', 'x-rate-limit-remaining': '0', date }, undefined],
    [
      'a reset of thirteen digits as nothing',
      { 'x-rate-limit-reset': '1'.repeat(13), 'x-rate-limit-remaining': '0', date },
      undefined,
    ],
    [
      'the reset of a limit on requests at once, in white space, as nothing',
      { 'x-rate-limit-reset': inSeconds(20), 'x-rate-limit-limit': ' 0 ', 'x-rate-limit-remaining': '0', date },
      undefined,
    ],
    [
      'the reset of a limit on requests at once as nothing',
      { 'x-rate-limit-reset': inSeconds(20), 'x-rate-limit-limit': '0', 'x-rate-limit-remaining': '0', date },
      undefined,
    ],
  ] as const)('%s', (_, headers: Readonly<Record<string, string>>, seconds) => {
    expect(readRetryAfter({ header: (name) => headers[name] })).toBe(seconds)
  })
})
