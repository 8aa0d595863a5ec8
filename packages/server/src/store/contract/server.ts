import assert from 'node:assert/strict'
import type { SigningKeyRecord } from '../records.js'
import { now, type StoreCase, storeCase, twoStoresCase } from './case.js'

const signingKey = (kid: string, alg = 'RS256'): SigningKeyRecord => ({
  kid,
  alg,
  publicJwk: { kty: 'RSA', kid, n: 'n', e: 'AQAB' },
  secret: '{"kty":"RSA"}',
  sealed: false,
  created: now,
  notBefore: now,
  notAfter: undefined,
})

const signing: readonly StoreCase[] = [
  storeCase('addSigningKey() keeps a key as it is', async (store) => {
    assert.equal(await store.addSigningKey(signingKey('s1'), { after: undefined }), true)
    assert.deepEqual(await store.listSigningKeys(), [signingKey('s1')])
  }),
  twoStoresCase('of two that make the first signing key at once, one gets it in', async (first, second) => {
    const answers = await Promise.all([
      first.addSigningKey(signingKey('s1'), { after: undefined }),
      second.addSigningKey(signingKey('s2'), { after: undefined }),
    ])
    assert.deepEqual([...answers].sort(), [false, true])
    assert.equal((await first.listSigningKeys()).length, 1)
  }),
  storeCase('addSigningKey() follows the newest key only, and ends it', async (store) => {
    await store.addSigningKey(signingKey('s1'), { after: undefined })
    assert.equal(await store.addSigningKey(signingKey('s2'), { after: 's1', notAfter: now + 3600 }), true)
    assert.equal(await store.addSigningKey(signingKey('s3'), { after: 's1', notAfter: now + 7200 }), false)
    const keys = await store.listSigningKeys()
    assert.deepEqual(
      keys.map(({ kid, notAfter }) => [kid, notAfter]),
      [
        ['s2', undefined],
        ['s1', now + 3600],
      ],
    )
  }),
  storeCase('addSigningKey() counts each algorithm by itself', async (store) => {
    await store.addSigningKey(signingKey('s1'), { after: undefined })
    assert.equal(await store.addSigningKey(signingKey('s2', 'ES256'), { after: undefined }), true)
    assert.equal(await store.removeSigningKey('s2'), 'removed')
    assert.equal(await store.removeSigningKey('s2'), 'absent')
  }),
]

const settings: readonly StoreCase[] = [
  storeCase('saveSetting() replaces, createSetting() does not', async (store) => {
    assert.equal(await store.findSetting('secret'), undefined)
    assert.equal(await store.createSetting('secret', 'first'), 'first')
    assert.equal(await store.createSetting('secret', 'second'), 'first')
    await store.saveSetting('secret', 'third')
    assert.equal(await store.findSetting('secret'), 'third')
  }),
  twoStoresCase('createSetting() at once on two stores gives both the same value', async (first, second) => {
    const values = await Promise.all([first.createSetting('secret', '1'), second.createSetting('secret', '2')])
    assert.equal(values[0], values[1])
  }),
  storeCase('claimDuty() gives a duty to one holder until its time', async (store) => {
    const claim = (holder: string, at: number) => store.claimDuty({ name: 'purge', holder, until: at + 30 }, { now: at })
    assert.equal(await claim('a', now), true)
    assert.equal(await claim('b', now + 29), false)
    assert.equal(await claim('a', now + 29), true)
    assert.equal(await claim('b', now + 58), false)
    assert.equal(await claim('b', now + 59), true)
    assert.equal(await claim('a', now + 60), false)
  }),
]

const server = { id: 'default', audience: 'api://default', scopes: ['a', 'b'], defaultScopes: ['a'] }
const ada = { profile: { login: 'ada@example.com', firstName: 'Ada' } }

const records: readonly StoreCase[] = [
  storeCase('createServer() creates one of a name, and updateServer() changes it', async (store) => {
    const created = await store.createServer(server, { now })
    assert.deepEqual(created, { ...server, created: now, lastUpdated: now })
    assert.deepEqual(await store.findServer('default'), created)
    assert.equal(await store.createServer(server, { now }), 'exists')
    const changed = await store.updateServer({ ...server, audience: 'api://other' }, { now: now + 1 })
    assert.deepEqual(changed, { ...server, audience: 'api://other', created: now, lastUpdated: now + 1 })
    assert.deepEqual(await store.listServers(), [changed])
    assert.equal(await store.updateServer({ ...server, id: 'none' }, { now }), 'absent')
    assert.equal(await store.findServer('none'), undefined)
  }),
  storeCase('createUser() creates a user whose id and login are free', async (store) => {
    const user = await store.createUser(ada, { now })
    assert.ok(typeof user === 'object')
    assert.match(user.id, /^00u[0-9A-Za-z]{17}$/)
    assert.deepEqual(user, { id: user.id, status: 'ACTIVE', created: now, lastUpdated: now, details: {}, ...ada })
    assert.deepEqual(await store.findUser(user.id), user)
    assert.deepEqual(await store.findUser('ada@example.com'), user)
    assert.equal(await store.createUser(ada, { now }), 'exists')
    assert.equal(await store.createUser({ id: user.id, profile: { login: 'eve@example.com' } }, { now }), 'exists')
    assert.equal(await store.findUser('eve@example.com'), undefined)
  }),
  storeCase('updateUser() changes a user, and not into another one', async (store) => {
    await store.createUser({ id: '00u1', ...ada }, { now })
    await store.createUser({ id: '00u2', profile: { login: 'eve@example.com' } }, { now })
    assert.equal(await store.updateUser({ id: '00u1', profile: { login: 'eve@example.com' } }, { now }), 'exists')
    assert.equal(await store.updateUser({ id: '00u9', ...ada }, { now }), 'absent')
    const user = await store.updateUser({ id: '00u1', status: 'SUSPENDED', ...ada }, { now: now + 1 })
    assert.ok(typeof user === 'object' && user.status === 'SUSPENDED' && user.lastUpdated === now + 1)
    assert.deepEqual(await store.findUser('00u1'), user)
  }),
  storeCase('listUsers() goes on page by page', async (store) => {
    for (const id of ['00u3', '00u1', '00u2']) await store.createUser({ id, profile: { login: id } }, { now })
    assert.deepEqual(
      (await store.listUsers({ limit: 2 })).map(({ id }) => id),
      ['00u1', '00u2'],
    )
    assert.deepEqual(
      (await store.listUsers({ after: '00u2' })).map(({ id }) => id),
      ['00u3'],
    )
  }),
]

export const serverCases: readonly StoreCase[] = [...signing, ...settings, ...records]
