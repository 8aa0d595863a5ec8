// Recipe for jest, which runs ES modules with: node --experimental-vm-modules node_modules/jest/bin/jest.js
import { startTestServer } from '@pkjwt/server/testing'
import { createLoginLister } from './listLogins.mjs'

let server
let listLogins

beforeEach(async () => {
  server = await startTestServer({ seed: { apps: [], users: [{ profile: { login: 'ada@example.com' } }] } })
  const { clientId, key } = await server.addApp({ grants: ['okta.users.read'] })
  listLogins = createLoginLister({ org: server.org, clientId, key, fetch: server.fetch, clock: server.clock })
})

afterEach(() => server.close())

test('lists the logins', async () => {
  expect(await listLogins()).toEqual(['ada@example.com'])
})

test('buys one token for many calls', async () => {
  for (let count = 0; count < 10; count++) await listLogins()
  expect(server.requests.filter(({ endpoint }) => endpoint === 'token')).toHaveLength(1)
})
