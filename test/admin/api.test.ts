import type { TestServer } from '@pkjwt/server/testing'
import { generateKey, type SigningKey } from 'pkjwt/keys'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { texts } from '../../packages/server/src/admin/texts.js'
import { addAdmin, appBody, buyToken, type Call, callerOf, clientBody, startAdminServer, superCaller } from './support.js'

let server: TestServer
let call: Call
let keys: readonly [SigningKey, SigningKey, SigningKey]

beforeAll(async () => {
  server = await startAdminServer()
  call = superCaller(server)
  keys = await Promise.all([
    generateKey({ alg: 'ES256', kid: 'one' }),
    generateKey({ alg: 'ES256', kid: 'two' }),
    generateKey({ alg: 'ES256', kid: 'three' }),
  ])
})

afterAll(() => server.close())

const newApp = async () => (await server.addApp({ key: keys[0], grants: [], roles: [] })).clientId
const jwksOf = (clientId: string) => `/api/v1/apps/${clientId}/credentials/jwks`

function causes(body: Record<string, unknown>): readonly string[] {
  const list = body['errorCauses'] as { errorSummary: string }[]
  return list.map(({ errorSummary }) => errorSummary)
}

describe('apps', () => {
  it('an app is created, read, renamed with what was read, deactivated and deleted', async () => {
    const created = await call('POST', '/api/v1/apps', appBody(keys[0], { label: 'Nightly' }))
    expect(created).toMatchObject({ status: 200, body: { label: 'Nightly', status: 'ACTIVE', signOnMode: 'OPENID_CONNECT' } })
    const path = `/api/v1/apps/${created.body['id']}`
    const read = await call('GET', path)
    expect(read.body).toEqual(created.body)
    const [key] = await server.store.listKeys(String(created.body['id']))
    const renamed = await call('PUT', path, { ...read.body, label: 'Daily' })
    expect(renamed).toMatchObject({ status: 200, body: { label: 'Daily' } })
    expect(await server.store.listKeys(String(created.body['id']))).toMatchObject([{ id: key?.id, created: key?.created }])
    expect((await call('DELETE', path)).body).toMatchObject({ errorCode: 'E0000056' })
    expect((await call('POST', `${path}/lifecycle/deactivate`)).status).toBe(200)
    expect((await call('GET', path)).body['status']).toBe('INACTIVE')
    expect((await call('DELETE', path)).status).toBe(204)
    expect(await call('GET', path)).toMatchObject({ status: 404, body: { errorCode: 'E0000007' } })
  })

  it('pages follow one another', async () => {
    for (let index = 0; index < 3; index++) await newApp()
    const seen: unknown[] = []
    let next: string | undefined = '/api/v1/apps?limit=2'
    while (next !== undefined) {
      const { body, headers } = await call('GET', next)
      seen.push(...Object.values(body).map((app) => (app as { id: string }).id))
      next = new RegExp(`<${server.org}([^>]+)>; rel="next"`).exec(headers.get('link') ?? '')?.[1]
    }
    expect(seen).toEqual((await server.store.listApps()).map(({ clientId }) => clientId))
  })

  const service = () => appBody(keys[0]).settings.oauthClient
  it.each([
    ['no label', () => ({ ...appBody(keys[0]), label: undefined }), 'label: The field cannot be left blank'],
    ['a member that nobody knows', () => ({ ...appBody(keys[0]), grants: ['okta.users.manage'] }), 'grants: is not known here'],
    [
      'another kind of app',
      () => ({ ...appBody(keys[0]), settings: { oauthClient: { ...service(), application_type: 'web' } } }),
      'settings.oauthClient.application_type: has to be service: other apps are not kept here',
    ],
    ['no keys', () => ({ ...appBody(keys[0]), settings: { oauthClient: { ...service(), jwks: undefined } } }), texts.keysMissing],
    [
      'keys and their address',
      () => ({ ...appBody(keys[0]), settings: { oauthClient: { ...service(), jwks_uri: 'https://example.com/keys' } } }),
      texts.keysTwice,
    ],
    [
      'a secret',
      () => ({
        ...appBody(keys[0]),
        credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt', client_secret: 'x' } },
      }),
      texts.secretForbidden,
    ],
    [
      'the same key twice',
      () => ({
        ...appBody(keys[0]),
        settings: {
          oauthClient: { ...service(), jwks: { keys: [keys[0].publicKey.jwk, { ...keys[0].publicKey.jwk, kid: 'b' }] } },
        },
      }),
      texts.keyTaken,
    ],
  ])('an app with %s is refused', async (_name, body, cause) => {
    const answer = await call('POST', '/api/v1/apps', body())
    expect([answer.status, answer.body['errorCode'], ...causes(answer.body)]).toEqual([400, 'E0000001', cause])
  })

  it('a body that is no JSON is not well-formed', async () => {
    const headers = { authorization: 'SSWS bootstrap-token-that-is-long-enough-0123456789', 'content-type': 'application/json' }
    const response = await server.fetch(`${server.org}/api/v1/apps`, { method: 'POST', headers, body: '{"label":' })
    expect([response.status, ((await response.json()) as { errorCode: string }).errorCode]).toEqual([400, 'E0000003'])
  })
})

