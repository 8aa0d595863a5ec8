import { createAssertion, writeTokenRequest } from 'pkjwt/protocol'
import { expect, it } from 'vitest'
import { startTestServer, type TestApp, type TestServer, type TestServerOptions } from './testing.js'

async function ask(server: TestServer, { clientId, key }: TestApp, scope = 'okta.users.read'): Promise<Response> {
  const assertion = await createAssertion({ clientId, org: server.org, key, now: server.clock() })
  return server.fetch(`${server.org}/oauth2/v1/token`, {
    method: 'POST',
    body: writeTokenRequest({ assertion, scopes: scope.split(' ') }),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
}

/**
 * Faults on purpose: how they strike, and that all is well afterwards.
 *
 * @param settle Settings of a server, such as its store; asked for anew for each one.
 */
export function testFaults(settle: () => Promise<TestServerOptions> = async () => ({})): void {
  const start = async () => startTestServer(await settle())

  const cases = [
    { kind: 'rate-limited', status: 429, body: 'E0000047' },
    { kind: 'failed', status: 500, body: 'server_error' },
    { kind: 'unavailable', status: 503, body: 'temporarily_unavailable' },
    { kind: 'malformed', status: 200, body: '<!doctype html>' },
    { kind: 'empty', status: 200, body: '' },
  ] as const

  it.each(cases)('$kind strikes once, and then all is well', async ({ kind, status, body }) => {
    await using server = await start()
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
    await using server = await start()
    const before = (await server.fetch(`${server.org}${path}`)).status
    server.faults.add({ kind: 'failed', endpoint })
    expect((await server.fetch(`${server.org}${path}`)).status).toBe(500)
    expect((await server.fetch(`${server.org}${path}`)).status).toBe(before)
  })

  it('strike one app and leave the others alone', async () => {
    await using server = await start()
    const [unlucky, lucky] = [await server.addApp(), await server.addApp()]
    server.faults.add({ kind: 'failed', clientId: unlucky.clientId, times: 2 })
    expect((await ask(server, lucky)).status).toBe(200)
    expect((await ask(server, unlucky)).status).toBe(500)
    expect((await ask(server, unlucky)).status).toBe(500)
    expect((await ask(server, unlucky)).status).toBe(200)
  })

  it('tell a client to wait with the headers that Okta sends', async () => {
    await using server = await start()
    const app = await server.addApp()
    server.faults.add({ kind: 'rate-limited', retryAfterSeconds: 7 })
    const { headers } = await ask(server, app)
    expect(headers.get('retry-after')).toBe('7')
    expect(headers.get('x-rate-limit-remaining')).toBe('0')
    expect(Number(headers.get('x-rate-limit-reset'))).toBeGreaterThan(Date.now() / 1000)
  })

  it('make an answer late', async () => {
    await using server = await start()
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
    await using server = await start()
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

  it('rotate the key that signs', async () => {
    await using server = await start()
    const app = await server.addApp()
    const kidOf = async (response: Response) => {
      const { access_token: token } = (await response.json()) as { access_token: string }
      return JSON.parse(atob(token.split('.')[0] ?? '')).kid as string
    }
    const before = await kidOf(await ask(server, app))
    server.faults.add({ kind: 'key-rotated' })
    const after = await kidOf(await ask(server, app))
    expect(after).not.toBe(before)
    const { keys } = (await (await server.fetch(`${server.org}/oauth2/v1/keys`)).json()) as { keys: { kid: string }[] }
    expect(keys.map(({ kid }) => kid)).toEqual(expect.arrayContaining([before, after]))
  })

  it('are taken away by what add() gave back, and by clear()', async () => {
    await using server = await start()
    const app = await server.addApp()
    const remove = server.faults.add({ kind: 'failed', times: Number.POSITIVE_INFINITY })
    remove()
    server.faults.add({ kind: 'failed' })
    server.faults.clear()
    expect(server.faults.list()).toEqual([])
    expect((await ask(server, app)).status).toBe(200)
  })
}
