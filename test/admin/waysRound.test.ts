import type { TestApp, TestServer } from '@pkjwt/server/testing'
import { generateKey, type SigningKey, writePrivateKey } from 'pkjwt/keys'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addAdmin, appBody, buyToken, type Call, callerOf, clientBody, startAdminServer, superCaller } from './support.js'

// What somebody with a lesser role would try to become more: "once an app was granted a scope, only a Super Admin changes its keys".

let server: TestServer
let asSuper: Call
let asAppAdmin: Call
let asOrgAdmin: Call
let self: TestApp
let thief: SigningKey
let victim: TestApp

beforeAll(async () => {
  server = await startAdminServer()
  asSuper = superCaller(server)
  thief = await generateKey({ alg: 'ES256' })
  self = await addAdmin(server, ['APP_ADMIN'])
  asAppAdmin = callerOf(server, `Bearer ${await buyToken(server, self)}`)
  asOrgAdmin = callerOf(server, `Bearer ${await buyToken(server, await addAdmin(server, ['ORG_ADMIN']))}`)
})

afterAll(() => server.close())

beforeEach(async () => {
  victim = await server.addApp({ grants: ['okta.users.manage'], roles: ['SUPER_ADMIN'] })
})

const refused = { status: 403, body: { errorCode: 'E0000006' } }

async function keysOf(clientId: string) {
  return (await server.store.listKeys(clientId)).map(({ kid, status }) => [kid, status])
}

describe('an APP_ADMIN and an app that was granted a scope', () => {
  const ways: readonly (readonly [name: string, method: string, path: string, body: () => unknown])[] = [
    ['puts the app with a key of its own', 'PUT', '/api/v1/apps/:id', () => appBody(thief)],
    ['puts the client with a key of its own', 'PUT', '/oauth2/v1/clients/:id', () => clientBody(thief)],
    [
      'puts a jwks_uri',
      'PUT',
      '/oauth2/v1/clients/:id',
      () => ({ ...clientBody(thief), jwks: undefined, jwks_uri: 'https://thief.example/keys' }),
    ],
    ['adds a key', 'POST', '/api/v1/apps/:id/credentials/jwks', () => thief.publicKey.jwk],
    ['adds a key by another spelling of the path', 'POST', '//api//v1/apps/:id//credentials/jwks', () => thief.publicKey.jwk],
    ['deactivates the app', 'POST', '/api/v1/apps/:id/lifecycle/deactivate', () => undefined],
    ['deletes the app', 'DELETE', '/api/v1/apps/:id', () => undefined],
    ['deletes the client', 'DELETE', '/oauth2/v1/clients/:id', () => undefined],
    ['grants it a scope', 'POST', '/api/v1/apps/:id/grants', () => ({ scopeId: 'okta.apps.read', issuer: server.org })],
    ['gives it a role', 'POST', '/oauth2/v1/clients/:id/roles', () => ({ type: 'SUPER_ADMIN' })],
  ]
  it.each(ways)('%s: E0000006, and nothing changed', async (_name, method, path, body) => {
    const before = await server.store.findApp(victim.clientId)
    for (const call of [asAppAdmin, asOrgAdmin]) {
      expect(await call(method, path.replace(':id', victim.clientId), body())).toMatchObject(refused)
    }
    expect(await server.store.findApp(victim.clientId)).toEqual(before)
    expect(await keysOf(victim.clientId)).toEqual([[victim.key.kid, 'ACTIVE']])
  })

  it('also when the grant and the roles are gone: that it had one stays', async () => {
    const [grant] = await server.store.listGrants(victim.clientId)
    const [role] = await server.store.listRoles(victim.clientId)
    await asSuper('DELETE', `/api/v1/apps/${victim.clientId}/grants/${grant?.id}`)
    await asSuper('DELETE', `/oauth2/v1/clients/${victim.clientId}/roles/${role?.id}`)
    expect(await server.store.listRoles(victim.clientId)).toEqual([])
    const path = `/api/v1/apps/${victim.clientId}/credentials/jwks`
    expect(await asAppAdmin('POST', path, thief.publicKey.jwk)).toMatchObject(refused)
  })

  it('also when the app is inactive', async () => {
    await asSuper('POST', `/api/v1/apps/${victim.clientId}/lifecycle/deactivate`)
    expect(await asAppAdmin('POST', `/api/v1/apps/${victim.clientId}/lifecycle/activate`)).toMatchObject(refused)
    expect(await asAppAdmin('DELETE', `/api/v1/apps/${victim.clientId}`)).toMatchObject(refused)
    expect(await asAppAdmin('PUT', `/api/v1/apps/${victim.clientId}`, appBody(thief))).toMatchObject(refused)
  })

  it('cannot bring back a deleted app with its own key under the old id', async () => {
    await asSuper('POST', `/api/v1/apps/${victim.clientId}/lifecycle/deactivate`)
    expect((await asSuper('DELETE', `/api/v1/apps/${victim.clientId}`)).status).toBe(204)
    const body = appBody(thief, { client_id: victim.clientId })
    expect(await asAppAdmin('POST', '/api/v1/apps', body)).toMatchObject(refused)
    expect(await asAppAdmin('POST', '/oauth2/v1/clients', { ...clientBody(thief), client_id: victim.clientId })).toMatchObject(
      refused,
    )
    expect((await asSuper('POST', '/api/v1/apps', body)).status).toBe(200)
  })

  it('cannot plant a key in an app that has a role and no grant yet', async () => {
    const waiting = await server.addApp({ grants: [], roles: ['SUPER_ADMIN'] })
    const path = `/api/v1/apps/${waiting.clientId}/credentials/jwks`
    expect(await asAppAdmin('POST', path, thief.publicKey.jwk)).toMatchObject(refused)
  })

  it('cannot raise itself', async () => {
    const roles = `/oauth2/v1/clients/${self.clientId}/roles`
    const grants = `/api/v1/apps/${self.clientId}/grants`
    expect(await asAppAdmin('POST', roles, { type: 'SUPER_ADMIN' })).toMatchObject(refused)
    expect(await asAppAdmin('POST', grants, { scopeId: 'okta.users.manage', issuer: server.org })).toMatchObject(refused)
    expect(await asAppAdmin('PUT', `/api/v1/apps/${self.clientId}`, appBody(thief))).toMatchObject(refused)
    const [role] = await server.store.listRoles(self.clientId)
    expect(await asAppAdmin('DELETE', `${roles}/${role?.id}`)).toMatchObject(refused)
  })

  it('reaches no key of that app through an app of its own', async () => {
    const own = await server.addApp({ grants: [], roles: [] })
    const [key] = await server.store.listKeys(victim.clientId)
    const path = `/api/v1/apps/${own.clientId}/credentials/jwks/${key?.id}`
    expect((await asAppAdmin('POST', `${path}/lifecycle/deactivate`)).status).toBe(404)
    expect((await asAppAdmin('DELETE', path)).status).toBe(404)
  })

  it('changes an app that only may read, as one without a role', async () => {
    const reader = await server.addApp({ grants: [], roles: ['READ_ONLY_ADMIN'] })
    const path = `/api/v1/apps/${reader.clientId}/credentials/jwks`
    expect((await asAppAdmin('POST', path, thief.publicKey.jwk)).status).toBe(201)
  })

  it('loses the race against a grant: of both at once, the key is refused or was there before', async () => {
    const young = await server.addApp({ grants: [], roles: [] })
    const grant = { scopeId: 'okta.users.manage', issuer: server.org }
    const [key, granted] = await Promise.all([
      asAppAdmin('POST', `/api/v1/apps/${young.clientId}/credentials/jwks`, thief.publicKey.jwk),
      asSuper('POST', `/api/v1/apps/${young.clientId}/grants`, grant),
    ])
    expect([key.status, granted.status].sort()).toSatisfy(
      ([first, second]: number[]) => (first ?? 0) <= 201 && [201, 403].includes(second ?? 0),
    )
  })
})

