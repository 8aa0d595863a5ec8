import assert from 'node:assert/strict'
import { addApp, grantDraft, keyDraft, keyId, now, type StoreCase, storeCase, twoStoresCase } from './case.js'

const creating: readonly StoreCase[] = [
  storeCase('createApp() fills in what is left out', async (store) => {
    const app = await store.createApp({ clientName: 'Reader' }, { now })
    assert.ok(typeof app === 'object')
    assert.match(app.clientId, /^0oa[0-9A-Za-z]{17}$/)
    assert.deepEqual(app, {
      clientId: app.clientId,
      clientName: 'Reader',
      status: 'ACTIVE',
      applicationType: 'service',
      tokenEndpointAuthMethod: 'private_key_jwt',
      grantTypes: ['client_credentials'],
      jwksUri: undefined,
      dpopBoundAccessTokens: false,
      profile: undefined,
      network: undefined,
      settings: {},
      created: now,
      lastUpdated: now,
      everGranted: false,
      tokensValidFrom: 0,
      version: 1,
    })
    assert.deepEqual(await store.findApp(app.clientId), app)
  }),
  storeCase('createApp() keeps every setting', async (store) => {
    const settings = {
      clientName: 'Füße 👣',
      status: 'INACTIVE',
      tokenEndpointAuthMethod: 'client_secret_basic',
      grantTypes: ['client_credentials', 'password'],
      jwksUri: 'https://client.example/keys',
      dpopBoundAccessTokens: true,
      profile: 'fapi2',
      network: { connection: 'ZONE', include: ['office'] },
      settings: { consent_method: 'TRUSTED' },
    } as const
    const app = await store.createApp({ clientId: 'my-client', ...settings }, { now })
    assert.ok(typeof app === 'object')
    assert.deepEqual({ ...app, ...settings }, app)
    assert.deepEqual(await store.findApp('my-client'), app)
  }),
  storeCase('createApp() takes keys, grants and roles along', async (store) => {
    const parts = {
      keys: [keyDraft('k1'), keyDraft('k2')],
      grants: [grantDraft('okta.users.read')],
      roles: [{ type: 'SUPER_ADMIN' }],
    }
    const app = await store.createApp({ clientId: '0oa1', clientName: 'Reader', ...parts }, { now })
    assert.ok(typeof app === 'object' && app.everGranted)
    assert.deepEqual(
      (await store.listKeys('0oa1')).map(({ kid }) => kid),
      ['k1', 'k2'],
    )
    assert.deepEqual(
      (await store.listGrants('0oa1')).map(({ scope }) => scope),
      ['okta.users.read'],
    )
    assert.deepEqual(
      (await store.listRoles('0oa1')).map(({ type }) => type),
      ['SUPER_ADMIN'],
    )
  }),
  storeCase('createApp() refuses a client id that is taken, and leaves the app as it is', async (store) => {
    const app = await addApp(store)
    assert.equal(await store.createApp({ clientId: '0oa1', clientName: 'Other', keys: [keyDraft('k9')] }, { now }), 'exists')
    assert.deepEqual(await store.findApp('0oa1'), app)
    assert.deepEqual(
      (await store.listKeys('0oa1')).map(({ kid }) => kid),
      ['k1'],
    )
  }),
  twoStoresCase('createApp() of one client id at once on two stores creates one app', async (first, second) => {
    const draft = { clientId: '0oa1', clientName: 'Reader', keys: [keyDraft('k1')] }
    const answers = await Promise.all([first.createApp(draft, { now }), second.createApp(draft, { now })])
    assert.equal(answers.filter((answer) => answer === 'exists').length, 1)
    assert.equal((await first.listKeys('0oa1')).length, 1)
  }),
]

const finding: readonly StoreCase[] = [
  storeCase('findApp() looks at case, and finds nothing for what nobody registered', async (store) => {
    await addApp(store)
    assert.equal(await store.findApp('0OA1'), undefined)
    assert.equal(await store.findApp(''), undefined)
  }),
  storeCase('findApp() takes nothing for an id that only begins like one', async (store) => {
    await addApp(store)
    assert.equal(await store.findApp('0oa1\0'), undefined)
    assert.equal(await store.findApp('0oa1\0x'), undefined)
    assert.equal(await store.findApp('0oa1\ud800'), undefined)
  }),
  storeCase('listApps() goes on page by page', async (store) => {
    for (const clientId of ['c', 'a', 'b']) await addApp(store, ['k1'], clientId)
    assert.deepEqual(
      (await store.listApps({ limit: 2 })).map(({ clientId }) => clientId),
      ['a', 'b'],
    )
    assert.deepEqual(
      (await store.listApps({ limit: 2, after: 'b' })).map(({ clientId }) => clientId),
      ['c'],
    )
  }),
]

