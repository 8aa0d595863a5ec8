import type { IncomingMessage, ServerResponse } from 'node:http'
import { startTestServer } from '@pkjwt/server/testing'
import { createTokenClient } from 'pkjwt/client'
import { describe, expect, test } from 'vitest'
import { type Pair, startPair } from './harness.js'
import { readBody, send } from './tokenServer.js'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** Adds a path to the server, and lists what was asked for there. */
function route({ server }: Pair, path: string, handler: Handler): IncomingMessage[] {
  const seen: IncomingMessage[] = []
  server.routes.set(path, (request, response) => {
    seen.push(request)
    handler(request, response)
  })
  return seen
}

const ok: Handler = (_, response) => send(response, 200, { ok: true })

describe('fetch() attaches the token', () => {
  test('to a URL, a URL object and a Request', async () => {
    await using pair = await startPair()
    const seen = route(pair, '/api', ok)
    const url = `${pair.server.origin}/api`
    await pair.client.fetch(url)
    await pair.client.fetch(new URL(url))
    await pair.client.fetch(new Request(url, { headers: { 'x-mine': '1' } }))
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-1'])
    expect(seen[2]?.headers['x-mine']).toBe('1')
  })

  test('to a path of the organisation', async () => {
    await using pair = await startPair()
    const seen = route(pair, '/api/v1/users', ok)
    expect((await pair.client.fetch('/api/v1/users?limit=1')).status).toBe(200)
    expect(seen[0]?.url).toBe('/api/v1/users?limit=1')
  })

  test.each([
    ['an object', { 'X-Mine': '1' }],
    ['pairs', [['X-Mine', '1']] as [string, string][]],
    ['Headers', new Headers({ 'X-Mine': '1' })],
  ])('beside headers given as %s, and in place of another', async (_, headers) => {
    await using pair = await startPair()
    const seen = route(pair, '/api', ok)
    await pair.client.fetch(`${pair.server.origin}/api`, { headers })
    await pair.client.fetch(`${pair.server.origin}/api`, { headers: { Authorization: 'Basic YTpi' } })
    expect(seen[0]?.headers).toMatchObject({ 'x-mine': '1', authorization: 'Bearer token-1' })
    expect(seen[1]?.headers.authorization).toBe('Bearer token-1')
  })

  test('and never over http to another machine', async () => {
    await using pair = await startPair()
    await expect(pair.client.fetch('http://api.example/')).rejects.toMatchObject({ code: 'option_invalid' })
    expect(pair.server.requests).toHaveLength(0)
  })

  test('through the hands of a library that takes a fetch', async () => {
    await using pair = await startPair()
    const seen = route(pair, '/api', ok)
    const library = (fetch: typeof globalThis.fetch) => fetch(`${pair.server.origin}/api`, { method: 'post', body: '{"a":1}' })
    expect(await (await library(pair.client.fetch)).json()).toEqual({ ok: true })
    expect(seen[0]?.method).toBe('POST')
  })
})

