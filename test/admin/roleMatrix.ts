import type { TestServer, TestServerOptions } from '@pkjwt/server/testing'
import { createTokenClient } from 'pkjwt/client'
import { generateKey, type SigningKey } from 'pkjwt/keys'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adminRoles, mayDo, type Operation, permissions } from '../../packages/server/src/admin/permissions.js'
import { answersSeen } from '../reference/checkAnswers.js'
import type { OpenapiDocument } from '../reference/openapi.js'
import { addAdmin, adminScopes, adminToken, appBody, buyToken, callerOf, clientBody, startAdminServer } from './support.js'

// Every route with every role and with every way not to be let in; what has to come of it is read from the table that the server obeys.

interface Target {
  readonly clientId: string
  readonly keyId: string
  readonly spareKeyId: string
  readonly grantId: string
  readonly roleId: string
}

interface RouteCase {
  readonly route: string
  readonly operation: Operation
  /** The route changes an app that exists, so it matters whether that one is protected. */
  readonly changes?: true
  readonly inactive?: true
  readonly body?: (keys: Keys) => unknown
}

interface Keys {
  readonly first: SigningKey
  readonly second: SigningKey
  readonly third: SigningKey
}

const app = '/api/v1/apps/:app'
const jwks = `${app}/credentials/jwks`
const client = '/oauth2/v1/clients/:app'

const routes: readonly RouteCase[] = [
  { route: 'GET /api/v1/apps', operation: 'readApps' },
  { route: 'POST /api/v1/apps', operation: 'changeApps', body: ({ third }) => appBody(third) },
  { route: `GET ${app}`, operation: 'readApps' },
  { route: `PUT ${app}`, operation: 'changeApps', changes: true, body: ({ first }) => appBody(first) },
  { route: `DELETE ${app}`, operation: 'changeApps', changes: true, inactive: true },
  { route: `POST ${app}/lifecycle/activate`, operation: 'changeApps', changes: true, inactive: true },
  { route: `POST ${app}/lifecycle/deactivate`, operation: 'changeApps', changes: true },
  { route: `GET ${jwks}`, operation: 'readApps' },
  { route: `POST ${jwks}`, operation: 'changeApps', changes: true, body: ({ third }) => third.publicKey.jwk },
  { route: `GET ${jwks}/:key`, operation: 'readApps' },
  { route: `DELETE ${jwks}/:spare`, operation: 'changeApps', changes: true },
  { route: `POST ${jwks}/:spare/lifecycle/activate`, operation: 'changeApps', changes: true },
  { route: `POST ${jwks}/:spare/lifecycle/deactivate`, operation: 'changeApps', changes: true },
  { route: `GET ${app}/grants`, operation: 'readGrants' },
  {
    route: `POST ${app}/grants`,
    operation: 'changeGrants',
    body: () => ({ scopeId: 'okta.groups.read', issuer: 'https://pkjwt.test' }),
  },
  { route: `GET ${app}/grants/:grant`, operation: 'readGrants' },
  { route: `DELETE ${app}/grants/:grant`, operation: 'changeGrants' },
  { route: 'GET /oauth2/v1/clients', operation: 'readClients' },
  { route: 'POST /oauth2/v1/clients', operation: 'registerClients', body: ({ third }) => clientBody(third) },
  { route: `GET ${client}`, operation: 'readClients' },
  { route: `PUT ${client}`, operation: 'changeClients', changes: true, body: ({ first }) => clientBody(first) },
  { route: `DELETE ${client}`, operation: 'changeClients', changes: true, inactive: true },
  { route: `GET ${client}/roles`, operation: 'readRoles' },
  { route: `POST ${client}/roles`, operation: 'changeRoles', body: () => ({ type: 'REPORT_ADMIN' }) },
  { route: `GET ${client}/roles/:role`, operation: 'readRoles' },
  { route: `DELETE ${client}/roles/:role`, operation: 'changeRoles' },
  { route: 'GET /api/v1/logs', operation: 'readLogs' },
  { route: 'GET /api/v1/users', operation: 'readUsers' },
]

/** No role at all comes first. */
const roleLists: readonly (readonly [name: string, roles: readonly string[]])[] = [
  ['nobody in particular', []],
  ...adminRoles.map((role) => [role, [role]] as const),
]

let server: TestServer
let keys: Keys
const tokens = new Map<string, string>()

/**
 * The role matrix, as tests of the file that calls it.
 *
 * @param settle Settings of the server, such as its store.
 */
