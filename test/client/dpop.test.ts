import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createAuthorizationServer } from '@pkjwt/server'
import { startTestServer, type TestServer } from '@pkjwt/server/testing'
import { createTokenClient, type TokenClientOptions, type TokenEvent } from 'pkjwt/client'
import { parseJwt } from 'pkjwt/jwt'
import { generateKey } from 'pkjwt/keys'
import { accessTokenHash, verifyDpopProof } from 'pkjwt/protocol'
import { describe, expect, test } from 'vitest'
import { failureOf, startPair } from './harness.js'
import { answering, listen, send } from './tokenServer.js'

/** A client of our own server, whose app demands proofs or does not. */
async function startApp({ isBound, ...options }: { readonly isBound: boolean } & Partial<TokenClientOptions>) {
  const server = await startTestServer()
  const { clientId, key } = await server.addApp({ dpopBoundAccessTokens: isBound })
  const events: TokenEvent[] = []
  const seen: RequestInit[] = []
  const client = createTokenClient({
    org: server.org,
    clientId,
    key,
    scopes: ['okta.users.read'],
    clock: server.clock,
    fetch(input, init = {}) {
      seen.push(init)
      return server.fetch(input instanceof Request ? input : String(input), init)
    },
    onEvent: (event) => events.push(event),
    ...options,
  })
  return { server, client, events, seen, [Symbol.asyncDispose]: () => server.close() }
}

const proofsOf = (seen: readonly RequestInit[]) =>
  seen.map(({ headers }) => new Headers(headers).get('dpop')).filter((proof): proof is string => proof !== null)

const tokenRequestsOf = ({ requests }: TestServer) => requests.filter(({ endpoint }) => endpoint === 'token')

describe('an app that demands proofs', () => {
  test('gets a bound token without anything being set, after the server said what it wants', async () => {
    await using app = await startApp({ isBound: true })
    const token = await app.client.token()
    expect(token.type).toBe('DPoP')
    expect(tokenRequestsOf(app.server).map(({ status }) => status)).toEqual([400, 200])
    // The nonce came with the refusal already.
    expect(app.events.filter(({ type }) => type === 'retried')).toMatchObject([{ reason: 'dpop_demanded', waitMilliseconds: 0 }])
  })

  test('gets it on the second request with { dpop: true }, and on the first once the nonce is known', async () => {
    await using app = await startApp({ isBound: true, dpop: true })
    await app.client.token()
    expect(tokenRequestsOf(app.server)).toHaveLength(2)
    await app.client.token({ forceRefresh: true })
    expect(tokenRequestsOf(app.server)).toHaveLength(3)
  })

  test('sends another assertion and another proof each time', async () => {
    await using app = await startApp({ isBound: true, dpop: true })
    await app.client.token()
    const proofs = proofsOf(app.seen).map((proof) => parseJwt(proof).claims['jti'])
    const assertions = tokenRequestsOf(app.server).map(({ jti }) => jti)
    expect(new Set(proofs).size).toBe(2)
    expect(new Set(assertions).size).toBe(2)
  })

  test('proves with an ES256 key of its own, which is not the key of the app', async () => {
    await using app = await startApp({ isBound: true, dpop: true })
    await app.client.token()
    const [proof = ''] = proofsOf(app.seen)
    const { header } = parseJwt(proof)
    expect(header).toMatchObject({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty: 'EC', crv: 'P-256' } })
    expect(header['jwk']).not.toHaveProperty('d')
    expect(header['jwk']).not.toHaveProperty('kid')
  })

  test('proves with a key that it was given', async () => {
    const key = await generateKey({ alg: 'RS256' })
    await using app = await startApp({ isBound: true, dpop: { key } })
    const { value } = await app.client.token()
    expect(parseJwt(value).claims['cnf']).toEqual({ jkt: key.thumbprint })
  })

  test('calls an API with the token and a proof of it', async () => {
    await using app = await startApp({ isBound: true })
    const response = await app.client.fetch('/api/v1/users?limit=2')
    expect(response.status).toBe(200)
    const { headers } = app.seen.at(-1) ?? {}
    const { value } = await app.client.token()
    const proof = new Headers(headers).get('dpop') ?? ''
    expect(new Headers(headers).get('authorization')).toBe(`DPoP ${value}`)
    expect(parseJwt(proof).claims).toMatchObject({
      htm: 'GET',
      htu: `${app.server.org}/api/v1/users`,
      ath: await accessTokenHash(value),
    })
  })

  test('takes up a new nonce when the old one is no longer good', async () => {
    await using app = await startApp({ isBound: true, dpop: true })
    await app.client.token()
    app.server.faults.add({ kind: 'nonce-rotated' })
    expect((await app.client.token({ forceRefresh: true })).type).toBe('DPoP')
    expect(tokenRequestsOf(app.server)).toHaveLength(4)
  })

  test('is refused with { dpop: false }, with the finding that explains it', async () => {
    await using app = await startApp({ isBound: true, dpop: false })
    expect(await failureOf(app.client.token())).toMatchObject({ error: 'invalid_dpop_proof', by: 'server' })
    expect(tokenRequestsOf(app.server)).toHaveLength(1)
  })

  test('keeps its tokens out of a shared store', async () => {
    const saved: unknown[] = []
    const cache = { find: async () => undefined, save: async (_: string, token: unknown) => void saved.push(token) }
    await using app = await startApp({ isBound: true, cache })
    await app.client.token()
    await app.client.token({ forceRefresh: true })
    expect(saved).toEqual([])
  })
})