describe('after 401, fetch()', () => {
  const refuseFirst = (pair: Pair): IncomingMessage[] => {
    const seen = route(pair, '/api', ({ headers }, response) => {
      if (headers.authorization === 'Bearer token-1')
        send(response, 401, { errorCode: 'E0000011', errorSummary: 'Invalid token provided' })
      else send(response, 200, { ok: true })
    })
    return seen
  }

  test('calls once more with a new token', async () => {
    await using pair = await startPair()
    const seen = refuseFirst(pair)
    expect((await pair.client.fetch(`${pair.server.origin}/api`)).status).toBe(200)
    expect(seen).toHaveLength(2)
    expect((await pair.client.token()).value).toBe('token-2')
  })

  test('buys one new token for a hundred calls that were refused together', async () => {
    await using pair = await startPair()
    refuseFirst(pair)
    const responses = await Promise.all(Array.from({ length: 100 }, () => pair.client.fetch(`${pair.server.origin}/api`)))
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]))
    expect(pair.server.requests).toHaveLength(2)
  })

  test.each([
    ['a text', () => 'a=1'],
    ['a form', () => new URLSearchParams({ a: '1' })],
    ['bytes', () => new TextEncoder().encode('a=1')],
  ])('sends %s again', async (_, body) => {
    await using pair = await startPair()
    const bodies: Promise<string>[] = []
    route(pair, '/api', (request, response) => {
      bodies.push(readBody(request).finally(() => send(response, bodies.length === 1 ? 401 : 200, {})))
    })
    const response = await pair.client.fetch(`${pair.server.origin}/api`, { method: 'POST', body: body() })
    expect(response.status).toBe(200)
    expect(await Promise.all(bodies)).toEqual(['a=1', 'a=1'])
  })

  test('sends the body of a Request again', async () => {
    await using pair = await startPair()
    const bodies: Promise<string>[] = []
    route(pair, '/api', (request, response) => {
      bodies.push(readBody(request).finally(() => send(response, bodies.length === 1 ? 401 : 200, {})))
    })
    await pair.client.fetch(new Request(`${pair.server.origin}/api`, { method: 'POST', body: 'a=1' }))
    expect(await Promise.all(bodies)).toEqual(['a=1', 'a=1'])
  })

  test('gives the 401 back when the body was a stream, which is gone', async () => {
    await using pair = await startPair()
    const seen = route(pair, '/api', (request, response) => void readBody(request).then(() => send(response, 401, {})))
    const init = { method: 'POST', body: new Blob(['a=1']).stream(), duplex: 'half' }
    expect((await pair.client.fetch(`${pair.server.origin}/api`, init)).status).toBe(401)
    expect(seen).toHaveLength(1)
  })

  test('does not buy one token after another when none of them helps', async () => {
    await using pair = await startPair()
    route(pair, '/api', (_, response) => send(response, 401, {}))
    for (let call = 0; call < 5; call += 1) expect((await pair.client.fetch(`${pair.server.origin}/api`)).status).toBe(401)
    expect(pair.server.requests).toHaveLength(2)
    pair.clock.forward(10)
    await pair.client.fetch(`${pair.server.origin}/api`)
    expect(pair.server.requests).toHaveLength(3)
  })
})

describe('a redirect', () => {
  test('within the origin is followed with the token', async () => {
    await using pair = await startPair()
    route(pair, '/old', (_, response) => response.writeHead(302, { location: '/new' }).end())
    const seen = route(pair, '/new', ok)
    expect((await pair.client.fetch(`${pair.server.origin}/old`)).status).toBe(200)
    expect(seen[0]?.headers.authorization).toBe('Bearer token-1')
  })

  test('to another origin is followed without token, proof and cookie', async () => {
    await using pair = await startPair()
    await using elsewhere = await startPair()
    const seen = route(elsewhere, '/file', ok)
    route(pair, '/api', (_, response) => response.writeHead(307, { location: `${elsewhere.server.origin}/file` }).end())
    const headers = { cookie: 'a=b', 'x-mine': '1' }
    expect((await pair.client.fetch(`${pair.server.origin}/api`, { headers })).status).toBe(200)
    expect(seen[0]?.headers).toMatchObject({ 'x-mine': '1' })
    expect(seen[0]?.headers).not.toHaveProperty('authorization')
    expect(seen[0]?.headers).not.toHaveProperty('dpop')
    expect(seen[0]?.headers).not.toHaveProperty('cookie')
  })

  test('there and back again carries the token only where it belongs', async () => {
    await using pair = await startPair()
    await using elsewhere = await startPair()
    const away = route(elsewhere, '/b', (_, response) => response.writeHead(302, { location: `${pair.server.origin}/c` }).end())
    route(pair, '/a', (_, response) => response.writeHead(302, { location: `${elsewhere.server.origin}/b` }).end())
    route(pair, '/c', ok)
    await pair.client.fetch(`${pair.server.origin}/a`)
    expect(away[0]?.headers).not.toHaveProperty('authorization')
  })

  test('of a POST is given back as it is', async () => {
    await using pair = await startPair()
    route(pair, '/api', (_, response) => response.writeHead(307, { location: '/other' }).end())
    const other = route(pair, '/other', ok)
    expect((await pair.client.fetch(`${pair.server.origin}/api`, { method: 'POST', body: 'a' })).status).toBe(307)
    expect(other).toHaveLength(0)
  })

  test('is given back with { redirect: "manual" } and an error with { redirect: "error" }', async () => {
    await using pair = await startPair()
    route(pair, '/api', (_, response) => response.writeHead(302, { location: '/other' }).end())
    const url = `${pair.server.origin}/api`
    expect((await pair.client.fetch(url, { redirect: 'manual' })).status).toBe(302)
    await expect(pair.client.fetch(url, { redirect: 'error' })).rejects.toBeInstanceOf(TypeError)
  })

  test('in a circle ends', async () => {
    await using pair = await startPair()
    const seen = route(pair, '/api', (_, response) => response.writeHead(302, { location: '/api' }).end())
    await expect(pair.client.fetch(`${pair.server.origin}/api`)).rejects.toThrow('too often')
    expect(seen).toHaveLength(6)
  })
})

