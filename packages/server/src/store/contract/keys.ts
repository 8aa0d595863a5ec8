import assert from 'node:assert/strict'
import { keysPerAppMax } from '../store.js'
import { addApp, keyDraft, keyId, now, type StoreCase, storeCase, twoStoresCase } from './case.js'

const adding: readonly StoreCase[] = [
  storeCase('addKey() adds a key with an id of its own, and raises the version of the app', async (store) => {
    const { version } = await addApp(store)
    const key = await store.addKey({ clientId: '0oa1', ...keyDraft('k2') }, { now: now + 1, ifVersion: version })
    assert.ok(typeof key === 'object')
    assert.match(key.id, /^pks[0-9A-Za-z]{17}$/)
    assert.deepEqual(key, {
      ...keyDraft('k2'),
      id: key.id,
      clientId: '0oa1',
      use: 'sig',
      status: 'ACTIVE',
      created: now + 1,
      lastUpdated: now + 1,
      lastUsed: undefined,
    })
    assert.deepEqual(await store.findKey('0oa1', key.id), key)
    assert.equal((await store.findApp('0oa1'))?.version, version + 1)
  }),
  storeCase('addKey() refuses a kid and a key that the app has', async (store) => {
    await addApp(store)
    assert.equal(await store.addKey({ clientId: '0oa1', ...keyDraft('k1', { thumbprint: 'new' }) }, { now }), 'kid_taken')
    assert.equal(
      await store.addKey({ clientId: '0oa1', ...keyDraft('k2', { thumbprint: 'thumbprint of k1' }) }, { now }),
      'key_taken',
    )
  }),
  storeCase('addKey() lets two apps have the same key under the same kid', async (store) => {
    await addApp(store)
    await addApp(store, ['k2'], '0oa2')
    assert.equal(typeof (await store.addKey({ clientId: '0oa2', ...keyDraft('k1') }, { now })), 'object')
  }),
  storeCase('addKey() takes a key without kid only when it is the only one', async (store) => {
    await store.createApp({ clientId: '0oa1', clientName: 'Reader' }, { now })
    assert.equal(typeof (await store.addKey({ clientId: '0oa1', ...keyDraft(undefined) }, { now })), 'object')
    assert.equal(await store.addKey({ clientId: '0oa1', ...keyDraft('k2') }, { now }), 'kid_missing')
    await addApp(store, ['k1'], '0oa2')
    assert.equal(await store.addKey({ clientId: '0oa2', ...keyDraft(undefined) }, { now }), 'kid_missing')
  }),
  storeCase(`addKey() takes ${keysPerAppMax} keys and not one more`, async (store) => {
    await addApp(store)
    const drafts = Array.from({ length: keysPerAppMax }, (_, index) => ({ clientId: '0oa1', ...keyDraft(`more ${index}`) }))
    const answers = await Promise.all(drafts.map((draft) => store.addKey(draft, { now })))
    assert.equal(answers.filter((answer) => answer === 'too_many').length, 1)
    assert.equal((await store.listKeys('0oa1')).length, keysPerAppMax)
  }),
  storeCase('addKey() takes a second encryption key only inactive', async (store) => {
    await addApp(store)
    await store.addKey({ clientId: '0oa1', ...keyDraft('e1', { use: 'enc' }) }, { now })
    assert.equal(await store.addKey({ clientId: '0oa1', ...keyDraft('e2', { use: 'enc' }) }, { now }), 'encryption_key_active')
    const key = await store.addKey({ clientId: '0oa1', ...keyDraft('e2', { use: 'enc', status: 'INACTIVE' }) }, { now })
    assert.ok(typeof key === 'object')
    const answer = await store.setKeyStatus({ clientId: '0oa1', keyId: key.id, status: 'ACTIVE' }, { now })
    assert.equal(answer, 'encryption_key_active')
  }),
  storeCase('addKey() for an app that is not there, or was changed meanwhile, adds nothing', async (store) => {
    assert.equal(await store.addKey({ clientId: '0oa1', ...keyDraft('k1') }, { now }), 'absent')
    await addApp(store)
    assert.equal(await store.addKey({ clientId: '0oa1', ...keyDraft('k2') }, { now, ifVersion: 7 }), 'conflict')
    assert.equal((await store.listKeys('0oa1')).length, 1)
  }),
]