describe('what else must not open anything', () => {
  it('a token of an app whose role was taken away', async () => {
    const admin = await addAdmin(server, ['SUPER_ADMIN'])
    const call = callerOf(server, `Bearer ${await buyToken(server, admin)}`)
    expect((await call('GET', '/api/v1/apps')).status).toBe(200)
    const [role] = await server.store.listRoles(admin.clientId)
    await asSuper('DELETE', `/oauth2/v1/clients/${admin.clientId}/roles/${role?.id}`)
    expect(await call('GET', '/api/v1/apps')).toMatchObject(refused)
  })

  it('a token of an app that was deactivated', async () => {
    const admin = await addAdmin(server, ['SUPER_ADMIN'])
    const call = callerOf(server, `Bearer ${await buyToken(server, admin)}`)
    await asSuper('POST', `/api/v1/apps/${admin.clientId}/lifecycle/deactivate`)
    expect((await call('GET', '/api/v1/apps')).status).toBe(401)
  })

  it('a private key that is registered: it is refused, said loudly, and not stored', async () => {
    const app = await server.addApp({ grants: [], roles: [] })
    const path = `/api/v1/apps/${app.clientId}/credentials/jwks`
    const { status, body } = await asSuper('POST', path, await writePrivateKey(thief, 'jwk'))
    expect([status, body['errorSummary']]).toEqual([400, 'Api validation failed: JsonWebKey'])
    expect(JSON.stringify(body)).toContain('private key')
    expect(await keysOf(app.clientId)).toHaveLength(1)
    const log = await asSuper('GET', `/api/v1/logs?filter=${encodeURIComponent('eventType eq "app.oauth2.client.key.private"')}`)
    expect(JSON.stringify(log.body)).toContain('app.oauth2.client.key.private')
  })
})
