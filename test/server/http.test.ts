import { connect } from 'node:net'
import { type AuthorizationServer, createAuthorizationServer, type LogLine } from '@pkjwt/server'
import { startTestServer } from '@pkjwt/server/testing'
import { generateKey, type SigningKey } from 'pkjwt/keys'
import { createAssertion, writeTokenRequest } from 'pkjwt/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, formType, type HttpServer, readAnswer, seedApp, startHttpServer } from './support.js'

const clientId = '0oaPlain000000000000'
let key: SigningKey
let server: HttpServer

beforeAll(async () => {
  key = await generateKey({ alg: 'ES256' })
  server = await startHttpServer({ seed: { apps: [seedApp(clientId, key)] } })
})

afterAll(() => server.close())

const post = (body: BodyInit, headers: Readonly<Record<string, string>> = { 'content-type': formType }) =>
  fetch(`${server.url}/oauth2/v1/token`, { method: 'POST', body, headers })

/** Sends bytes as they are, and gives everything that comes back. */
function exchange(text: string): Promise<string> {
  const { hostname, port } = new URL(server.url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text))
    let answer = ''
    socket.on('data', (data) => {
      answer += data
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
    socket.setTimeout(5000, () => socket.destroy())
  })
}

describe('a request that HTTP or the form is wrong with', () => {
  it.each(['GET', 'PUT', 'DELETE', 'PATCH'])('%s is answered with 405 and what is allowed', async (method) => {
    const response = await fetch(`${server.url}/oauth2/v1/token`, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
    expect(await readAnswer(response)).toMatchObject({
      errorCode: 'E0000022',
      errorSummary: 'The endpoint does not support the provided HTTP method',
    })
  })

  it.each([
    ['JSON', { 'content-type': 'application/json' }],
    ['text', { 'content-type': 'text/plain' }],
    ['a type that is none', { 'content-type': 'nonsense' }],
    ['several parts', { 'content-type': 'multipart/form-data; boundary=x' }],
  ])('%s in place of a form is answered with 400 in Okta’s shape', async (_what, headers) => {
    const response = await post('grant_type=client_credentials', headers)
    expect(response.status).toBe(400)
    expect(await readAnswer(response)).toMatchObject({
      errorCode: 'E0000021',
      errorSummary: 'Bad request.  Accept and/or Content-Type headers likely do not match supported values.',
    })
  })

  it('a form without its type is refused', async () => {
    const answer = await exchange(
      'POST /oauth2/v1/token HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 29\r\n\r\ngrant_type=client_credentials',
    )
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toContain('E0000021')
  })

  it('bytes that are no UTF-8 are refused', async () => {
    const response = await post(new Uint8Array([0x61, 0x3d, 0xff]))
    expect(response.status).toBe(400)
    expect(await readAnswer(response)).toEqual({ error: 'invalid_request', error_description: 'Invalid request' })
  })

  it('a charset other than UTF-8 is refused', async () => {
    const response = await post('a=b', { 'content-type': `${formType}; charset=iso-8859-1` })
    expect(await readAnswer(response)).toMatchObject({ error: 'invalid_request' })
  })

  it('a body of more than 64 KiB is answered with 413', async () => {
    const response = await post('a='.padEnd(65_537, 'x'))
    expect(response.status).toBe(413)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await readAnswer(response)).toMatchObject({ error: 'invalid_request' })
  })

  it('headers of more than 16 KiB are answered with 431, in JSON', async () => {
    const answer = await exchange(`GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
    expect(answer).toContain('{"error":"invalid_request","error_description":"Invalid request"}')
  })

  it('what is no HTTP is answered with 400, in JSON and without a stack', async () => {
    const answer = await exchange('hello\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toContain('cache-control: no-store')
    expect(answer).not.toMatch(/ at |Error:/)
  })

  it('a path that does not exist is answered with 404 without repeating it', async () => {
    const response = await fetch(`${server.url}/nothing/<script>`)
    expect(response.status).toBe(404)
    expect(await response.text()).not.toContain('script')
  })

  it('who tries with an Authorization header is told the scheme', async () => {
    const response = await post('grant_type=client_credentials', {
      'content-type': formType,
      authorization: 'Basic MG9hMTpzM2NyZXQ=',
    })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm=/)
  })
})

describe('OPTIONS', () => {
  it('is answered as Okta does: the method, and no origin that may', async () => {
    const response = await fetch(`${server.url}/oauth2/v1/token`, { method: 'OPTIONS' })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-methods')).toBe('POST')
    expect(response.headers.get('access-control-max-age')).toBe('3600')
    expect(response.headers.get('vary')).toBe('Origin')
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('the audience', () => {
  it.each([
    ['Host', { host: 'evil.example' }],
    ['X-Forwarded-Host', { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }],
    ['Forwarded', { forwarded: 'host=evil.example;proto=https' }],
  ])('does not come from the header %s', async (_name, headers) => {
    const assertion = await createAssertion({ clientId, audience: 'https://evil.example/oauth2/v1/token', key })
    const response = await ask(server.url, { clientId, key, assertion, headers })
    expect(await readAnswer(response)).toMatchObject({ error_description: expect.stringContaining('audience') })
  })

  it('may be localhost where the server listens on this machine without an issuer', async () => {
    const audience = `${server.url.replace('127.0.0.1', 'localhost')}/oauth2/v1/token`
    const assertion = await createAssertion({ clientId, audience, key })
    expect((await ask(server.url, { clientId, key, assertion })).status).toBe(200)
  })

  it('may be an alias', async () => {
    const options = {
      issuer: 'https://id.example.com',
      aliases: ['http://id.internal:8080'],
      seed: { apps: [seedApp(clientId, key)] },
    }
    await using other = await startHttpServer(options)
    const assertion = await createAssertion({ clientId, audience: 'http://id.internal:8080/oauth2/v1/token', key, check: false })
    const response = await ask(other.url, { clientId, key, assertion })
    const [, payload = ''] = String((await readAnswer(response))['access_token']).split('.')
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({ iss: 'https://id.example.com' })
  })
})

describe('keys and metadata', () => {
  it('may be kept, and read by any page', async () => {
    const { headers } = await fetch(`${server.url}/oauth2/v1/keys`)
    expect(headers.get('cache-control')).toMatch(/^max-age=\d+/)
    expect(headers.get('pragma')).toBeNull()
    expect(headers.get('access-control-allow-origin')).toBe('*')
  })

  it('name every endpoint under the issuer', async () => {
    const metadata = await readAnswer(await fetch(`${server.url}/.well-known/openid-configuration`))
    expect(metadata).toMatchObject({
      issuer: server.url,
      token_endpoint: `${server.url}/oauth2/v1/token`,
      jwks_uri: `${server.url}/oauth2/v1/keys`,
      introspection_endpoint: `${server.url}/oauth2/v1/introspect`,
      revocation_endpoint: `${server.url}/oauth2/v1/revoke`,
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
    })
  })
})

describe('health and metrics', () => {
  it('say that the server lives and can give tokens', async () => {
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200)
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200)
  })

  it('say that the server is not ready when its store is away, and refuse tokens with 503', async () => {
    await using other = await startTestServer()
    const app = await other.addApp()
    await other.store.close()
    expect((await other.fetch(`${other.org}/health/live`)).status).toBe(200)
    expect((await other.fetch(`${other.org}/health/ready`)).status).toBe(503)
    const assertion = await createAssertion({ clientId: app.clientId, org: other.org, key: app.key })
    const response = await other.fetch(`${other.org}/oauth2/v1/token`, {
      method: 'POST',
      body: writeTokenRequest({ assertion, scopes: ['okta.users.read'] }),
      headers: { 'content-type': formType },
    })
    expect(response.status).toBe(503)
    expect(await readAnswer(response)).toMatchObject({ error: 'temporarily_unavailable' })
    expect(response.headers.get('retry-after')).toBe('1')
  })

  it('count, and name no client', async () => {
    await ask(server.url, { clientId, key })
    const text = await (await fetch(`${server.url}/metrics`)).text()
    expect(text).toMatch(/pkjwt_requests_total\{endpoint="token",status="200"\} \d+/)
    expect(text).toMatch(/pkjwt_request_duration_seconds_bucket\{endpoint="token",le="\+Inf"\} \d+/)
    expect(text).not.toContain(clientId)
  })
})

describe('the page', () => {
  it('is served at / when there is one', async () => {
    await using other = await startHttpServer({ page: '<!doctype html><title>pkjwt</title>' })
    const response = await fetch(other.url)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(await response.text()).toContain('<title>pkjwt</title>')
    expect((await fetch(server.url)).status).toBe(404)
  })
})

describe('the operational log', () => {
  it('tells rule, value seen and value wanted, and never a token or a key', async () => {
    const lines: LogLine[] = []
    await using other = await startHttpServer({ seed: { apps: [seedApp(clientId, key)] }, onLog: (line) => lines.push(line) })
    const wrong = await createAssertion({ clientId, audience: 'https://evil.example/oauth2/v1/token', key })
    const response = await ask(other.url, { clientId, key, assertion: wrong })
    await ask(other.url, { clientId, key, assertion: `${wrong.slice(0, -4)}AAAA` })
    await ask(other.url, { clientId, key, assertion: wrong, headers: { authorization: `Bearer ${wrong}` } })
    expect(lines.find(({ rule }) => rule === 'aud-mismatch')).toMatchObject({
      level: 'warn',
      event: 'refused',
      endpoint: 'token',
      requestId: response.headers.get('x-okta-request-id'),
      member: 'aud',
      found: '"https://evil.example/oauth2/v1/token"',
      expected: expect.stringContaining(`${other.url}/oauth2/v1/token`),
    })
    const [, payload = '', signature = ''] = wrong.split('.')
    expect(JSON.stringify(lines)).not.toContain(payload)
    expect(JSON.stringify(lines)).not.toContain(signature)
  })

  it('cuts a token out that somebody sent in place of a name', async () => {
    const lines: LogLine[] = []
    await using other = await startTestServer({ onLog: (line) => lines.push(line) })
    const app = await other.addApp()
    const secret = await createAssertion({ clientId: app.clientId, org: other.org, key: app.key })
    const assertion = await createAssertion({ clientId: secret, org: other.org, key: app.key, check: false })
    const body = writeTokenRequest({ assertion, scopes: ['okta.users.read'] })
    await other.fetch(`${other.org}/oauth2/v1/token`, { method: 'POST', body, headers: { 'content-type': formType } })
    expect(lines.map(({ rule }) => rule)).toContain('iss-unknown')
    expect(JSON.stringify(lines)).not.toContain(secret.split('.')[1])
  })

  it('leaves lines out when somebody sends junk in masses, and says how many', async () => {
    const lines: LogLine[] = []
    await using other = await startTestServer({ onLog: (line) => lines.push(line) })
    const junk = () =>
      other.fetch(`${other.org}/oauth2/v1/token`, { method: 'POST', body: '%', headers: { 'content-type': formType } })
    for (let count = 0; count < 100; count++) await junk()
    expect(lines.length).toBeLessThan(40)
    const metrics = await (await other.fetch(`${other.org}/metrics`)).text()
    expect(metrics).toMatch(/pkjwt_log_entries_dropped_total [1-9]/)
  })
})

describe('the audit log', () => {
  it('holds tokens and refusals of clients that proved who they are, and nothing of strangers', async () => {
    await using other = await startTestServer()
    const app = await other.addApp()
    const send = async (assertion: string, scope = 'okta.users.read') => {
      const body = writeTokenRequest({ assertion, scopes: [scope] })
      return other.fetch(`${other.org}/oauth2/v1/token`, { method: 'POST', body, headers: { 'content-type': formType } })
    }
    const sign = () => createAssertion({ clientId: app.clientId, org: other.org, key: app.key })
    const used = await sign()
    await send(used)
    await send(used)
    await send(await sign(), 'okta.apps.read')
    await send(`${(await sign()).slice(0, -4)}AAAA`)
    const readEntries = async () => (await other.store.listLog()).map(({ type, text }) => ({ type, ...JSON.parse(text) }))
    await expect.poll(readEntries).toHaveLength(3)
    expect(await readEntries()).toMatchObject([
      { type: 'app.oauth2.token.grant', outcome: 'SUCCESS', clientId: app.clientId, scopes: ['okta.users.read'] },
      { type: 'app.oauth2.token.refused', outcome: 'FAILURE', clientId: app.clientId, rule: 'jti-used' },
      { type: 'app.oauth2.token.refused', outcome: 'FAILURE', clientId: app.clientId, rule: 'scope-not-granted' },
    ])
  })
})

describe('the control endpoint', () => {
  it('is not there unless it was asked for', async () => {
    expect((await fetch(`${server.url}/_control/faults`)).status).toBe(404)
  })

  it('plants faults and shows the ledger', async () => {
    await using other = await startHttpServer({ control: true, seed: { apps: [seedApp(clientId, key)] } })
    const plant = (fault: unknown) => fetch(`${other.url}/_control/faults`, { method: 'POST', body: JSON.stringify(fault) })
    expect((await plant({ kind: 'rate-limited', clientId })).status).toBe(201)
    expect((await ask(other.url, { clientId, key })).status).toBe(429)
    expect((await ask(other.url, { clientId, key })).status).toBe(200)
    const { requests } = (await (await fetch(`${other.url}/_control/requests`)).json()) as { requests: { endpoint: string }[] }
    const tokenRequests = requests.filter(({ endpoint }) => endpoint === 'token')
    expect(tokenRequests).toMatchObject([
      { status: 429, clientId },
      { status: 200, clientId },
    ])
    expect((await plant({ kind: 'earthquake' })).status).toBe(400)
    expect((await fetch(`${other.url}/_control/faults`, { method: 'DELETE' })).status).toBe(204)
  })
})

describe('listen()', () => {
  it.each(['0.0.0.0', '::', 'example.com'])('on %s wants an issuer', async (host) => {
    const other = createAuthorizationServer({ store: ':memory:' })
    await expect(other.listen({ port: 0, host })).rejects.toMatchObject({ code: 'config_invalid' })
    await other.close()
  })

  it('says that a port is taken', async () => {
    const other = createAuthorizationServer({ store: ':memory:' })
    await expect(other.listen({ port: Number(new URL(server.url).port) })).rejects.toMatchObject({ code: 'config_invalid' })
    await other.close()
  })

  it('on ::1 has that address as its issuer', async () => {
    const other = createAuthorizationServer({ store: ':memory:' })
    const { url } = await other.listen({ port: 0, host: '::1' })
    expect(await readAnswer(await fetch(`${url}/.well-known/oauth-authorization-server`))).toMatchObject({ issuer: url })
    await other.close()
  })
})

describe('createAuthorizationServer()', () => {
  it.each(['id.example.com', 'https://id.example.com/path', 'ftp://id.example.com', 'https://me@id.example.com'])(
    'refuses the issuer %s',
    (issuer) => {
      expect(() => createAuthorizationServer({ store: ':memory:', issuer })).toThrow(
        expect.objectContaining({ code: 'config_invalid' }),
      )
    },
  )

  it('says where a seed is wrong', async () => {
    const other = createAuthorizationServer({ store: ':memory:', seed: { apps: [{ client_id: 7 }] } })
    await expect(other.ready()).rejects.toMatchObject({ code: 'config_invalid', message: expect.stringContaining('apps[0]') })
  })
})

/** Every fault that was planted has met its request: all of them are accepted, and none is answered. */
async function expectAllTaken(other: AuthorizationServer, url: string): Promise<void> {
  await expect.poll(async () => (await other.fetch(`${url}/_control/faults`)).json(), { interval: 5 }).toEqual({ faults: [] })
}

describe('close()', () => {
  it('answers every request that was accepted, and takes no new one', async () => {
    const other = createAuthorizationServer({ store: ':memory:', control: true, seed: { apps: [seedApp(clientId, key)] } })
    const { url } = await other.listen({ port: 0 })
    await fetch(`${url}/_control/faults`, {
      method: 'POST',
      body: JSON.stringify({ kind: 'slow', milliseconds: 800, times: 20 }),
    })
    const answers = Array.from({ length: 20 }, () => ask(url, { clientId, key }).then(({ status }) => status))
    await expectAllTaken(other, url)
    const before = performance.now()
    await other.close()
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 20 }, () => 200))
    expect(performance.now() - before).toBeLessThan(8000)
    await expect(fetch(`${url}/health/live`)).rejects.toThrow()
  })

  it('ends what takes longer than the grace', async () => {
    const other = createAuthorizationServer({ store: ':memory:', control: true, seed: { apps: [seedApp(clientId, key)] } })
    const { url } = await other.listen({ port: 0, graceSeconds: 0.2 })
    await fetch(`${url}/_control/faults`, { method: 'POST', body: JSON.stringify({ kind: 'slow', milliseconds: 3000 }) })
    const answer = ask(url, { clientId, key }).then(
      () => 'answered',
      () => 'ended',
    )
    await expectAllTaken(other, url)
    const before = performance.now()
    await other.close()
    expect(performance.now() - before).toBeLessThan(2000)
    expect(await answer).toBe('ended')
  })

  it('may be called twice, and before anything was opened', async () => {
    const other = createAuthorizationServer({ store: ':memory:' })
    await Promise.all([other.close(), other.close()])
    await expect(other.fetch('http://127.0.0.1/health/live')).rejects.toMatchObject({ code: 'closed' })
  })
})