const updating: readonly StoreCase[] = [
  storeCase('updateApp() changes what is given and leaves the rest', async (store) => {
    const app = await addApp(store)
    const changed = await store.updateApp({ clientId: '0oa1', clientName: 'Writer', profile: 'fapi2' }, { now: now + 60 })
    assert.deepEqual(changed, { ...app, clientName: 'Writer', profile: 'fapi2', lastUpdated: now + 60, version: 2 })
    const taken = await store.updateApp({ clientId: '0oa1', profile: undefined }, { now: now + 60 })
    assert.ok(typeof taken === 'object' && taken.profile === undefined)
  }),
  storeCase('updateApp() with the version of an older reading is a conflict', async (store) => {
    const { version } = await addApp(store)
    await store.updateApp({ clientId: '0oa1', clientName: 'First' }, { now, ifVersion: version })
    assert.equal(await store.updateApp({ clientId: '0oa1', clientName: 'Second' }, { now, ifVersion: version }), 'conflict')
    assert.equal((await store.findApp('0oa1'))?.clientName, 'First')
  }),
  twoStoresCase('updateApp() at once on two stores with one version succeeds once', async (first, second) => {
    const { version } = await addApp(first)
    const answers = await Promise.all(
      [first, second].map((store, index) =>
        store.updateApp({ clientId: '0oa1', clientName: `${index}` }, { now, ifVersion: version }),
      ),
    )
    assert.equal(answers.filter((answer) => answer === 'conflict').length, 1)
  }),
  storeCase('updateApp() of an app that is not there is absent', async (store) => {
    assert.equal(await store.updateApp({ clientId: '0oa1', clientName: 'x' }, { now }), 'absent')
  }),
  storeCase(
    'updateApp() that deactivates ends the tokens of this second and before, and activating does not bring them back',
    async (store) => {
      await addApp(store)
      const inactive = await store.updateApp({ clientId: '0oa1', status: 'INACTIVE' }, { now: now + 10 })
      assert.ok(typeof inactive === 'object' && inactive.tokensValidFrom === now + 11)
      const active = await store.updateApp({ clientId: '0oa1', status: 'ACTIVE' }, { now: now + 20 })
      assert.ok(typeof active === 'object' && active.tokensValidFrom === now + 11)
    },
  ),
  storeCase('updateApp() with keys replaces them, and a key that stays keeps its id', async (store) => {
    await addApp(store, ['k1', 'k2'])
    const id = await keyId(store, 'k2')
    await store.updateApp({ clientId: '0oa1', keys: [keyDraft('k2'), keyDraft('k3')] }, { now: now + 5 })
    const keys = await store.listKeys('0oa1')
    assert.deepEqual(
      keys.map(({ kid }) => kid),
      ['k2', 'k3'],
    )
    assert.equal(keys[0]?.id, id)
    assert.equal(keys[0]?.created, now)
    assert.equal(keys[1]?.created, now + 5)
  }),
  storeCase('updateApp() gives the kid of a key to another one', async (store) => {
    await addApp(store, ['k1'])
    await store.updateApp({ clientId: '0oa1', keys: [keyDraft('k1', { thumbprint: 'another' })] }, { now })
    assert.deepEqual(
      (await store.listKeys('0oa1')).map(({ kid, thumbprint }) => [kid, thumbprint]),
      [['k1', 'another']],
    )
  }),
  storeCase('updateApp() lets two keys change places', async (store) => {
    await addApp(store, ['k1', 'k2'])
    const keys = [keyDraft('k1', { thumbprint: 'thumbprint of k2' }), keyDraft('k2', { thumbprint: 'thumbprint of k1' })]
    await store.updateApp({ clientId: '0oa1', keys }, { now })
    const listed = (await store.listKeys('0oa1')).map(({ kid, thumbprint }) => [kid, thumbprint])
    assert.deepEqual(
      listed,
      keys.map(({ kid, thumbprint }) => [kid, thumbprint]),
    )
  }),
  storeCase('updateApp() refuses a list of keys that cannot be, and changes nothing', async (store) => {
    const app = await addApp(store)
    const change = (keys: ReturnType<typeof keyDraft>[]) => store.updateApp({ clientId: '0oa1', clientName: 'x', keys }, { now })
    assert.equal(await change([keyDraft('k1'), keyDraft('k1', { thumbprint: 'other' })]), 'kid_taken')
    assert.equal(await change([keyDraft('k1'), keyDraft(undefined)]), 'kid_missing')
    assert.equal(await change([keyDraft('k1'), keyDraft('k2', { thumbprint: 'thumbprint of k1' })]), 'key_taken')
    assert.equal(await change([]), 'last_live')
    assert.equal(await change([keyDraft('k1', { status: 'INACTIVE' })]), 'last_live')
    assert.equal(await change([keyDraft('k1', { use: 'enc' })]), 'last_live')
    assert.deepEqual(await store.findApp('0oa1'), app)
  }),
  storeCase('updateApp() with a jwksUri removes the stored keys, and with keys removes the jwksUri', async (store) => {
    await addApp(store)
    await store.updateApp({ clientId: '0oa1', jwksUri: 'https://client.example/keys' }, { now })
    assert.deepEqual(await store.listKeys('0oa1'), [])
    assert.equal(await store.updateApp({ clientId: '0oa1', jwksUri: undefined }, { now }), 'last_live')
    const app = await store.updateApp({ clientId: '0oa1', keys: [keyDraft('k2')] }, { now })
    assert.ok(typeof app === 'object' && app.jwksUri === undefined)
    assert.deepEqual(
      (await store.listKeys('0oa1')).map(({ kid }) => kid),
      ['k2'],
    )
  }),
  storeCase('updateApp() with grants and roles replaces them, and those that stay keep their ids', async (store) => {
    await addApp(store)
    await store.updateApp(
      { clientId: '0oa1', grants: [grantDraft('a'), grantDraft('b')], roles: [{ type: 'R1' }, { type: 'R2' }] },
      { now },
    )
    const grant = (await store.listGrants('0oa1')).find(({ scope }) => scope === 'b')
    const role = (await store.listRoles('0oa1')).find(({ type }) => type === 'R2')
    await store.updateApp(
      { clientId: '0oa1', grants: [grantDraft('b'), grantDraft('c')], roles: [{ type: 'R2' }] },
      { now: now + 1 },
    )
    const grants = await store.listGrants('0oa1')
    assert.deepEqual(
      grants.map(({ scope }) => scope),
      ['b', 'c'],
    )
    assert.deepEqual(grants[0], grant)
    assert.deepEqual(await store.listRoles('0oa1'), [role])
    assert.equal((await store.findApp('0oa1'))?.everGranted, true)
  }),
]

