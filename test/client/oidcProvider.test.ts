import { createServer, type Server } from 'node:http'
import { Provider } from 'oidc-provider'
import { createTokenClient, type TokenEvent } from 'pkjwt/client'
import { generateKey, type SigningKey, writePrivateKey } from 'pkjwt/keys'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { failureOf } from './harness.js'
import { listen } from './tokenServer.js'

// node-oidc-provider, which others wrote, over real HTTP.
let server: Server
let issuer: string
let events: TokenEvent[]
const keys = new Map<string, SigningKey>()

const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const

beforeAll(async () => {
  for (const silenced of ['warn', 'info'] as const) vi.spyOn(console, silenced).mockImplementation(() => {})
  server = createServer()
  const { port } = await listen(server)
  issuer = `http://127.0.0.1:${port}`
  const clients = []
  for (const alg of algorithms) {
    const key = await generateKey({ alg })
    for (const dpop of [false, true]) {
      const id = `${alg}${dpop ? '-bound' : ''}`
      keys.set(id, key)
      clients.push({
        client_id: id,
        token_endpoint_auth_method: 'private_key_jwt' as const,
        token_endpoint_auth_signing_alg: alg,
        jwks: { keys: [{ ...key.publicKey.jwk }] },
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        scope: 'read write',
        dpop_bound_access_tokens: dpop,
      })
    }
  }
  const provider = new Provider(issuer, {
    clients,
    scopes: ['read', 'write'],
    jwks: { keys: [{ ...(await writePrivateKey(await generateKey({ alg: 'RS256' }), 'jwk')) }] },
    features: {
      clientCredentials: { enabled: true },
      dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 1), requireNonce: () => true },
      devInteractions: { enabled: false },
    },
    enabledJWA: { clientAuthSigningAlgValues: [...algorithms], dPoPSigningAlgValues: ['ES256'] },
    ttl: { ClientCredentials: 600 },
  })
  server.on('request', provider.callback())
})
beforeEach(() => {
  events = []
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})

function clientOf(id: string, options: object = {}) {
  const key = keys.get(id)
  if (key === undefined) throw new TypeError(`there is no app ${id}`)
  return createTokenClient({
    issuer,
    clientId: id,
    key,
    scopes: ['read', 'write'],
    onEvent: (event) => events.push(event),
    ...options,
  })
}

describe.each(algorithms)('with %s, node-oidc-provider gives', (alg) => {
  test('a Bearer token, and another one when it is wanted', async () => {
    const client = clientOf(alg)
    const first = await client.token()
    expect(first).toMatchObject({ type: 'Bearer', scopes: ['read', 'write'] })
    expect(await client.token()).toBe(first)
    expect((await client.token({ forceRefresh: true })).value).not.toBe(first.value)
  })

  test('a bound token to an app that has to prove, without anything being set', async () => {
    const client = clientOf(`${alg}-bound`)
    expect((await client.token()).type).toBe('DPoP')
    expect(events.filter(({ type }) => type === 'retried')).toMatchObject([
      { reason: 'dpop_demanded' },
      { reason: 'use_dpop_nonce' },
    ])
  })

  test('a bound token to whoever proves', async () => {
    const client = clientOf(alg, { dpop: true })
    expect((await client.token()).type).toBe('DPoP')
    expect((await client.token({ forceRefresh: true })).type).toBe('DPoP')
  })
})

test('with the issuer as audience, too', async () => {
  expect((await clientOf('ES256', { audience: issuer }).token()).type).toBe('Bearer')
})

test('its refusal of another key is told', async () => {
  const client = clientOf('ES256', { key: await generateKey({ alg: 'ES256' }) })
  expect(await failureOf(client.token())).toMatchObject({ by: 'server', status: 401, error: 'invalid_client' })
})

test('a clock that is two hours off is put right', async () => {
  const client = clientOf('ES256', { clock: () => new Date(Date.now() - 7_200_000) })
  expect((await client.token()).type).toBe('Bearer')
  expect(events.filter(({ type }) => type === 'retried')).toMatchObject([{ reason: 'skew' }])
})
