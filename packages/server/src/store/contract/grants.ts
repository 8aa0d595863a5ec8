import assert from 'node:assert/strict'
import { addApp, grantDraft, now, type StoreCase, storeCase } from './case.js'

const granting: readonly StoreCase[] = [
  storeCase('addGrant() grants a scope, and everGranted stays after the grant is gone', async (store) => {
    const { version } = await addApp(store)
    const grant = await store.addGrant({ clientId: '0oa1', ...grantDraft('okta.users.read') }, { now, ifVersion: version })
    assert.ok(typeof grant === 'object')
    assert.match(grant.id, /^oag[0-9A-Za-z]{17}$/)
    assert.deepEqual(grant, { ...grantDraft('okta.users.read'), id: grant.id, clientId: '0oa1', created: now })
    assert.deepEqual(await store.findGrant('0oa1', grant.id), grant)

    assert.equal(await store.removeGrant({ clientId: '0oa1', grantId: grant.id }, { now }), 'removed')
    const app = await store.findApp('0oa1')
    assert.equal(app?.everGranted, true)
    assert.equal(app?.version, version + 2)
    assert.deepEqual(await store.listGrants('0oa1'), [])
  }),
  storeCase('addGrant() grants a scope once for each issuer', async (store) => {
    await addApp(store)
    await store.addGrant({ clientId: '0oa1', ...grantDraft('a') }, { now })
    assert.equal(await store.addGrant({ clientId: '0oa1', ...grantDraft('a') }, { now }), 'exists')
    const elsewhere = { ...grantDraft('a'), issuer: 'https://example.okta.com/oauth2/default' }
    assert.equal(typeof (await store.addGrant({ clientId: '0oa1', ...elsewhere }, { now })), 'object')
  }),
  storeCase('addGrant() for an app that is not there, or was changed meanwhile, grants nothing', async (store) => {
    assert.equal(await store.addGrant({ clientId: '0oa1', ...grantDraft('a') }, { now }), 'absent')
    await addApp(store)
    assert.equal(await store.addGrant({ clientId: '0oa1', ...grantDraft('a') }, { now, ifVersion: 9 }), 'conflict')
    assert.equal((await store.findApp('0oa1'))?.everGranted, false)
  }),
  storeCase('removeGrant() does not reach the grant of another app', async (store) => {
    await addApp(store)
    await addApp(store, ['k1'], '0oa2')
    const grant = await store.addGrant({ clientId: '0oa1', ...grantDraft('a') }, { now })
    assert.ok(typeof grant === 'object')
    assert.equal(await store.findGrant('0oa2', grant.id), undefined)
    assert.equal(await store.removeGrant({ clientId: '0oa2', grantId: grant.id }, { now }), 'absent')
    assert.equal((await store.listGrants('0oa1')).length, 1)
  }),
  storeCase('listGrantedScopes() names every scope of any app once', async (store) => {
    await addApp(store)
    await addApp(store, ['k1'], '0oa2')
    for (const clientId of ['0oa1', '0oa2']) await store.addGrant({ clientId, ...grantDraft('b') }, { now })
    await store.addGrant({ clientId: '0oa2', ...grantDraft('a') }, { now })
    assert.deepEqual(await store.listGrantedScopes(), ['a', 'b'])
  }),
]

const assigning: readonly StoreCase[] = [
  storeCase('addRole() assigns a role once, and removeRole() takes it away', async (store) => {
    await addApp(store)
    const role = await store.addRole({ clientId: '0oa1', type: 'SUPER_ADMIN' }, { now })
    assert.ok(typeof role === 'object')
    assert.equal(role.id.length, 20)
    assert.deepEqual(await store.listRoles('0oa1'), [role])
    assert.equal(await store.addRole({ clientId: '0oa1', type: 'SUPER_ADMIN' }, { now }), 'exists')
    assert.equal(await store.removeRole({ clientId: '0oa1', roleId: role.id }, { now }), 'removed')
    assert.equal(await store.removeRole({ clientId: '0oa1', roleId: role.id }, { now }), 'absent')
    assert.deepEqual(await store.listRoles('0oa1'), [])
    assert.equal((await store.findApp('0oa1'))?.version, 3)
  }),
  storeCase('addRole() with an older version is a conflict', async (store) => {
    await addApp(store)
    assert.equal(await store.addRole({ clientId: '0oa1', type: 'SUPER_ADMIN' }, { now, ifVersion: 9 }), 'conflict')
    assert.equal(await store.addRole({ clientId: '0oa9', type: 'SUPER_ADMIN' }, { now }), 'absent')
  }),
  storeCase('hasActiveRole() does not count an app that is inactive', async (store) => {
    await addApp(store)
    assert.equal(await store.hasActiveRole('SUPER_ADMIN'), false)
    await store.addRole({ clientId: '0oa1', type: 'SUPER_ADMIN' }, { now })
    assert.equal(await store.hasActiveRole('SUPER_ADMIN'), true)
    await store.updateApp({ clientId: '0oa1', status: 'INACTIVE' }, { now })
    assert.equal(await store.hasActiveRole('SUPER_ADMIN'), false)
  }),
]

export const grantCases: readonly StoreCase[] = [...granting, ...assigning]
