import { Client, type OAuth2ScopeConsentGrant } from '@okta/okta-sdk-nodejs'
import { generateKey, type SigningKey, writePrivateKey } from 'pkjwt/keys'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpServer, seedApp, startHttpServer } from '../server/support.js'
import { adminScopes, appBody } from './support.js'

// The SDK for Node that Okta publishes administers apps, keys and grants, as a Super Admin with a key of its own.

const adminId = '0oaAdministrator0000'

let adminKey: SigningKey
let keys: readonly SigningKey[]
let server: HttpServer
let client: Client

beforeAll(async () => {
  adminKey = await generateKey({ alg: 'RS256' })
  keys = await Promise.all(['one', 'two', 'three'].map((kid) => generateKey({ alg: 'RS256', kid })))
  const apps = [seedApp(adminId, adminKey, { grants: adminScopes, roles: ['SUPER_ADMIN'] })]
  server = await startHttpServer({ seed: { apps } })
  client = new Client({
    orgUrl: server.url,
    authorizationMode: 'PrivateKey',
    clientId: adminId,
    scopes: adminScopes,
    privateKey: JSON.stringify(await writePrivateKey(adminKey, 'jwk')),
    ...(adminKey.kid === undefined ? {} : { keyId: adminKey.kid }),
  })
})

afterAll(() => server.close())

async function createApp(label: string): Promise<string> {
  const [key] = keys
  if (key === undefined) throw new Error('no key')
  const application = appBody(key, { label }) as unknown as Parameters<
    Client['applicationApi']['createApplication']
  >[0]['application']
  const app = await client.applicationApi.createApplication({ application })
  return String(app.id)
}

describe('the Okta SDK for Node', () => {
  it('creates, lists, replaces and deletes an app', async () => {
    const appId = await createApp('SDK app')
    const application = await client.applicationApi.getApplication({ appId })
    expect(application).toMatchObject({ id: appId, label: 'SDK app', status: 'ACTIVE' })
    const labels: unknown[] = []
    const listed = await client.applicationApi.listApplications({ limit: 1 })
    await listed.each((app) => {
      labels.push(app?.label)
    })
    expect(labels).toContain('SDK app')
    Object.assign(application, { label: 'Renamed' })
    expect(await client.applicationApi.replaceApplication({ appId, application })).toMatchObject({ label: 'Renamed' })
    await client.applicationApi.deactivateApplication({ appId })
    await client.applicationApi.activateApplication({ appId })
    await client.applicationApi.deactivateApplication({ appId })
    await client.applicationApi.deleteApplication({ appId })
    await expect(client.applicationApi.getApplication({ appId })).rejects.toMatchObject({ status: 404, errorCode: 'E0000007' })
  })

  it('rotates the key of an app', async () => {
    const appId = await createApp('SDK keys')
    const api = client.applicationSSOPublicKeysApi
    const { kty, n, e, kid } = keys[1]?.publicKey.jwk ?? {}
    const addJwkRequest = { kty, n, e, kid, alg: 'RS256', use: 'sig', status: 'ACTIVE' } as Parameters<
      typeof api.addJwk
    >[0]['addJwkRequest']
    const added = await api.addJwk({ appId, addJwkRequest })
    expect(added).toMatchObject({ kid: 'two', status: 'ACTIVE' })
    const { keys: listed = [] } = await api.listJwk({ appId })
    const [first] = listed
    expect(listed).toHaveLength(2)
    const keyId = String(first?.id)
    await api.deactivateOAuth2ClientJsonWebKey({ appId, keyId })
    await api.activateOAuth2ClientJsonWebKey({ appId, keyId })
    await expect(api.deletejwk({ appId, keyId })).rejects.toMatchObject({ status: 400, errorCode: 'E0000001' })
    await api.deactivateOAuth2ClientJsonWebKey({ appId, keyId })
    await api.deletejwk({ appId, keyId })
    expect((await api.listJwk({ appId })).keys).toHaveLength(1)
    await expect(api.deactivateOAuth2ClientJsonWebKey({ appId, keyId: String(added.id) })).rejects.toMatchObject({ status: 400 })
  })

  it('grants a scope and takes it away', async () => {
    const appId = await createApp('SDK grants')
    const oAuth2ScopeConsentGrant = { scopeId: 'okta.users.read', issuer: server.url } as OAuth2ScopeConsentGrant
    const granted = await client.applicationApi.grantConsentToScope({ appId, oAuth2ScopeConsentGrant })
    expect(granted).toMatchObject({ scopeId: 'okta.users.read', status: 'ACTIVE' })
    const scopes: unknown[] = []
    const listed = await client.applicationApi.listScopeConsentGrants({ appId })
    await listed.each((grant) => {
      scopes.push(grant?.scopeId)
    })
    expect(scopes).toEqual(['okta.users.read'])
    await client.applicationApi.revokeScopeConsentGrant({ appId, grantId: String(granted.id) })
  })

  it('assigns a role to an app, and takes it away', async () => {
    const clientId = await createApp('SDK roles')
    const assignRoleRequest = { type: 'HELP_DESK_ADMIN' } as const
    const role = (await client.roleAssignmentApi.assignRoleToClient({ clientId, assignRoleRequest })) as { id: string }
    await client.roleAssignmentApi.deleteRoleFromClient({ clientId, roleAssignmentId: role.id })
  })

  it('reads the log', async () => {
    const types: unknown[] = []
    const log = await client.systemLogApi.listLogEvents({ filter: 'eventType eq "application.lifecycle.create"' })
    await log.each((event) => {
      types.push(event?.eventType)
    })
    expect(new Set(types)).toEqual(new Set(['application.lifecycle.create']))
  })
})