describe('clients', () => {
  it('a client is registered, read and replaced; its id is that of the app', async () => {
    const { status, body } = await call('POST', '/oauth2/v1/clients', clientBody(keys[0]))
    expect(status).toBe(201)
    const id = String(body['client_id'])
    expect(id).toMatch(/^0oa\w{17}$/)
    expect((await call('GET', `/api/v1/apps/${id}`)).body['id']).toBe(id)
    const { client_id_issued_at, ...rest } = body
    expect(client_id_issued_at).toBeTypeOf('number')
    const replaced = await call('PUT', `/oauth2/v1/clients/${id}`, { ...rest, client_name: 'Renamed' })
    expect(replaced).toMatchObject({ status: 200, body: { client_name: 'Renamed', client_id: id } })
  })

  it('refuses in the shape of RFC 7591', async () => {
    const { status, body } = await call('POST', '/oauth2/v1/clients', {
      ...clientBody(keys[0]),
      token_endpoint_auth_method: undefined,
    })
    expect([status, body]).toEqual([400, { error: 'invalid_client_metadata', error_description: texts.methodUnsupported }])
  })

  it('keeps what one may not change with a PUT: the network of the app', async () => {
    const id = await newApp()
    const network = { connection: 'ZONE', include: ['192.0.2.0/24'] }
    await server.store.updateApp({ clientId: id, network }, { now: 1 })
    await call('PUT', `/oauth2/v1/clients/${id}`, clientBody(keys[0]))
    expect((await server.store.findApp(id))?.network).toEqual(network)
  })
})

