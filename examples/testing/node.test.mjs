// Recipe for node:test.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestServer } from '@pkjwt/server/testing'
import { createLoginLister } from './listLogins.mjs'

async function setUp(t) {
  const server = await startTestServer({ seed: { apps: [], users: [{ profile: { login: 'ada@example.com' } }] } })
  t.after(() => server.close())
  const { clientId, key } = await server.addApp({ grants: ['okta.users.read'] })
  const listLogins = createLoginLister({ org: server.org, clientId, key, fetch: server.fetch, clock: server.clock })
  return { server, listLogins }
}

test('lists the logins', async (t) => {
  const { listLogins } = await setUp(t)
  assert.deepEqual(await listLogins(), ['ada@example.com'])
})

test('buys one token for many calls', async (t) => {
  const { server, listLogins } = await setUp(t)
  for (let count = 0; count < 10; count++) await listLogins()
  assert.equal(server.requests.filter(({ endpoint }) => endpoint === 'token').length, 1)
})

test('waits as long as the server says', async (t) => {
  const { server, listLogins } = await setUp(t)
  server.faults.add({ kind: 'rate-limited', retryAfterSeconds: 1 })
  assert.deepEqual(await listLogins(), ['ada@example.com'])
})
