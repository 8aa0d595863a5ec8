import { createServer } from 'node:net'
import { RefusedError, UnavailableError } from 'pkjwt/errors'
import { describe, expect, test } from 'vitest'
import { failureOf, startOfTime, startPair } from './harness.js'
import { answering, type Fault } from './tokenServer.js'

const passing: readonly (readonly [name: string, fault: Fault])[] = [
  ['429', answering(429, { errorCode: 'E0000047', errorSummary: 'API call exceeded rate limit due to too many requests.' })],
  ['500', answering(500, { error: 'server_error' })],
  ['503 without a body', answering(503, '')],
  ['a web page with 200', answering(200, '<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' })],
  ['an empty body with 200', answering(200, '')],
  ['JSON that is no OAuth error, with 403', answering(403, { message: 'Forbidden' })],
  ['temporarily_unavailable with 400, as Okta has it', answering(400, { error: 'temporarily_unavailable' })],
  ['half an answer', answering(200, '{"access_token":"a","token_ty')],
  ['a connection that is cut before the answer', (request) => request.socket.destroy() !== undefined],
  [
    'a connection that is cut within the answer',
    (request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"access_token":')
      setTimeout(() => request.socket.destroy(), 5)
      return true
    },
  ],
]

describe('a request is made again after', () => {
  test.each(passing)('%s, with a new assertion', async (_, fault) => {
    await using pair = await startPair()
    const { client, server, waits } = pair
    server.faults.push(fault)
    expect((await client.token()).value).toBe('token-1')
    const ids = server.requests.map(({ claims }) => claims['jti'])
    expect(new Set(ids).size).toBe(2)
    expect(waits).toHaveLength(1)
    expect(pair.eventsOf('retried')).toHaveLength(1)
  })
})

const final: readonly (readonly [name: string, fault: Fault, expected: object])[] = [
  ['an OAuth error', answering(400, { error: 'invalid_scope' }), { by: 'server', status: 400, error: 'invalid_scope' }],
  [
    'a refusal in the shape of Okta',
    answering(401, { errorCode: 'invalid_client', errorSummary: "Invalid value for 'client_id' parameter.", errorId: 'oae1' }),
    { by: 'server', error: 'invalid_client', error_description: "Invalid value for 'client_id' parameter.", requestId: 'oae1' },
  ],
  ['a redirect', answering(302, '', { location: 'https://elsewhere.example/' }), { code: 'config_invalid' }],
  ['an answer without a token', answering(200, { token_type: 'Bearer', expires_in: 3600 }), { code: 'server_answer_invalid' }],
  ['expires_in as a text', token({ expires_in: '3600' }), { code: 'server_answer_invalid' }],
  ['expires_in below zero', token({ expires_in: -1 }), { code: 'server_answer_invalid' }],
  ['expires_in missing', token({ expires_in: undefined }), { code: 'server_answer_invalid' }],
  ['a token of another type', token({ token_type: 'mac' }), { code: 'server_answer_invalid' }],
  ['a token that is no header value', token({ access_token: 'a\nb' }), { code: 'server_answer_invalid' }],
]

describe('no second request is made after', () => {
  test.each(final)('%s', async (_, fault, expected) => {
    await using pair = await startPair()
    pair.server.faults.push(fault)
    await expect(pair.client.token()).rejects.toMatchObject(expected)
    expect(pair.server.requests).toHaveLength(1)
  })
})

test('a token type in another case is taken', async () => {
  await using pair = await startPair()
  pair.server.faults.push(token({ token_type: 'bearer' }))
  expect(await pair.client.token()).toMatchObject({ type: 'Bearer', value: 'a' })
})

test('an expires_in of a million years is a date all the same', async () => {
  await using pair = await startPair()
  pair.server.faults.push(token({ expires_in: 1e300 }))
  expect((await pair.client.token()).expiresAt.getTime()).toBeGreaterThan(startOfTime.getTime())
})

test('after four attempts the last error is thrown', async () => {
  await using pair = await startPair()
  pair.server.faults.push(...Array.from({ length: 9 }, () => answering(503, '')))
  await expect(pair.client.token()).rejects.toMatchObject({ code: 'server_failed' })
  expect(pair.server.requests).toHaveLength(4)
})

test('the waits grow, and are not the same for everybody', async () => {
  const waits = await Promise.all(
    [1, 2, 3].map(async () => {
      await using pair = await startPair()
      pair.server.faults.push(answering(503, ''), answering(503, ''), answering(503, ''))
      await pair.client.token()
      return [...pair.waits]
    }),
  )
  for (const [first = 0, second = 0, third = 0] of waits) {
    expect(first).toBeGreaterThanOrEqual(125)
    expect(first).toBeLessThanOrEqual(250)
    expect(second).toBeGreaterThanOrEqual(250)
    expect(third).toBeGreaterThanOrEqual(500)
    expect(third).toBeLessThanOrEqual(1000)
  }
  expect(new Set(waits.flat()).size).toBe(9)
})