describe('keys', () => {
  it('a key is added, deactivated and deleted, in that order only', async () => {
    const id = await newApp()
    const added = await call('POST', jwksOf(id), keys[1].publicKey.jwk)
    expect(added).toMatchObject({ status: 201, body: { kid: 'two', status: 'ACTIVE', use: 'sig', lastUsed: null } })
    const path = `${jwksOf(id)}/${added.body['id']}`
    expect(added.body['id']).toMatch(/^pks\w{17}$/)
    expect((await call('GET', jwksOf(id))).body['keys']).toHaveLength(2)
    expect(causes((await call('DELETE', path)).body)).toEqual([texts.keyActive])
    const inactive = await call('POST', `${path}/lifecycle/deactivate`)
    expect(inactive).toMatchObject({
      status: 200,
      body: { status: 'INACTIVE', _links: { delete: { hints: { allow: ['DELETE'] } } } },
    })
    expect((await call('DELETE', path)).status).toBe(204)
  })

  it('the only active key stays', async () => {
    const id = await newApp()
    const [key] = await server.store.listKeys(id)
    const { status, body } = await call('POST', `${jwksOf(id)}/${key?.id}/lifecycle/deactivate`)
    expect([status, body['errorSummary'], ...causes(body)]).toEqual([400, 'Api validation failed: JsonWebKey', texts.keyLastLive])
  })

  it.each([
    ['the kid of another', () => ({ ...keys[1].publicKey.jwk, kid: 'one' }), texts.kidTaken],
    ['no kid beside another', () => ({ ...keys[1].publicKey.jwk, kid: undefined }), texts.kidMissing],
    ['a key that is there', () => ({ ...keys[0].publicKey.jwk, kid: 'b' }), texts.keyTaken],
    ['a use that nobody knows', () => ({ ...keys[1].publicKey.jwk, use: 'both' }), "'use' must be sig or enc."],
  ])('a key with %s is refused', async (_name, jwk, cause) => {
    const { status, body } = await call('POST', jwksOf(await newApp()), jwk())
    expect([status, body['errorCode'], ...causes(body)]).toEqual([400, 'E0000001', cause])
  })

  it('an RSA key of 1024 bits is refused', async () => {
    const { publicKey } = await crypto.subtle.generateKey(
      { name: 'RSASSA-PKCS1-v1_5', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
      true,
      ['sign', 'verify'],
    )
    const { kty, n, e } = await crypto.subtle.exportKey('jwk', publicKey)
    const { body } = await call('POST', jwksOf(await newApp()), { kty, n, e, kid: 'small' })
    expect(causes(body)).toEqual([texts.keyTooSmall])
  })

  it('an app that publishes its keys takes none', async () => {
    const { clientId } = await server.addApp({ jwksUri: 'https://example.com/keys', grants: [], roles: [] })
    expect(causes((await call('POST', jwksOf(clientId), keys[1].publicKey.jwk)).body)).toEqual([texts.keysElsewhere])
  })
})

describe('grants and roles', () => {
  it('a scope is granted once, listed and taken away', async () => {
    const root = `/api/v1/apps/${await newApp()}/grants`
    const grant = { scopeId: 'okta.users.read', issuer: `${server.org}/` }
    const granted = await call('POST', root, grant)
    expect(granted).toMatchObject({ status: 200, body: { scopeId: 'okta.users.read', issuer: server.org, source: 'ADMIN' } })
    expect(causes((await call('POST', root, grant)).body)).toEqual([texts.scopeGranted])
    expect((await call('GET', `${root}/${granted.body['id']}`)).body).toEqual(granted.body)
    expect((await call('DELETE', `${root}/${granted.body['id']}`)).status).toBe(204)
    expect((await call('DELETE', `${root}/${granted.body['id']}`)).status).toBe(404)
  })

  it.each([
    ['a scope that does not exist', { scopeId: 'okta.cats.read', issuer: 'https://pkjwt.test' }, texts.scopeUnknown],
    ['another issuer', { scopeId: 'okta.users.read', issuer: 'https://example.com' }, texts.issuerUnknown],
    ['no issuer', { scopeId: 'okta.users.read' }, 'issuer: The field cannot be left blank'],
  ])('a grant with %s is refused', async (_name, grant, cause) => {
    const { status, body } = await call('POST', `/api/v1/apps/${await newApp()}/grants`, grant)
    expect([status, body['errorCode'], ...causes(body)]).toEqual([400, 'E0000001', cause])
  })

  it('a role is assigned once and taken away', async () => {
    const root = `/oauth2/v1/clients/${await newApp()}/roles`
    const assigned = await call('POST', root, { type: 'HELP_DESK_ADMIN' })
    expect(assigned).toMatchObject({ status: 200, body: { label: 'Help Desk Admin', assignmentType: 'CLIENT' } })
    expect(causes((await call('POST', root, { type: 'HELP_DESK_ADMIN' })).body)).toEqual([texts.roleAssigned])
    expect(causes((await call('POST', root, { type: 'ROOT' })).body)).toEqual([texts.roleUnknown])
    expect((await call('DELETE', `${root}/${assigned.body['id']}`)).status).toBe(204)
  })

  it('with "Public client app admins" a grant makes a Super Admin', async () => {
    await using other = await startAdminServer({ publicClientAppAdmins: true })
    const { clientId } = await other.addApp({ grants: [], roles: [] })
    const grant = { scopeId: 'okta.users.read', issuer: other.org }
    await superCaller(other)('POST', `/api/v1/apps/${clientId}/grants`, grant)
    expect(await other.store.listRoles(clientId)).toMatchObject([{ type: 'SUPER_ADMIN' }])
  })
})

describe('changes at once', () => {
  it('of two that add different keys, grants and roles none is lost, and none is refused', async () => {
    const id = await newApp()
    const answers = await Promise.all([
      call('POST', jwksOf(id), keys[1].publicKey.jwk),
      call('POST', jwksOf(id), keys[2].publicKey.jwk),
      ...['okta.users.read', 'okta.groups.read', 'okta.apps.read'].map((scopeId) =>
        call('POST', `/api/v1/apps/${id}/grants`, { scopeId, issuer: server.org }),
      ),
      call('POST', `/oauth2/v1/clients/${id}/roles`, { type: 'REPORT_ADMIN' }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 200, 200, 200, 200])
    expect(await server.store.listKeys(id)).toHaveLength(3)
  })

  it('of an APP_ADMIN too, for whom each is decided anew', async () => {
    const id = await newApp()
    const asAppAdmin = callerOf(server, `Bearer ${await buyToken(server, await addAdmin(server, ['APP_ADMIN']))}`)
    const answers = await Promise.all(keys.slice(1).map((key) => asAppAdmin('POST', jwksOf(id), key.publicKey.jwk)))
    expect(answers.map(({ status }) => status)).toEqual([201, 201])
  })

  it('of the last two keys, one stays active', async () => {
    const id = await newApp()
    const second = await call('POST', jwksOf(id), keys[1].publicKey.jwk)
    const [first] = await server.store.listKeys(id)
    const answers = await Promise.all(
      [first?.id, second.body['id']].map((keyId) => call('POST', `${jwksOf(id)}/${keyId}/lifecycle/deactivate`)),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400])
  })
})

describe('the log', () => {
  it('tells who changed what, page by page', async () => {
    const id = await newApp()
    await call('POST', jwksOf(id), keys[1].publicKey.jwk)
    const filter = encodeURIComponent('eventType eq "app.oauth2.client.key.create"')
    const { body, headers } = await call('GET', `/api/v1/logs?filter=${filter}&sortOrder=DESCENDING&limit=1`)
    expect(Object.values(body)).toMatchObject([
      {
        eventType: 'app.oauth2.client.key.create',
        actor: { id: 'bootstrap' },
        outcome: { result: 'SUCCESS' },
        target: [
          { id, type: 'AppInstance' },
          { type: 'JsonWebKey', displayName: 'two' },
        ],
      },
    ])
    expect(headers.get('link')).toContain('rel="next"')
  })

  it.each(['filter=actor.id eq "x"', 'since=yesterday', 'sortOrder=SIDEWAYS'])('refuses %s', async (query) => {
    expect(await call('GET', `/api/v1/logs?${query.replaceAll(' ', '%20')}`)).toMatchObject({
      status: 400,
      body: { errorCode: 'E0000001' },
    })
  })
})

describe('edits at once', () => {
  it('a decision about an app that is granted a scope meanwhile is taken anew', async () => {
    const { openStore } = await import('@pkjwt/server')
    const store = await openStore(':memory:')
    let meanwhile: ((clientId: string) => Promise<void>) | undefined
    const listRoles: typeof store.listRoles = async (clientId) => {
      const roles = await store.listRoles(clientId)
      await meanwhile?.(clientId)
      return roles
    }
    await using other = await startAdminServer({ store: { ...store, listRoles } })
    const asAppAdmin = callerOf(other, `Bearer ${await buyToken(other, await addAdmin(other, ['APP_ADMIN']))}`)
    const { clientId } = await other.addApp({ key: keys[0], grants: [], roles: [] })
    meanwhile = async (asked) => {
      if (asked !== clientId) return
      meanwhile = undefined
      await store.addGrant({ clientId, scope: 'okta.users.read', issuer: '', createdBy: 'test' }, { now: 1 })
    }
    const path = jwksOf(clientId)
    expect(await asAppAdmin('POST', path, keys[1].publicKey.jwk)).toMatchObject({ status: 403 })
    expect(await store.listKeys(clientId)).toHaveLength(1)
  })

  it('of twenty at once each is done, and the last word is whole', async () => {
    const id = await newApp()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => call('PUT', `/api/v1/apps/${id}`, appBody(keys[0], { label: `Name ${index}` }))),
    )
    const done = answers.filter(({ status }) => status === 200).map(({ body }) => body['label'])
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(done).toContain((await server.store.findApp(id))?.clientName)
  })
})

