import { startTestServer } from '@pkjwt/server/testing'
import { generateKey } from 'pkjwt/keys'
import { createAssertion, writeTokenRequest } from 'pkjwt/protocol'
import { describe, expect, it } from 'vitest'
import { ask, formType, readAnswer, seedApp, startHttpServer } from './support.js'

const clientId = '0oaLimited0000000000'

describe('a rate limit', () => {
  it('shows where the caller stands on every answer', async () => {
    const key = await generateKey({ alg: 'ES256' })
    await using server = await startHttpServer({ rateLimit: 10, seed: { apps: [seedApp(clientId, key)] } })
    const { headers } = await ask(server.url, { clientId, key })
    expect(headers.get('x-rate-limit-limit')).toBe('10')
    expect(headers.get('x-rate-limit-remaining')).toBe('9')
    expect(Number(headers.get('x-rate-limit-reset'))).toBeGreaterThan(Date.now() / 1000)
  })

  it('refuses the one too many in Okta’s shape, and says when to come again', async () => {
    const key = await generateKey({ alg: 'ES256' })
    await using server = await startHttpServer({ rateLimit: 1, seed: { apps: [seedApp(clientId, key)] } })
    await ask(server.url, { clientId, key })
    const response = await ask(server.url, { clientId, key })
    expect(response.status).toBe(429)
    expect(await readAnswer(response)).toMatchObject({
      errorCode: 'E0000047',
      errorSummary: 'API call exceeded rate limit due to too many requests.',
      errorLink: 'E0000047',
      errorId: response.headers.get('x-okta-request-id'),
      errorCauses: [],
    })
    expect(response.headers.get('x-rate-limit-remaining')).toBe('0')
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(Number(response.headers.get('retry-after'))).toBeLessThanOrEqual(60)
  })

  it('does not apply to keys and metadata', async () => {
    await using server = await startHttpServer({ rateLimit: 1 })
    const paths = ['/oauth2/v1/keys', '/oauth2/v1/keys', '/.well-known/oauth-authorization-server', '/health/live']
    const responses = await Promise.all(paths.map((path) => fetch(`${server.url}${path}`)))
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(responses[0]?.headers.get('x-rate-limit-limit')).toBeNull()
  })
})

describe('the limit of a client', () => {
  it('does not use the assertion up: it works when the minute is over', async () => {
    await using server = await startTestServer({ rateLimit: { addressPerMinute: 100, clientPerMinute: 1 } })
    const app = await server.addApp()
    const send = async (assertion: string) => {
      const body = writeTokenRequest({ assertion, scopes: ['okta.users.read'] })
      return server.fetch(`${server.org}/oauth2/v1/token`, { method: 'POST', body, headers: { 'content-type': formType } })
    }
    const sign = () => createAssertion({ clientId: app.clientId, org: server.org, key: app.key, now: server.clock() })
    const [first, second] = [await sign(), await sign()]
    expect((await send(first)).status).toBe(200)
    expect((await send(second)).status).toBe(429)
    server.clock.forward(60)
    expect((await send(second)).status).toBe(200)
    expect((await send(second)).status).toBe(429)
  })

  it('cannot be spent by a stranger who signs in its name', async () => {
    await using server = await startTestServer({ rateLimit: { addressPerMinute: 100, clientPerMinute: 1 } })
    const app = await server.addApp()
    const stranger = await generateKey({ alg: 'ES256', kid: app.key.kid })
    const send = async (key: typeof app.key) => {
      const assertion = await createAssertion({ clientId: app.clientId, org: server.org, key, now: server.clock() })
      const body = writeTokenRequest({ assertion, scopes: ['okta.users.read'] })
      return server.fetch(`${server.org}/oauth2/v1/token`, { method: 'POST', body, headers: { 'content-type': formType } })
    }
    for (let count = 0; count < 5; count++) expect((await send(stranger)).status).toBe(401)
    expect((await send(app.key)).status).toBe(200)
  })
})

describe('the network zones of an app', () => {
  const networkOf = (include: readonly string[]) => ({ network: { connection: 'ZONE', include } })

  it.each([
    [['127.0.0.0/8'], 200],
    [['203.0.113.0/24'], 403],
  ] as const)('%j answers %i to a caller on this machine', async (include, status) => {
    const key = await generateKey({ alg: 'ES256' })
    await using server = await startHttpServer({ seed: { apps: [seedApp(clientId, key, networkOf(include))] } })
    const response = await ask(server.url, { clientId, key })
    expect(response.status).toBe(status)
    if (status === 403) {
      expect(await readAnswer(response)).toEqual({
        error: 'access_denied',
        error_description: "The request is made from outside the client's permitted network zones.",
      })
    }
  })
})