describe('the server is obeyed when it asks to wait', () => {
  const date = startOfTime.toUTCString()
  const reset = String(startOfTime.getTime() / 1000 + 12)

  test.each([
    ['Retry-After in seconds', { 'retry-after': '7' }, 7],
    ['Retry-After as a date', { 'retry-after': new Date(startOfTime.getTime() + 9000).toUTCString(), date }, 9],
    ['X-Rate-Limit-Reset', { 'x-rate-limit-limit': '600', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': reset, date }, 13],
  ])('by %s', async (_, headers, seconds) => {
    await using pair = await startPair()
    pair.server.faults.push(answering(429, '', headers))
    await pair.client.token()
    expect(pair.waits[0]).toBeGreaterThanOrEqual(seconds * 1000)
    expect(pair.waits[0]).toBeLessThanOrEqual(seconds * 1000 + 250)
  })

  test('but not by the reset of a limit on requests at the same time, which is a hint only', async () => {
    await using pair = await startPair()
    const headers = { 'x-rate-limit-limit': '0', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': reset, date }
    pair.server.faults.push(answering(429, '', headers))
    await pair.client.token()
    expect(pair.waits[0]).toBeLessThanOrEqual(250)
  })

  test('and not for an hour: then it fails at once and says how long', async () => {
    await using pair = await startPair()
    pair.server.faults.push(answering(429, '', { 'retry-after': '3600' }))
    await expect(pair.client.token()).rejects.toMatchObject({ code: 'server_busy', retryAfterSeconds: 3600 })
    expect(pair.waits).toEqual([])
  })
})

test('all attempts together end with the deadline', async () => {
  await using pair = await startPair({ retry: { deadlineSeconds: 10, attemptsMax: 100 } })
  pair.server.faults.push(...Array.from({ length: 9 }, () => answering(429, '', { 'retry-after': '4' })))
  await expect(pair.client.token()).rejects.toMatchObject({ code: 'server_busy' })
  expect(pair.server.requests).toHaveLength(3)
})

test('a server that never answers is given up after the time for one request', async () => {
  await using pair = await startPair({ retry: { timeoutSeconds: 0.05, attemptsMax: 2 } })
  pair.server.faults.push(
    () => true,
    () => true,
  )
  await expect(pair.client.token()).rejects.toMatchObject({ code: 'server_timeout' })
  expect(pair.server.requests).toHaveLength(2)
})

test('a body that never ends is given up by its size', async () => {
  await using pair = await startPair({ retry: { attemptsMax: 1 } })
  pair.server.faults.push((_, response) => {
    const chunk = Buffer.alloc(16_384, 'a')
    const more = () => {
      while (!response.destroyed && response.write(chunk));
      response.once('drain', more)
    }
    response.writeHead(200, { 'content-type': 'application/json' })
    more()
    return true
  })
  await expect(pair.client.token()).rejects.toMatchObject({
    code: 'server_answer_invalid',
    message: expect.stringContaining('longer than'),
  })
})

test('a body that trickles without end is given up by its time', async () => {
  await using pair = await startPair({ retry: { attemptsMax: 1, timeoutSeconds: 0.1 } })
  pair.server.faults.push((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const timer = setInterval(() => response.write(' '), 5)
    response.on('close', () => clearInterval(timer))
    return true
  })
  await expect(pair.client.token()).rejects.toMatchObject({ code: 'server_timeout' })
})

test('a fetch that does not listen to its signal is given up all the same', async () => {
  await using pair = await startPair({ fetch: () => new Promise(() => {}), retry: { attemptsMax: 1, timeoutSeconds: 0.02 } })
  await expect(pair.client.token()).rejects.toMatchObject({ code: 'server_timeout' })
})

test('a server that is not there is explained, with how to mend it', async () => {
  await using pair = await startPair()
  await pair.server.close()
  const error = await failureOf(pair.client.token())
  expect(error).toBeInstanceOf(UnavailableError)
  expect(error).toMatchObject({
    code: 'server_unreachable',
    message: `Cannot reach "${pair.server.origin}": nothing listens there`,
    hint: 'Check the URL and the network',
  })
  expect(pair.waits).toHaveLength(3)
})

test('a server that speaks no TLS is explained', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await using pair = await startPair({ org: `https://127.0.0.1:${port}` })
  await expect(pair.client.token()).rejects.toMatchObject({ code: 'server_unreachable' })
  server.close()
})

test('a refusal carries the finding that explains it, about the very assertion that was sent', async () => {
  await using pair = await startPair({ audience: 'https://example.okta.com' })
  const error = await failureOf(pair.client.token())
  expect(error).toBeInstanceOf(RefusedError)
  expect(error).toMatchObject({ by: 'server', status: 401, error: 'invalid_client', requestId: 'request-1' })
  expect(error).toMatchObject({ findings: [{ id: 'aud-mismatch', member: 'aud' }] })
})

test('our own rules refuse before anything is sent', async () => {
  await using pair = await startPair({ lifetimeSeconds: 7200 })
  await expect(pair.client.token()).rejects.toMatchObject({ by: 'rules', findings: [{ id: 'exp-far' }] })
  expect(pair.server.requests).toHaveLength(0)
})

/** A granted answer with one member changed. */
function token(changed: Readonly<Record<string, unknown>>): Fault {
  return answering(200, { access_token: 'a', token_type: 'Bearer', expires_in: 3600, scope: 'okta.users.read', ...changed })
}
