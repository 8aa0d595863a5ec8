// Recipe for vitest: an authorization server in each test, in memory, without a socket.
import { startTestServer } from '@pkjwt/server/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLoginLister } from './listLogins.mjs'

let server
let listLogins

beforeEach(async () => {
  server = await startTestServer({ seed: { apps: [], users: [{ profile: { login: 'ada@example.com' } }] } })
  const { clientId, key } = await server.addApp({ grants: ['okta.users.read'] })
  listLogins = createLoginLister({ org: server.org, clientId, key, fetch: server.fetch, clock: server.clock })
})

afterEach(() => server.close())

const tokenRequests = () => server.requests.filter(({ endpoint }) => endpoint === 'token')

it('lists the logins', async () => {
  expect(await listLogins()).toEqual(['ada@example.com'])
})

it('buys one token for many calls', async () => {
  for (let count = 0; count < 10; count++) await listLogins()
  expect(tokenRequests()).toHaveLength(1)
})

it('buys a new token when the hour is over', async () => {
  await listLogins()
  server.clock.forward(3600)
  await listLogins()
  expect(tokenRequests()).toHaveLength(2)
})

it('signs a new assertion when it has to try again', async () => {
  server.faults.add({ kind: 'failed' })
  await listLogins()
  const [first, second] = tokenRequests()
  expect(first.status).toBe(500)
  expect(second.status).toBe(200)
  expect(first.jti).not.toBe(second.jti)
})