const deleting: readonly StoreCase[] = [
  storeCase('deleteApp() wants the app inactive first', async (store) => {
    await addApp(store)
    assert.equal(await store.deleteApp('0oa1', { now }), 'active')
    assert.equal(await store.findDeletion('0oa1'), undefined)
    await store.updateApp({ clientId: '0oa1', status: 'INACTIVE' }, { now })
    assert.equal(await store.deleteApp('0oa1', { now, ifVersion: 1 }), 'conflict')
    assert.equal(await store.deleteApp('0oa1', { now, ifVersion: 2 }), 'deleted')
    assert.equal(await store.deleteApp('0oa1', { now }), 'absent')
  }),
  storeCase('deleteApp() takes keys, grants and roles along', async (store) => {
    const parts = { keys: [keyDraft('k1')], grants: [grantDraft('special.scope')], roles: [{ type: 'SUPER_ADMIN' }] }
    await store.createApp({ clientId: '0oa1', clientName: 'Reader', status: 'INACTIVE', ...parts }, { now })
    await store.deleteApp('0oa1', { now })
    assert.deepEqual(await store.listKeys('0oa1'), [])
    assert.deepEqual(await store.listGrants('0oa1'), [])
    assert.deepEqual(await store.listRoles('0oa1'), [])
    assert.deepEqual(await store.listGrantedScopes(), [])
  }),
  storeCase('an app with the id of a deleted one inherits neither its tokens nor its innocence', async (store) => {
    await store.createApp({ clientId: '0oa1', clientName: 'Old', status: 'INACTIVE', grants: [grantDraft('a')] }, { now })
    await store.deleteApp('0oa1', { now: now + 5 })
    assert.equal(await store.findDeletion('0oa1'), now + 5)
    const app = await store.createApp({ clientId: '0oa1', clientName: 'New' }, { now: now + 5 })
    assert.ok(typeof app === 'object' && app.everGranted)
    assert.equal(app.tokensValidFrom, now + 6)
    assert.equal(app.version, 2)
  }),
]

export const appCases: readonly StoreCase[] = [...creating, ...finding, ...updating, ...deleting]