describe('a refusal without a body', () => {
  const challenge =
    'Bearer authorization_uri="http://org/oauth2/v1/authorize", realm="http://org", scope="okta.groups.read", error="insufficient_scope", error_description="The access token provided does not contain the required scopes.", resource="/api"'

  test('gets the one that its WWW-Authenticate says', async () => {
    await using pair = await startPair()
    route(pair, '/api', (_, response) => response.writeHead(403, { 'www-authenticate': challenge, 'content-length': '0' }).end())
    const response = await pair.client.fetch(`${pair.server.origin}/api?secret=1`)
    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toBe(challenge)
    expect(await response.json()).toEqual({
      error: 'insufficient_scope',
      error_description: 'The access token provided does not contain the required scopes.',
      scope: 'okta.groups.read',
      hint: 'Ask for okta.groups.read with { scopes }',
    })
    expect(pair.eventsOf('refused')).toMatchObject([
      { endpoint: `${pair.server.origin}/api`, status: 403, error: 'insufficient_scope' },
    ])
  })

  test('says when the scope was asked for and dropped', async () => {
    await using server = await startTestServer()
    const { clientId, key } = await server.addApp({ grants: ['okta.groups.read'] })
    const scopes = ['okta.users.read', 'okta.groups.read']
    const client = createTokenClient({ org: server.org, clientId, key, scopes, clock: server.clock, fetch: server.fetch })
    expect((await client.token()).scopesDropped).toEqual(['okta.users.read'])
    const response = await client.fetch('/api/v1/users')
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({
      error: 'insufficient_scope',
      hint: 'okta.users.read was asked for and not granted: an administrator grants it to the app',
    })
  })

  test('without a length is found to be empty', async () => {
    await using pair = await startPair()
    route(pair, '/api', (_, response) => {
      response.writeHead(400, {
        'www-authenticate': 'DPoP error="invalid_dpop_proof", error_description="No"',
        'transfer-encoding': 'chunked',
      })
      response.end()
    })
    const response = await pair.client.fetch(`${pair.server.origin}/api`)
    expect(await response.json()).toEqual({ error: 'invalid_dpop_proof', error_description: 'No' })
  })

  test('that has a body keeps it', async () => {
    await using pair = await startPair()
    route(pair, '/api', (_, response) => {
      response.writeHead(403, { 'www-authenticate': challenge, 'transfer-encoding': 'chunked' })
      response.write('half ')
      setTimeout(() => response.end('of it'), 5)
    })
    expect(await (await pair.client.fetch(`${pair.server.origin}/api`)).text()).toBe('half of it')
  })
})

test('fetch() ends with the signal of its caller, while it waits for the token', async () => {
  await using pair = await startPair()
  pair.server.faults.push(() => true)
  const controller = new AbortController()
  const calling = pair.client.fetch(`${pair.server.origin}/api`, { signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(calling).rejects.toThrow('enough')
})

test('fetch() never says "Bearer undefined": a refused client is an error before the API is called', async () => {
  await using pair = await startPair({ clientId: '0oaWrong' })
  const seen = route(pair, '/api', ok)
  await expect(pair.client.fetch(`${pair.server.origin}/api`)).rejects.toMatchObject({ error: 'invalid_client' })
  expect(seen).toHaveLength(0)
})
