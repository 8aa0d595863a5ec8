import { RefusedError } from 'pkjwt/errors'
import { generateKey, type SigningKey, writePrivateKey } from 'pkjwt/keys'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTokenServer, type TokenServer } from '../../../../test/client/tokenServer.js'
import { createTokenClient } from './tokenClient.js'

let key: SigningKey
let server: TokenServer

beforeAll(async () => {
  key = await generateKey({ alg: 'ES256' })
})
beforeEach(async () => {
  server = await startTokenServer({ key })
})
afterEach(() => server.close())

const scopes = ['okta.users.read']

test('createTokenClient() buys a token from the organisation', async () => {
  const client = createTokenClient({ org: server.origin, clientId: '0oa1', key, scopes })
  await client.ready()
  const token = await client.token()
  expect(token).toMatchObject({ type: 'Bearer', scopes, scopesDropped: [] })
  expect(token.value).toBe('token-1')
  expect(server.requests).toHaveLength(1)
})

test('a second token() gives the same token without a request', async () => {
  const client = createTokenClient({ org: server.origin, clientId: '0oa1', key: await writePrivateKey(key, 'jwk'), scopes })
  expect(await client.token()).toBe(await client.token())
  expect(server.requests).toHaveLength(1)
})

test('a thousand parallel first calls make one request', async () => {
  const client = createTokenClient({ org: server.origin, clientId: '0oa1', key, scopes })
  const tokens = await Promise.all(Array.from({ length: 1000 }, () => client.token()))
  expect(new Set(tokens).size).toBe(1)
  expect(server.requests).toHaveLength(1)
})

test('a refusal carries status, texts, request id and the finding about our assertion', async () => {
  const client = createTokenClient({
    tokenEndpoint: server.tokenEndpoint,
    audience: server.origin,
    clientId: '0oa1',
    key,
    scopes,
  })
  const error = await client.token().catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(RefusedError)
  expect(error).toMatchObject({
    by: 'server',
    status: 401,
    error: 'invalid_client',
    error_description: 'The audience claim for client_assertion must be the endpoint invoked for the request.',
    requestId: 'request-1',
  })
  expect(server.requests).toHaveLength(1)
})