describe('what is kept and what is replaced', () => {
  it('a PUT of the client leaves what only the app can say, and takes away what it does not say', async () => {
    const created = await call('POST', '/api/v1/apps', {
      ...appBody(keys[0]),
      profile: { team: 'payroll' },
      settings: { oauthClient: { ...appBody(keys[0]).settings.oauthClient, client_uri: 'https://example.com' } },
    })
    const id = String(created.body['id'])
    await call('PUT', `/oauth2/v1/clients/${id}`, clientBody(keys[0]))
    expect(await call('GET', `/api/v1/apps/${id}`)).toMatchObject({
      body: { profile: { team: 'payroll' }, settings: { oauthClient: { consent_method: 'TRUSTED', client_uri: null } } },
    })
  })

  it('an app can be made inactive', async () => {
    expect((await call('POST', '/api/v1/apps?activate=false', appBody(keys[0]))).body['status']).toBe('INACTIVE')
  })

  it('a kid that is too long for the log loses no entry of it', async () => {
    const id = await newApp()
    const { status } = await call('POST', jwksOf(id), { ...keys[1].publicKey.jwk, kid: 'k'.repeat(20_000) })
    const { body } = await call('GET', '/api/v1/logs?sortOrder=DESCENDING&limit=1')
    expect([201, 400]).toContain(status)
    if (status === 201) expect(JSON.stringify(body)).toContain(id)
  })
})
