import diagnosticsChannel from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { diagnosticsChannelName, type TokenEvent } from 'pkjwt/client'
import { PkjwtError } from 'pkjwt/errors'
import { generateKey, writePrivateKey } from 'pkjwt/keys'
import { expect, test } from 'vitest'
import { startPair, until } from './harness.js'
import { answering } from './tokenServer.js'

test('a client tells what it does, in order', async () => {
  await using pair = await startPair({ scopes: ['okta.users.read', 'okta.groups.read'] })
  const scope = { access_token: 'a', token_type: 'Bearer', expires_in: 3600, scope: 'okta.users.read' }
  pair.server.faults.push(answering(503, ''), answering(200, scope))
  await pair.client.token()
  await pair.client.token()
  expect(pair.events.map(({ type }) => type)).toEqual([
    'signed',
    'requested',
    'retried',
    'signed',
    'requested',
    'refreshed',
    'scopesDropped',
    'cacheHit',
  ])
  expect(pair.events).toMatchObject([
    { clientId: '0oa1', endpoint: pair.server.tokenEndpoint, alg: 'ES256', kid: 'first', dpop: false },
    { status: 503 },
    { attempt: 1, reason: 'server_failed' },
    {},
    { status: 200 },
    { from: 'server', background: false },
    { dropped: ['okta.groups.read'] },
    {},
  ])
})

test('the same events go to the diagnostics channel', async () => {
  const heard: TokenEvent[] = []
  const listener = (message: unknown) => void heard.push(message as TokenEvent)
  diagnosticsChannel.subscribe(diagnosticsChannelName, listener)
  try {
    await using pair = await startPair({ onEvent: undefined })
    await pair.client.token()
    await pair.client.token()
  } finally {
    diagnosticsChannel.unsubscribe(diagnosticsChannelName, listener)
  }
  expect(heard.map(({ type }) => type)).toEqual(['signed', 'requested', 'refreshed', 'cacheHit'])
})

test('a listener that throws costs nobody the token', async () => {
  await using pair = await startPair({
    onEvent() {
      throw new Error('mine')
    },
  })
  expect((await pair.client.token()).value).toBe('token-1')
})

test('no event carries a token, an assertion, a proof or a key', async () => {
  const key = await generateKey({ alg: 'ES256' })
  const { d } = await writePrivateKey(key, 'jwk')
  await using pair = await startPair({ key, dpop: true }, { key })
  const { client, server, clock, events } = pair
  server.routes.set('/api', (_, response) =>
    response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end(),
  )
  await client.token()
  clock.forward(3400)
  await client.token()
  await until(() => pair.eventsOf('refreshed').length === 2)
  await client.fetch(`${server.origin}/api`)
  server.faults.push(answering(401, { error: 'invalid_client' }))
  await client.token({ forceRefresh: true }).catch(() => {})
  const told = JSON.stringify(events)
  const secrets = [
    d,
    'token-1',
    'token-2',
    ...server.requests.map(({ form }) => form.get('client_assertion')),
    ...server.requests.map(({ headers }) => headers['dpop']),
  ]
  expect(secrets.filter((secret) => told.includes(String(secret)))).toEqual([])
})

test('an access token shows in no text, no JSON and no log', async () => {
  await using pair = await startPair()
  const token = await pair.client.token()
  expect(() => `${token}`).toThrow(PkjwtError)
  expect(() => `Bearer ${token}`).toThrow(expect.objectContaining({ code: 'token_printed' }))
  expect(() => String(token)).toThrow(PkjwtError)
  expect(JSON.stringify(token)).not.toContain('token-1')
  expect(inspect(token)).not.toContain('token-1')
  expect(Object.keys({ ...token })).not.toContain('value')
})
