import { createAssertion, writeTokenRequest } from 'pkjwt/protocol'
import { describe, expect, it } from 'vitest'
import { startTestServer, type TestApp, type TestServer } from './testing.js'

async function ask(server: TestServer, { clientId, key }: TestApp, scope = 'okta.users.read'): Promise<Response> {
  const assertion = await createAssertion({ clientId, org: server.org, key, now: server.clock() })
  return server.fetch(`${server.org}/oauth2/v1/token`, {
    method: 'POST',
    body: writeTokenRequest({ assertion, scopes: scope.split(' ') }),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
}

async function tokenOf(response: Response): Promise<string> {
  const { access_token } = (await response.json()) as { access_token: string }
  return access_token
}

describe('startTestServer()', () => {
  it('is ready within 20 milliseconds', async () => {
    // The first one loads modules. The quickest counts: what else the machine does is not the server's doing.
    await (await startTestServer()).close()
    const times: number[] = []
    for (let count = 0; count < 9; count++) {
      const before = performance.now()
      const server = await startTestServer()
      times.push(performance.now() - before)
      await server.close()
    }
    expect(Math.min(...times)).toBeLessThan(20)
  })

  it('gives a token to an app that was added, and its API opens with it', async () => {
    await using server = await startTestServer()
    const response = await ask(server, await server.addApp())
    expect(response.status).toBe(200)
    const authorization = `Bearer ${await tokenOf(response)}`
    expect((await server.fetch(`${server.org}/api/v1/users`, { headers: { authorization } })).status).toBe(200)
  })

  it('takes a key of any algorithm that the profile takes', async () => {
    await using server = await startTestServer()
    expect((await ask(server, await server.addApp({ alg: 'ES384' }))).status).toBe(200)
  })

  it('has a clock that a test moves', async () => {
    await using server = await startTestServer()
    server.clock.set(new Date('2030-01-01T00:00:00Z'))
    const app = await server.addApp()
    const token = await tokenOf(await ask(server, app))
    const call = () => server.fetch(`${server.org}/api/v1/users`, { headers: { authorization: `Bearer ${token}` } })
    server.clock.forward(3599)
    expect((await call()).status).toBe(200)
    server.clock.forward(1)
    expect((await call()).status).toBe(401)
  })

  it('keeps a ledger that shows whether a client caches', async () => {
    await using server = await startTestServer()
    const app = await server.addApp()
    await ask(server, app, 'okta.users.read okta.apps.read')
    expect(server.requests).toHaveLength(1)
    expect(server.requests[0]).toMatchObject({
      endpoint: 'token',
      status: 200,
      clientId: app.clientId,
      kid: app.key.kid,
      jti: expect.stringMatching(/^[\w-]{20,}$/),
      aud: `${server.org}/oauth2/v1/token`,
      scopes: ['okta.users.read', 'okta.apps.read'],
      granted: ['okta.users.read'],
    })
  })

  it('says in the ledger by which rule a request was refused', async () => {
    await using server = await startTestServer()
    const { key } = await server.addApp()
    await ask(server, { clientId: '0oaNobody', key })
    expect(server.requests[0]).toMatchObject({ status: 401, error: 'invalid_client', rule: 'iss-unknown' })
  })

  it('signs with another key after rotateKey()', async () => {
    await using server = await startTestServer()
    const app = await server.addApp()
    const kidOf = async () => JSON.parse(atob((await tokenOf(await ask(server, app))).split('.')[0] ?? '')).kid as string
    const before = await kidOf()
    await server.rotateKey()
    expect(await kidOf()).not.toBe(before)
  })

  it('refuses everything after close()', async () => {
    const server = await startTestServer()
    const app = await server.addApp()
    await server.close()
    await expect(ask(server, app)).rejects.toThrow()
  })
})

describe('faults', () => {
  const cases = [
    { kind: 'rate-limited', status: 429, body: 'E0000047' },
    { kind: 'failed', status: 500, body: 'server_error' },
    { kind: 'unavailable', status: 503, body: 'temporarily_unavailable' },
    { kind: 'malformed', status: 200, body: '<!doctype html>' },
    { kind: 'empty', status: 200, body: '' },
  ] as const

  it.each(cases)('$kind strikes once, and then all is well', async ({ kind, status, body }) => {
    await using server = await startTestServer()
    const app = await server.addApp()
    server.faults.add({ kind })
    const response = await ask(server, app)
    expect(response.status).toBe(status)
    expect(await response.text()).toContain(body)
    expect((await ask(server, app)).status).toBe(200)
  })

  it.each([
    ['keys', '/oauth2/v1/keys'],
    ['metadata', '/.well-known/openid-configuration'],
    ['users', '/api/v1/users'],
    ['apps', '/api/v1/apps'],
    ['keys_of_apps', '/api/v1/apps/0oa1/credentials/jwks'],
    ['logs', '/api/v1/logs'],
  ] as const)('strike at %s', async (endpoint, path) => {
    await using server = await startTestServer()
    const before = (await server.fetch(`${server.org}${path}`)).status
    server.faults.add({ kind: 'failed', endpoint })
    expect((await server.fetch(`${server.org}${path}`)).status).toBe(500)
    expect((await server.fetch(`${server.org}${path}`)).status).toBe(before)
  })

  it('strike one app and leave the others alone', async () => {
    await using server = await startTestServer()
    const [unlucky, lucky] = [await server.addApp(), await server.addApp()]
    server.faults.add({ kind: 'failed', clientId: unlucky.clientId, times: 2 })
    expect((await ask(server, lucky)).status).toBe(200)
    expect((await ask(server, unlucky)).status).toBe(500)
    expect((await ask(server, unlucky)).status).toBe(500)
    expect((await ask(server, unlucky)).status).toBe(200)
  })

  it('tell a client to wait with the headers that Okta sends', async () => {
    await using server = await startTestServer()
    const app = await server.addApp()
    server.faults.add({ kind: 'rate-limited', retryAfterSeconds: 7 })
    const { headers } = await ask(server, app)
    expect(headers.get('retry-after')).toBe('7')
    expect(headers.get('x-rate-limit-remaining')).toBe('0')
    expect(Number(headers.get('x-rate-limit-reset'))).toBeGreaterThan(Date.now() / 1000)
  })

  it('make an answer late', async () => {
    await using server = await startTestServer()
    const app = await server.addApp()
    server.faults.add({ kind: 'slow', milliseconds: 120 })
    const before = performance.now()
    expect((await ask(server, app)).status).toBe(200)
    expect(performance.now() - before).toBeGreaterThanOrEqual(119)
  })

  it.each([
    { isLate: true, status: 401 },
    { isLate: false, status: 200 },
  ])('leave the assertion used up when late is $isLate', async ({ isLate, status }) => {
    await using server = await startTestServer()
    const app = await server.addApp()
    const assertion = await createAssertion({ clientId: app.clientId, org: server.org, key: app.key })
    const send = () =>
      server.fetch(`${server.org}/oauth2/v1/token`, {
        method: 'POST',
        body: writeTokenRequest({ assertion, scopes: ['okta.users.read'] }),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      })
    server.faults.add({ kind: 'failed', isLate })
    expect((await send()).status).toBe(500)
    expect((await send()).status).toBe(status)
  })

  it('are taken away by what add() gave back, and by clear()', async () => {
    await using server = await startTestServer()
    const app = await server.addApp()
    const remove = server.faults.add({ kind: 'failed', times: Number.POSITIVE_INFINITY })
    remove()
    server.faults.add({ kind: 'failed' })
    server.faults.clear()
    expect(server.faults.list()).toEqual([])
    expect((await ask(server, app)).status).toBe(200)
  })
})
