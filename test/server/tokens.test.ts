import { startTestServer, type TestApp, type TestServer } from '@pkjwt/server/testing'
import { createAssertion, writeForm } from 'pkjwt/protocol'
import { jwtBearerAssertionType } from 'pkjwt/rules'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { checkAnswers } from '../reference/checkAnswers.js'
import { formType, readAnswer } from './support.js'

const now = 1_770_091_506
let server: TestServer
let app: TestApp

beforeAll(async () => {
  server = checkAnswers(
    await startTestServer({
      seed: {
        apps: [],
        authorizationServers: [
          { id: 'default', audience: 'api://default', scopes: ['orders.read', 'orders.write'], defaultScopes: ['orders.read'] },
          { id: 'strict', audience: 'api://strict', scopes: ['orders.read'], defaultScopes: [] },
        ],
        users: [{ id: '00u00000000000000001', profile: { login: 'ada@example.com' } }],
      },
    }),
  )
})

beforeEach(async () => {
  server.clock.set(new Date(now * 1000))
  app = await server.addApp({ grants: ['okta.users.read', 'okta.groups.read'] })
})

afterAll(() => server.close())

interface Post {
  readonly path: string
  readonly form?: Readonly<Record<string, string | undefined>>
  readonly as?: TestApp
  readonly audience?: string
}

/** Sends a form with a fresh assertion for the endpoint, as a client library does. */
async function post({ path, form = {}, as = app, audience = `${server.org}${path}` }: Post): Promise<Response> {
  const client_assertion = await createAssertion({ clientId: as.clientId, audience, key: as.key, now: server.clock() })
  const body = writeForm({ client_assertion_type: jwtBearerAssertionType, client_assertion, ...form })
  return server.fetch(`${server.org}${path}`, { method: 'POST', body, headers: { 'content-type': formType } })
}

const buy = (scope?: string, path = '/oauth2/v1/token') => post({ path, form: { grant_type: 'client_credentials', scope } })

async function tokenOf(response: Response): Promise<string> {
  return String((await readAnswer(response))['access_token'])
}

function claimsOf(token: string, part = 1): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[part] ?? '', 'base64url').toString())
}

describe('an access token of the organisation server', () => {
  it('has Okta’s claims', async () => {
    const token = await tokenOf(await buy('okta.users.read'))
    expect(claimsOf(token, 0)).toEqual({ kid: expect.any(String), alg: 'RS256' })
    expect(claimsOf(token)).toEqual({
      ver: 1,
      jti: expect.stringMatching(/^AT\.[\w-]{43}$/),
      iss: server.org,
      aud: server.org,
      sub: app.clientId,
      cid: app.clientId,
      iat: now,
      exp: now + 3600,
      scp: ['okta.users.read'],
    })
  })

  it('holds the granted ones of several scopes, without a word about the others', async () => {
    const answer = await readAnswer(await buy('okta.apps.read okta.users.read'))
    expect(answer).toMatchObject({ scope: 'okta.users.read' })
  })

  it('holds a scope once that was asked for twice', async () => {
    expect(await readAnswer(await buy('okta.users.read okta.users.read'))).toMatchObject({ scope: 'okta.users.read' })
  })

  it('can hold a scope that is not Okta’s, once it was granted', async () => {
    expect(await readAnswer(await buy('reports.read'))).toMatchObject({ error: 'invalid_scope' })
    const reader = await server.addApp({ grants: ['reports.read'] })
    expect(await readAnswer(await buy('reports.read'))).toMatchObject({ error: 'consent_required' })
    const form = { grant_type: 'client_credentials', scope: 'reports.read' }
    expect((await post({ path: '/oauth2/v1/token', form, as: reader })).status).toBe(200)
  })

  it('is refused for a scope whose grant was taken away a moment ago', async () => {
    expect((await buy('okta.groups.read')).status).toBe(200)
    const grants = await server.store.listGrants(app.clientId)
    const grant = grants.find(({ scope }) => scope === 'okta.groups.read')
    await server.store.removeGrant({ clientId: app.clientId, grantId: grant?.id ?? '' }, { now })
    expect(await readAnswer(await buy('okta.groups.read'))).toMatchObject({ error: 'consent_required' })
  })
})