export function testRoleMatrix(settle: () => Promise<TestServerOptions> = async () => ({})): void {
  beforeAll(async () => {
    server = await startAdminServer(await settle())
    const [first, second, third] = await Promise.all([1, 2, 3].map(() => generateKey({ alg: 'ES256' })))
    if (first === undefined || second === undefined || third === undefined) throw new Error('no keys')
    keys = { first, second, third }
    for (const [name, roles] of roleLists) tokens.set(name, await buyToken(server, await addAdmin(server, roles)))
  })

  afterAll(() => server.close())

  describe.each(routes)('$route', (each) => {
    const { operation, changes = false, inactive = false } = each
    const needsParts = /:(grant|role)/.test(each.route)

    it.each(roleLists)('as %s: the outcome is that of the table', async (name, roles) => {
      const authorization = `Bearer ${tokens.get(name)}`
      for (const kind of ['plain', 'protected'] as const) {
        if (kind === 'plain' && needsParts) continue
        const { status, body } = await send(each, await addTarget(kind, inactive), authorization)
        const isAllowed = mayDo(operation, { roles, isProtected: changes && kind === 'protected' })
        if (isAllowed) expect([kind, Math.floor(status / 100), body['errorCode']]).toEqual([kind, 2, undefined])
        else expect([kind, status, body['errorCode']]).toEqual([kind, 403, 'E0000006'])
      }
    })

    it('the bootstrap token may', async () => {
      const { status } = await send(each, await addTarget('protected', inactive), `SSWS ${adminToken}`)
      expect(Math.floor(status / 100)).toBe(2)
    })

    it.each([
      ['no token', undefined],
      ['no token that it knows', 'Bearer eyJhbGciOiJSUzI1NiJ9.e30.AAAA'],
      ['another bootstrap token', `SSWS ${adminToken}0`],
      ['the bootstrap token as Bearer', `Bearer ${adminToken}`],
    ])('%s: 401', async (_name, authorization) => {
      const { status, body } = await send(each, await addTarget('protected', inactive), authorization)
      expect([status, body['errorCode']]).toEqual([401, 'E0000011'])
    })

    it('a Super Admin without the scope: 403 that names it', async () => {
      const others = adminScopes.filter((scope) => !permissions[operation].scopes.some((wanted) => wanted === scope))
      const token = await buyToken(server, await addAdmin(server, ['SUPER_ADMIN']), others)
      const { status, headers } = await send(each, await addTarget('protected', inactive), `Bearer ${token}`)
      expect(status).toBe(403)
      expect(headers.get('www-authenticate')).toContain(`scope="${permissions[operation].scopes[0]}"`)
    })

    it('a token bound with DPoP, without a proof: 400', async () => {
      const bound = await server.addApp({ roles: ['SUPER_ADMIN'], grants: adminScopes, dpopBoundAccessTokens: true })
      const { fetch, org } = server
      const { value } = await createTokenClient({ ...bound, org, fetch, scopes: adminScopes, dpop: true }).token()
      const target = await addTarget('protected', inactive)
      expect((await send(each, target, `DPoP ${value}`)).status).toBe(400)
      expect((await send(each, target, `Bearer ${value}`)).status).toBe(400)
    })
  })

  it('an expired token opens no route', async () => {
    await using other = await startAdminServer()
    const token = await buyToken(other, await addAdmin(other, ['SUPER_ADMIN']))
    other.clock.forward(3601)
    for (const { route } of routes) {
      const [method = '', path = ''] = route.split(' ')
      const { status, body } = await callerOf(other, `Bearer ${token}`)(method, path.replace(/:\w+/g, 'x'))
      expect([route, status, body['errorCode']]).toEqual([route, 401, 'E0000011'])
    }
  })

  it('every operation of /openapi.json that wants an administrator was seen to grant and to refuse', async () => {
    const response = await server.fetch(`${server.org}/openapi.json`)
    const { paths } = (await response.json()) as OpenapiDocument
    const managed = Object.values(paths)
      .flatMap((methods) => Object.values(methods))
      .filter(({ security }) => security.some(({ ssws }) => ssws !== undefined))
    expect(managed).toHaveLength(routes.length)
    for (const { operationId } of managed) {
      const statuses = [...answersSeen].flatMap((seen) => (seen.startsWith(`${operationId} `) ? [seen.slice(-3)] : []))
      expect(statuses, operationId).toEqual(expect.arrayContaining([expect.stringMatching(/^2/), '400', '401', '403']))
    }
  })

  it('a client with DPoP manages apps', async () => {
    const bound = await server.addApp({ roles: ['READ_ONLY_ADMIN'], grants: adminScopes, dpopBoundAccessTokens: true })
    const { fetch, org } = server
    const caller = createTokenClient({ ...bound, org, fetch, scopes: adminScopes, dpop: true })
    expect((await caller.fetch('/api/v1/apps')).status).toBe(200)
  })
}

/** An app to be changed. A plain one was never granted anything and holds no role; routes of grants and roles need one that was. */
async function addTarget(kind: 'plain' | 'protected', inactive = false): Promise<Target> {
  const { store } = server
  const now = Math.floor(Date.now() / 1000)
  const isProtected = kind === 'protected'
  const created = await store.createApp(
    {
      clientName: 'Target',
      status: inactive ? 'INACTIVE' : 'ACTIVE',
      keys: [keys.first, keys.second].map(({ kid, thumbprint, publicKey }, index) => ({
        kid,
        thumbprint,
        jwk: publicKey.jwk,
        status: index === 0 ? 'ACTIVE' : 'INACTIVE',
      })),
      grants: isProtected ? [{ scope: 'okta.users.read', issuer: '', createdBy: 'test' }] : [],
      roles: isProtected ? [{ type: 'HELP_DESK_ADMIN' }] : [],
    },
    { now },
  )
  if (typeof created === 'string') throw new Error(created)
  const { clientId } = created
  const [first, spare] = await store.listKeys(clientId)
  const [grant] = await store.listGrants(clientId)
  const [role] = await store.listRoles(clientId)
  return {
    clientId,
    keyId: first?.id ?? '',
    spareKeyId: spare?.id ?? '',
    grantId: grant?.id ?? '',
    roleId: role?.id ?? '',
  }
}

function send({ route, body }: RouteCase, target: Target, authorization: string | undefined) {
  const [method = '', path = ''] = route.split(' ')
  const named = path
    .replace(':app', target.clientId)
    .replace(':key', target.keyId)
    .replace(':spare', target.spareKeyId)
    .replace(':grant', target.grantId)
    .replace(':role', target.roleId)
  return callerOf(server, authorization)(method, named, body?.(keys))
}
