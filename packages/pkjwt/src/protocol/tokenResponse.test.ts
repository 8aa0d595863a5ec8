import { describe, expect, test } from 'vitest'
import { RefusedError, UnavailableError } from '../errors.js'
import { type RawResponse, readRetryAfter, readTokenResponse } from './tokenResponse.js'

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

describe('readRetryAfter() reads', () => {
  const date = now.toUTCString()
  const inSeconds = (seconds: number) => String(now.getTime() / 1000 + seconds)

  test.each([
    ['seconds', { 'retry-after': ' 30 ' }, 30],
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
    [
      'the reset of a limit on requests at once as nothing',
      { 'x-rate-limit-reset': inSeconds(20), 'x-rate-limit-limit': '0', 'x-rate-limit-remaining': '0', date },
      undefined,
    ],
  ] as const)('%s', (_, headers: Readonly<Record<string, string>>, seconds) => {
    expect(readRetryAfter({ header: (name) => headers[name] })).toBe(seconds)
  })
})