describe('a custom authorization server', () => {
  const path = '/oauth2/default/v1/token'

  it('gives a token with its own issuer, audience and scopes', async () => {
    const token = await tokenOf(await buy('orders.write', path))
    expect(claimsOf(token)).toMatchObject({ iss: `${server.org}/oauth2/default`, aud: 'api://default', scp: ['orders.write'] })
  })

  it('gives its default scopes when none is asked for', async () => {
    expect(await readAnswer(await buy(undefined, path))).toMatchObject({ scope: 'orders.read' })
  })

  it('refuses a request without scopes when it has no default ones', async () => {
    const response = await buy(undefined, '/oauth2/strict/v1/token')
    expect(response.status).toBe(400)
    expect(await readAnswer(response)).toEqual({
      error: 'invalid_scope',
      error_description:
        "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
    })
  })

  it('does not know Okta’s scopes', async () => {
    expect(await readAnswer(await buy('okta.users.read', path))).toEqual({
      error: 'invalid_scope',
      error_description: 'One or more scopes are not configured for the authorization server resource.',
    })
  })

  it('refuses an assertion that is meant for the organisation server, and the other way round', async () => {
    const form = { grant_type: 'client_credentials', scope: 'orders.read' }
    const refused = await post({ path, form, audience: `${server.org}/oauth2/v1/token` })
    expect(await readAnswer(refused)).toMatchObject({
      error: 'invalid_client',
      error_description: expect.stringMatching(/audience/),
    })
    const other = await post({ path: '/oauth2/v1/token', form, audience: `${server.org}${path}` })
    expect(other.status).toBe(401)
  })

  it('that does not exist is refused before anything is looked at', async () => {
    const response = await buy('orders.read', '/oauth2/nowhere/v1/token')
    expect(response.status).toBe(400)
    expect(await readAnswer(response)).toEqual({
      error: 'invalid_request',
      error_description: 'The authorization server id is invalid.',
    })
  })

  it('does not open the API of the organisation', async () => {
    const authorization = `Bearer ${await tokenOf(await buy('orders.read', path))}`
    expect((await server.fetch(`${server.org}/api/v1/users`, { headers: { authorization } })).status).toBe(401)
  })

  it('has its own metadata and the keys of the organisation', async () => {
    const read = async (where: string) => readAnswer(await server.fetch(`${server.org}${where}`))
    const metadata = await read('/oauth2/default/.well-known/oauth-authorization-server')
    expect(metadata).toMatchObject({
      issuer: `${server.org}/oauth2/default`,
      token_endpoint: `${server.org}${path}`,
      scopes_supported: ['orders.read', 'orders.write'],
    })
    expect(await read('/.well-known/oauth-authorization-server/oauth2/default')).toEqual(metadata)
    expect(await read('/oauth2/default/.well-known/openid-configuration')).toEqual(metadata)
    expect(await read('/oauth2/default/v1/keys')).toEqual(await read('/oauth2/v1/keys'))
  })
})

describe('introspection', () => {
  const path = '/oauth2/v1/introspect'
  const inspect = async (token: string, as = app) => readAnswer(await post({ path, form: { token }, as }))

  it('tells what a live token holds', async () => {
    const token = await tokenOf(await buy('okta.users.read okta.groups.read'))
    expect(await inspect(token)).toEqual({
      active: true,
      aud: server.org,
      client_id: app.clientId,
      exp: now + 3600,
      iat: now,
      iss: server.org,
      jti: claimsOf(token)['jti'],
      scope: 'okta.users.read okta.groups.read',
      sub: app.clientId,
      token_type: 'Bearer',
    })
  })

  it.each([
    ['is no token', () => 'abc'],
    ['was changed', (token: string) => `${token.slice(0, -8)}AAAAAAAA`],
    ['has another payload', (token: string) => token.replace(/\.[^.]+\./, '.eyJzdWIiOiJtZSJ9.')],
  ])('answers false for what %s', async (_what, change) => {
    expect(await inspect(change(await tokenOf(await buy('okta.users.read'))))).toEqual({ active: false })
  })

  it('answers false for a token that is expired', async () => {
    const token = await tokenOf(await buy('okta.users.read'))
    server.clock.forward(3600)
    expect(await inspect(token)).toEqual({ active: false })
  })

  it('answers false for a token of an app that was deactivated, also when it is active again', async () => {
    const token = await tokenOf(await buy('okta.users.read'))
    const inspector = await server.addApp()
    server.clock.forward(5)
    await server.store.updateApp({ clientId: app.clientId, status: 'INACTIVE' }, { now: now + 5 })
    expect(await inspect(token, inspector)).toEqual({ active: false })
    await server.store.updateApp({ clientId: app.clientId, status: 'ACTIVE' }, { now: now + 5 })
    expect(await inspect(token, inspector)).toEqual({ active: false })
  })

  it('wants a token', async () => {
    const response = await post({ path })
    expect(response.status).toBe(400)
    expect(await readAnswer(response)).toEqual({
      error: 'invalid_request',
      error_description: "The required parameter 'token' is missing.",
    })
  })

  it('refuses an assertion that was meant for the token endpoint', async () => {
    const response = await post({ path, form: { token: 'abc' }, audience: `${server.org}/oauth2/v1/token` })
    expect(response.status).toBe(401)
  })

  it('of another server answers false', async () => {
    const token = await tokenOf(await buy('orders.read', '/oauth2/default/v1/token'))
    expect(await inspect(token)).toEqual({ active: false })
    const own = await post({ path: '/oauth2/default/v1/introspect', form: { token } })
    expect(await readAnswer(own)).toMatchObject({ active: true })
  })
})