const living: readonly StoreCase[] = [
  storeCase('setKeyStatus() deactivates one of two keys, and not the last one', async (store) => {
    await addApp(store, ['k1', 'k2'])
    const first = await store.setKeyStatus(
      { clientId: '0oa1', keyId: await keyId(store, 'k1'), status: 'INACTIVE' },
      { now: now + 1 },
    )
    assert.ok(typeof first === 'object' && first.status === 'INACTIVE' && first.lastUpdated === now + 1)
    const last = await store.setKeyStatus({ clientId: '0oa1', keyId: await keyId(store, 'k2'), status: 'INACTIVE' }, { now })
    assert.equal(last, 'last_live')
  }),
  twoStoresCase('of two that deactivate the last two keys at once, one is refused', async (first, second) => {
    await addApp(first, ['k1', 'k2'])
    const ids = [await keyId(first, 'k1'), await keyId(first, 'k2')]
    const answers = await Promise.all(
      [first, second].map((store, index) =>
        store.setKeyStatus({ clientId: '0oa1', keyId: ids[index] ?? '', status: 'INACTIVE' }, { now }),
      ),
    )
    assert.equal(answers.filter((answer) => answer === 'last_live').length, 1)
    assert.equal((await second.listKeys('0oa1')).filter(({ status }) => status === 'ACTIVE').length, 1)
  }),
  storeCase('an encryption key does not count as a live one', async (store) => {
    await addApp(store)
    await store.addKey({ clientId: '0oa1', ...keyDraft('e1', { use: 'enc' }) }, { now })
    const answer = await store.setKeyStatus({ clientId: '0oa1', keyId: await keyId(store, 'k1'), status: 'INACTIVE' }, { now })
    assert.equal(answer, 'last_live')
  }),
  storeCase('setKeyStatus() takes the last key of an app that does not sign in with one', async (store) => {
    await store.createApp(
      { clientId: '0oa1', clientName: 'Reader', tokenEndpointAuthMethod: 'client_secret_basic', keys: [keyDraft('k1')] },
      { now },
    )
    const key = await store.setKeyStatus({ clientId: '0oa1', keyId: await keyId(store, 'k1'), status: 'INACTIVE' }, { now })
    assert.equal(typeof key, 'object')
  }),
  storeCase('setKeyStatus() to the status that a key has changes nothing', async (store) => {
    const app = await addApp(store)
    await store.setKeyStatus({ clientId: '0oa1', keyId: await keyId(store, 'k1'), status: 'ACTIVE' }, { now: now + 9 })
    assert.deepEqual(await store.findApp('0oa1'), app)
  }),
  storeCase('setKeyStatus() and removeKey() do not reach the key of another app', async (store) => {
    await addApp(store, ['k1', 'k2'])
    await addApp(store, ['k3', 'k4'], '0oa2')
    const id = await keyId(store, 'k1')
    assert.equal(await store.findKey('0oa2', id), undefined)
    assert.equal(await store.setKeyStatus({ clientId: '0oa2', keyId: id, status: 'INACTIVE' }, { now }), 'absent')
    assert.equal(await store.removeKey({ clientId: '0oa2', keyId: id }, { now }), 'absent')
  }),
  storeCase('removeKey() wants the key inactive first', async (store) => {
    await addApp(store, ['k1', 'k2'])
    const id = await keyId(store, 'k1')
    assert.equal(await store.removeKey({ clientId: '0oa1', keyId: id }, { now }), 'active')
    await store.setKeyStatus({ clientId: '0oa1', keyId: id, status: 'INACTIVE' }, { now })
    assert.equal(await store.removeKey({ clientId: '0oa1', keyId: id }, { now, ifVersion: 1 }), 'conflict')
    assert.equal(await store.removeKey({ clientId: '0oa1', keyId: id }, { now }), 'removed')
    assert.equal(await store.removeKey({ clientId: '0oa1', keyId: id }, { now }), 'absent')
    assert.equal((await store.findApp('0oa1'))?.version, 3)
  }),
  storeCase('markKeyUsed() notes the time once a minute, and is no change of the app', async (store) => {
    const app = await addApp(store)
    const id = await keyId(store, 'k1')
    await store.markKeyUsed(id, now + 1)
    await store.markKeyUsed(id, now + 60)
    assert.equal((await store.findKey('0oa1', id))?.lastUsed, now + 1)
    await store.markKeyUsed(id, now + 61)
    assert.equal((await store.findKey('0oa1', id))?.lastUsed, now + 61)
    assert.deepEqual(await store.findApp('0oa1'), app)
  }),
]

export const keyCases: readonly StoreCase[] = [...adding, ...living]
