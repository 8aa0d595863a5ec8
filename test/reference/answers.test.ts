import { generateKey, type SigningKey } from 'pkjwt/keys'
import { profiles } from 'pkjwt/profiles'
import { createAssertion } from 'pkjwt/protocol'
import { jwtBearerAssertionType } from 'pkjwt/rules'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Started, startServer, stopServer } from '../../packages/server/src/app.js'
import { createAddresses } from '../../packages/server/src/http/addresses.js'
import { seedApp } from '../server/support.js'
import { answersSeen, compareAnswer } from './checkAnswers.js'
import { readOpenapi } from './openapi.js'

// Each route that is not an administrator's, granted and refused, against the document. Those are in admin/roleMatrix.ts.

const issuer = 'https://pkjwt.test'
const clientId = '0oa1abcdEFGHijkl2345'
let options: Parameters<typeof startServer>[0]
let started: Started
let key: SigningKey

beforeAll(async () => {
  key = await generateKey({ alg: 'ES256' })
  const seed = {
    apps: [seedApp(clientId, key)],
    authorizationServers: [{ id: 'default', audience: 'api://default', scopes: ['orders.read'] }],
  }
  options = { store: ':memory:', issuer, page: '<!doctype html>', control: true, seed }
  started = await startServer(options, { addresses: createAddresses({ issuer }), profile: profiles.okta })
})

afterAll(() => stopServer(started, options))

interface Sent {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'DELETE' | 'OPTIONS'
  readonly url: string
  readonly payload?: string
  readonly headers?: Record<string, string>
  readonly remoteAddress?: string
}

/** Sends a request and compares the answer. Gives its status. */
async function send(request: Sent): Promise<number> {
  const answer = await started.http.inject(request)
  await compareAnswer({
    method: request.method,
    path: request.url,
    requestType: request.headers?.['content-type'] ?? '',
    requestBody: request.payload ?? '',
    status: answer.statusCode,
    headers: new Headers(Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)])),
    body: answer.body,
  })
  return answer.statusCode
}

const strangerAddress = { remoteAddress: '203.0.113.7' }

async function post(url: string, form: Readonly<Record<string, string>>): Promise<number> {
  const client_assertion = await createAssertion({ clientId, audience: `${issuer}${url}`, key })
  const payload = String(new URLSearchParams({ client_assertion_type: jwtBearerAssertionType, client_assertion, ...form }))
  return send({ method: 'POST', url, payload, headers: { 'content-type': 'application/x-www-form-urlencoded' } })
}

const request = { grant_type: 'client_credentials' }
const wrongType = { client_assertion_type: 'urn:example:x' }

describe('every answer stands in /openapi.json', () => {
  it.each([
    ['/oauth2/v1/token', { ...request, scope: 'okta.users.read' }],
    ['/oauth2/default/v1/token', { ...request, scope: 'orders.read' }],
    ['/oauth2/v1/introspect', { token: 'x.y.z' }],
    ['/oauth2/default/v1/introspect', { token: 'x.y.z' }],
    ['/oauth2/v1/revoke', { token: 'x.y.z' }],
    ['/oauth2/default/v1/revoke', { token: 'x.y.z' }],
  ])('of POST %s', async (url, form: Readonly<Record<string, string>>) => {
    expect(await post(url, form)).toBe(200)
    expect(await post(url, { ...form, ...wrongType })).toBe(400)
    expect(await post(url, { ...form, client_assertion: 'x.y.z' })).toBe(401)
    expect(await send({ method: 'OPTIONS', url })).toBe(204)
  })

  it.each([
    '/oauth2/default/v1/keys',
    '/oauth2/default/.well-known/oauth-authorization-server',
    '/oauth2/default/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server/oauth2/default',
  ])('of GET %s', async (url) => {
    expect(await send({ method: 'GET', url })).toBe(200)
    expect(await send({ method: 'HEAD', url })).toBe(200)
    expect(await send({ method: 'GET', url: url.replace('default', 'unknown') })).toBe(400)
  })

  it.each([
    ['/oauth2/v1/keys', 'keys'],
    ['/.well-known/oauth-authorization-server', 'metadata'],
    ['/.well-known/openid-configuration', 'metadata'],
  ] as const)('of GET %s', async (url, endpoint) => {
    expect(await send({ method: 'GET', url })).toBe(200)
    started.faults.add({ kind: 'unavailable', endpoint })
    expect(await send({ method: 'GET', url })).toBe(503)
    started.faults.add({ kind: 'failed', endpoint })
    expect(await send({ method: 'GET', url })).toBe(500)
  })

  it.each(['/', '/health/live', '/metrics', '/openapi.json'])('of GET %s, which refuses nobody', async (url) => {
    expect(await send({ method: 'GET', url })).toBe(200)
  })

  it('of GET /health/ready', async () => {
    expect(await send({ method: 'GET', url: '/health/ready' })).toBe(200)
    await started.context.store.close()
    expect(await send({ method: 'GET', url: '/health/ready' })).toBe(503)
  })

  it('of faults and the ledger', async () => {
    const headers = { 'content-type': 'application/json' }
    const planted = { method: 'POST', url: '/_control/faults', headers, payload: '{"kind":"slow","times":2}' } as const
    expect(await send(planted)).toBe(201)
    expect(await send({ ...planted, payload: '{"kind":"earthquake"}' })).toBe(400)
    expect(await send({ ...planted, ...strangerAddress })).toBe(404)
    for (const url of ['/_control/faults', '/_control/requests']) {
      for (const [method, status] of [
        ['GET', 200],
        ['DELETE', 204],
      ] as const) {
        expect(await send({ method, url })).toBe(status)
        expect(await send({ method, url, ...strangerAddress })).toBe(404)
      }
    }
  })

  it('and no route was forgotten', async () => {
    const { paths } = await readOpenapi()
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods))
    const open = operations.filter(({ security }) => !security.some(({ ssws }) => ssws !== undefined))
    const seen = (id: string, isRefusal: boolean) =>
      [...answersSeen].some((answer) => answer.startsWith(`${id} `) && Number(answer.slice(-3)) >= 400 === isRefusal)
    const canRefuse = (responses: object) => Object.keys(responses).some((status) => Number(status) >= 400)
    expect(open.filter(({ operationId }) => !seen(operationId, false))).toEqual([])
    expect(open.filter(({ operationId, responses }) => canRefuse(responses) && !seen(operationId, true))).toEqual([])
  })
})