describe('revocation', () => {
  const path = '/oauth2/v1/revoke'
  const call = (token: string) => server.fetch(`${server.org}/api/v1/users`, { headers: { authorization: `Bearer ${token}` } })

  it('ends a token at once, with an empty answer', async () => {
    const token = await tokenOf(await buy('okta.users.read'))
    expect((await call(token)).status).toBe(200)
    const response = await post({ path, form: { token } })
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
    expect((await call(token)).status).toBe(401)
  })

  it('answers the same for what is no token', async () => {
    const response = await post({ path, form: { token: 'abc', token_type_hint: 'access_token' } })
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
  })

  it('leaves the token of another app as it is', async () => {
    const token = await tokenOf(await buy('okta.users.read'))
    expect((await post({ path, form: { token }, as: await server.addApp() })).status).toBe(200)
    expect((await call(token)).status).toBe(200)
  })

  it('uses an assertion up that could be sent elsewhere next', async () => {
    const audience = `${server.org}${path}`
    const client_assertion = await createAssertion({ clientId: app.clientId, audience, key: app.key, now: server.clock() })
    const send = () =>
      server.fetch(audience, {
        method: 'POST',
        body: writeForm({ client_assertion_type: jwtBearerAssertionType, client_assertion, token: 'abc' }),
        headers: { 'content-type': formType },
      })
    expect((await send()).status).toBe(200)
    expect((await send()).status).toBe(401)
  })
})

describe('GET /api/v1/users', () => {
  const path = '/api/v1/users'
  const call = (authorization?: string, query = '') =>
    server.fetch(`${server.org}${path}${query}`, authorization === undefined ? {} : { headers: { authorization } })
  const tokenFor = async (as: TestApp, scope: string) => {
    return tokenOf(await post({ path: '/oauth2/v1/token', form: { grant_type: 'client_credentials', scope }, as }))
  }

  it('lists the users in Okta’s shape', async () => {
    const users = await (await call(`Bearer ${await tokenFor(app, 'okta.users.read')}`)).json()
    expect(users).toMatchObject([
      {
        id: '00u00000000000000001',
        status: 'ACTIVE',
        profile: { login: 'ada@example.com' },
        created: expect.stringMatching(/Z$/),
      },
    ])
  })

  it('takes okta.users.manage too: it includes reading', async () => {
    const manager = await server.addApp({ grants: ['okta.users.manage'] })
    expect((await call(`Bearer ${await tokenFor(manager, 'okta.users.manage')}`)).status).toBe(200)
  })

  it.each([
    ['no token', undefined],
    ['something else', 'Bearer undefined'],
    ['another scheme', 'Basic MG9hMTpzM2NyZXQ='],
    ['an empty token', 'Bearer '],
  ])('refuses %s', async (_what, authorization) => {
    const response = await call(authorization)
    expect(response.status).toBe(401)
    expect(await readAnswer(response)).toMatchObject({ errorCode: 'E0000011', errorSummary: 'Invalid token provided' })
  })

  it('says in the header alone that a scope is missing', async () => {
    const response = await call(`Bearer ${await tokenFor(app, 'okta.groups.read')}`)
    expect(response.status).toBe(403)
    expect(await response.text()).toBe('')
    expect(response.headers.get('www-authenticate')).toBe(
      `Bearer authorization_uri="${server.org}/oauth2/v1/authorize", realm="${server.org}", scope="okta.users.read", error="insufficient_scope", error_description="The access token provided does not contain the required scopes.", resource="/api/v1/users"`,
    )
  })

  it('refuses an app without a role', async () => {
    const nobody = await server.addApp({ roles: [] })
    const response = await call(`Bearer ${await tokenFor(nobody, 'okta.users.read')}`)
    expect(response.status).toBe(403)
    expect(await readAnswer(response)).toMatchObject({
      errorCode: 'E0000006',
      errorSummary: 'You do not have permission to perform the requested action',
    })
  })

  it('refuses a token in the query', async () => {
    const response = await call(undefined, `?access_token=${await tokenFor(app, 'okta.users.read')}`)
    expect(response.status).toBe(400)
    expect(await readAnswer(response)).toMatchObject({
      error_description: 'The access token cannot be presented in a query string.',
    })
  })

  it('refuses the client assertion sent as the token', async () => {
    const assertion = await createAssertion({ clientId: app.clientId, org: server.org, key: app.key, now: server.clock() })
    expect((await call(`Bearer ${assertion}`)).status).toBe(401)
  })

  it('gives pages', async () => {
    const authorization = `Bearer ${await tokenFor(app, 'okta.users.read')}`
    await server.store.createUser({ id: '00u00000000000000002', profile: { login: 'alan@example.com' } }, { now })
    const first = await call(authorization, '?limit=1')
    expect(await first.json()).toHaveLength(1)
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
    const second = await server.fetch(next, { headers: { authorization } })
    expect(await second.json()).toMatchObject([{ id: '00u00000000000000002' }])
  })
})
