import { startTestServer } from '@pkjwt/server/testing'
import { type AppAdmin, createAppAdmin, createTokenClient } from 'pkjwt/client'
import { expect, it } from 'vitest'

const adminToken = 'bootstrap-token-of-these-tests-0123456789'

async function startAdministered() {
  const server = await startTestServer({ adminToken })
  const admin: AppAdmin = createAppAdmin({
    org: server.org,
    fetch: (input, init) =>
      server.fetch(String(input), { ...init, headers: { ...init?.headers, authorization: `SSWS ${adminToken}` } }),
  })
  return { server, admin, [Symbol.asyncDispose]: () => server.close() }
}

it('an app that is made inactive gets no token until it is active again', async () => {
  await using world = await startAdministered()
  const { server, admin } = world
  const { clientId, key } = await server.addApp()
  const ask = () =>
    createTokenClient({
      org: server.org,
      clientId,
      key,
      scopes: ['okta.users.read'],
      fetch: server.fetch,
      clock: server.clock,
    }).token()
  await admin.setAppStatus(clientId, 'INACTIVE')
  expect((await admin.findApp(clientId)).wire['status']).toBe('INACTIVE')
  await expect(ask()).rejects.toMatchObject({ error: 'invalid_client' })
  await admin.setAppStatus(clientId, 'ACTIVE')
  expect((await ask()).type).toBe('Bearer')
})

it('the log is read page by page, the newest first, by type', async () => {
  await using world = await startAdministered()
  const { server, admin } = world
  const { clientId } = await server.addApp({ grants: [] })
  for (const scope of ['okta.users.read', 'okta.groups.read', 'okta.apps.read']) await admin.addGrant(clientId, scope)
  await admin.setAppStatus(clientId, 'INACTIVE')
  const types = ['app.oauth2.admin.consent.grant', 'app.oauth2.admin.consent.revoke']
  const first = await admin.readLog({ types, order: 'descending', limit: 2 })
  const second = await admin.readLog({ types, order: 'descending', limit: 2, after: first.next })
  const names = [...first.entries, ...second.entries].map(({ target }) => (target as { displayName: string }[])[1]?.displayName)
  expect(names).toEqual(['okta.apps.read', 'okta.groups.read', 'okta.users.read'])
  expect(second.next).toBeUndefined()
  const whole = await admin.readLog()
  expect(whole.entries.length).toBe(4)
  expect((await admin.readLog({ since: new Date(Date.now() + 60_000) })).entries).toEqual([])
})

it('a cursor that no page gave is refused in the words of the server', async () => {
  await using world = await startAdministered()
  await expect(world.admin.readLog({ after: 'x' })).rejects.toThrow(
    'Cannot read the log: the server answered 400 E0000001: Api validation failed: after',
  )
})

it('pages go on at the address that was called, though the server names itself otherwise', async () => {
  await using world = await startAdministered()
  const { server } = world
  const hosts: string[] = []
  const headers = { authorization: `SSWS ${adminToken}` }
  const behindProxy = createAppAdmin({
    org: 'https://admin.example.net',
    fetch: (input) => {
      const { host, pathname, search } = new URL(String(input))
      hosts.push(host)
      return server.fetch(`${server.org}${pathname}${search}`, { headers })
    },
  })
  for (let app = 0; app <= 200; app += 1) await server.addApp({ alg: 'ES256', grants: [] })
  expect((await behindProxy.listApps()).length).toBe(201)
  expect(hosts).toEqual(['admin.example.net', 'admin.example.net'])
})