test('an app that demands none gets a Bearer token in spite of its proof, and hears of it', async () => {
  await using app = await startApp({ isBound: false, dpop: true })
  expect((await app.client.token()).type).toBe('Bearer')
  expect(app.events.filter(({ type }) => type === 'dpopIgnored')).toHaveLength(1)
  expect((await app.client.fetch('/api/v1/users')).status).toBe(200)
})

test('a server that wants another nonce each time is asked twice and no more', async () => {
  await using pair = await startPair({ dpop: true })
  const wanting = (nonce: string) => answering(400, { error: 'use_dpop_nonce' }, { 'dpop-nonce': nonce })
  pair.server.faults.push(wanting('1'), wanting('2'), wanting('3'))
  await expect(pair.client.token()).rejects.toMatchObject({ error: 'use_dpop_nonce' })
  expect(pair.server.requests).toHaveLength(2)
})

test('the nonce is taken from every answer, 429 included', async () => {
  await using pair = await startPair({ dpop: true })
  pair.server.faults.push(answering(429, '', { 'dpop-nonce': 'from 429' }))
  await pair.client.token()
  const [, second] = pair.server.requests
  expect(parseJwt(String(second?.headers['dpop'])).claims['nonce']).toBe('from 429')
})

describe('an API with a nonce of its own', () => {
  /** An API that takes a proof only with its nonce. */
  async function startApi() {
    const nonces: unknown[] = []
    const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
      const url = `http://${request.headers.host}${request.url}`
      const proofs = [request.headers['dpop']].flat().filter((proof): proof is string => proof !== undefined)
      nonces.push(...proofs.map((proof) => parseJwt(proof).claims['nonce']))
      const accepted = await verifyDpopProof(proofs, {
        method: request.method ?? '',
        url,
        acceptsNonce: (nonce: unknown) => nonce === 'api-nonce',
        rememberOnce: () => true,
      }).catch(() => undefined)
      if (accepted !== undefined) return send(response, 200, { ok: true })
      response.setHeader('www-authenticate', 'DPoP error="use_dpop_nonce", error_description="A nonce is needed"')
      send(response, 401, {}, { 'dpop-nonce': 'api-nonce' })
    })
    const { port } = await listen(server)
    return { url: `http://127.0.0.1:${port}/things`, nonces, [Symbol.asyncDispose]: async () => void server.close() }
  }

  test('gets it in the second proof, without a new token; and the server of tokens keeps its own', async () => {
    await using api = await startApi()
    await using server = await startTestServer()
    const fetch: typeof globalThis.fetch = (input, init) =>
      String(input).startsWith(api.url) ? globalThis.fetch(input, init) : server.fetch(String(input), init)
    const { clientId, key } = await server.addApp({ dpopBoundAccessTokens: true })
    const calling = createTokenClient({
      org: server.org,
      clientId,
      key,
      scopes: ['okta.users.read'],
      clock: server.clock,
      fetch,
      dpop: true,
    })
    expect((await calling.fetch(api.url)).status).toBe(200)
    expect(api.nonces).toEqual([undefined, 'api-nonce'])
    expect((await calling.fetch(api.url)).status).toBe(200)
    expect(api.nonces).toHaveLength(3)
  })
})

test('over a real connection to our own server, with proofs and without', async () => {
  const key = await generateKey({ alg: 'ES256' })
  const app = (client_id: string, dpop_bound_access_tokens: boolean) => ({
    client_id,
    client_name: client_id,
    jwks: { keys: [key.publicKey.jwk] },
    grants: ['okta.users.read'],
    roles: ['READ_ONLY_ADMIN'],
    dpop_bound_access_tokens,
  })
  const seed = { apps: [app('0oaBound', true), app('0oaPlain', false)] }
  const server = createAuthorizationServer({ store: ':memory:', seed })
  const { url } = await server.listen({ port: 0 })
  try {
    for (const [clientId, type] of [['0oaBound', 'DPoP'] as const, ['0oaPlain', 'Bearer'] as const]) {
      const client = createTokenClient({ org: url, clientId, key, scopes: ['okta.users.read'] })
      expect((await client.token()).type).toBe(type)
      expect((await client.fetch('/api/v1/users')).status).toBe(200)
    }
  } finally {
    await server.close()
  }
})
