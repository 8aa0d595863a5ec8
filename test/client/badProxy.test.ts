import { createTokenClient } from 'pkjwt/client'
import { expect, test } from 'vitest'
import { startBadProxy } from './badProxy.js'
import { testKey } from './harness.js'
import { startTokenServer } from './tokenServer.js'

const calls = 2000

test(`${calls} calls through a proxy that spoils one answer in three: no wrong token, and no assertion sent twice by us`, {
  timeout: 120_000,
}, async () => {
  const key = await testKey()
  // The server is told to take the address of the proxy for its own, as behind any reverse proxy.
  await using server = await startTokenServer({ key })
  await using proxy = await startBadProxy({ port: Number(new URL(server.origin).port), delayMilliseconds: 5 })
  server.tokenEndpoint = `http://127.0.0.1:${proxy.port}/oauth2/v1/token`
  const events = { signed: 0, retried: 0 }
  const client = createTokenClient({
    tokenEndpoint: server.tokenEndpoint,
    profile: 'okta',
    clientId: '0oa1',
    key,
    scopes: ['okta.users.read'],
    retry: { attemptsMax: 10 },
    // The real waits are tested elsewhere; here two thousand calls must end.
    wait: async () => {},
    onEvent({ type }) {
      if (type === 'signed' || type === 'retried') events[type] += 1
    },
  })
  const given = new Set<string>()
  const failures: unknown[] = []
  let left = calls
  const callOn = async () => {
    while (left > 0) {
      left -= 1
      // A scope of its own for each call, so that each makes its own request.
      const scope = `scope-${left}`
      try {
        const token = await client.token({ scopes: [scope] })
        expect(token).toMatchObject({ type: 'Bearer', scopes: [scope] })
        expect(given.has(token.value)).toBe(false)
        given.add(token.value)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: 16 }, callOn))

  expect(failures).toEqual([])
  expect(given.size).toBe(calls)
  // What arrived twice was sent twice by the proxy.
  const ids = server.requests.map(({ claims }) => claims['jti'])
  expect(ids.length - new Set(ids).size).toBe(proxy.done['duplicate the request'])
  expect(events.signed).toBe(calls + events.retried)
  expect(Object.values(proxy.done).every((count) => count > 50)).toBe(true)
})
