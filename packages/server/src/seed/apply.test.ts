import { describe, expect, it } from 'vitest'
import { keyDraft } from '../store/contract/case.js'
import { openSqliteStore } from '../store/sqlite.js'
import type { Store } from '../store/store.js'
import { applySeed } from './apply.js'
import type { Seed, SeedApp } from './read.js'

const now = new Date('2027-01-15T08:00:00Z')
const later = new Date('2027-01-16T08:00:00Z')
const edit = { now: now.getTime() / 1000 }

const app: SeedApp = {
  clientId: '0oa1',
  clientName: 'Reader',
  keys: [keyDraft('k1'), keyDraft('k2')],
  grants: ['okta.users.read', 'okta.groups.read'],
  roles: ['READ_ONLY_ADMIN'],
  status: 'ACTIVE',
  tokenEndpointAuthMethod: 'private_key_jwt',
  grantTypes: ['client_credentials'],
  jwksUri: undefined,
  dpopBoundAccessTokens: false,
  profile: undefined,
  network: undefined,
}
const server = { id: 'default', audience: 'api://default', scopes: ['a'], defaultScopes: [] }
const user = { profile: { login: 'ada@example.com', firstName: 'Ada' }, details: {} }
const seed: Seed = { apps: [app], authorizationServers: [server], users: [user] }

async function withStore(run: (store: Store) => Promise<void>) {
  const store = await openSqliteStore(':memory:')
  try {
    await run(store)
  } finally {
    await store.close()
  }
}

const seedTwice = async (store: Store, replace = false) => applySeed(store, seed, { now: later, replace })
const kidsOf = async (store: Store) => (await store.listKeys('0oa1')).map(({ kid }) => kid)
const scopesOf = async (store: Store) => (await store.listGrants('0oa1')).map(({ scope }) => scope)

describe('applySeed()', () => {
  it('creates what is absent', () =>
    withStore(async (store) => {
      expect(await applySeed(store, seed, { now })).toEqual([])
      expect(await store.findApp('0oa1')).toMatchObject({ clientName: 'Reader', everGranted: true, created: edit.now })
      expect(await kidsOf(store)).toEqual(['k1', 'k2'])
      expect(await scopesOf(store)).toEqual(['okta.users.read', 'okta.groups.read'])
      expect(await store.hasActiveRole('READ_ONLY_ADMIN')).toBe(true)
      expect(await store.findServer('default')).toMatchObject(server)
      expect(await store.findUser('ada@example.com')).toMatchObject(user)
    }))

  it('does nothing the second time, and has nothing to say', () =>
    withStore(async (store) => {
      await applySeed(store, seed, { now })
      expect(await seedTwice(store)).toEqual([])
      expect(await store.findApp('0oa1')).toMatchObject({ version: 1 })
      expect(await store.listUsers()).toHaveLength(1)
    }))

  it('never restores a removed key, grant or role, and says what differs', () =>
    withStore(async (store) => {
      await applySeed(store, seed, { now })
      const [key] = await store.listKeys('0oa1')
      const [grant] = await store.listGrants('0oa1')
      const [role] = await store.listRoles('0oa1')
      await store.setKeyStatus({ clientId: '0oa1', keyId: key?.id ?? '', status: 'INACTIVE' }, edit)
      await store.removeKey({ clientId: '0oa1', keyId: key?.id ?? '' }, edit)
      await store.removeGrant({ clientId: '0oa1', grantId: grant?.id ?? '' }, edit)
      await store.removeRole({ clientId: '0oa1', roleId: role?.id ?? '' }, edit)

      const differences = await seedTwice(store)
      expect(differences.map(({ path }) => path)).toEqual(['apps[0].jwks.keys', 'apps[0].grants', 'apps[0].roles'])
      expect(differences[1]?.message).toBe('The app 0oa1 has no okta.users.read: it was removed or changed, and stays so')
      expect(await kidsOf(store)).toEqual(['k2'])
      expect(await scopesOf(store)).toEqual(['okta.groups.read'])
      expect(await store.listRoles('0oa1')).toEqual([])
    }))

  it('says what was added or changed since', () =>
    withStore(async (store) => {
      await applySeed(store, seed, { now })
      await store.addGrant({ clientId: '0oa1', scope: 'okta.apps.read', issuer: '', createdBy: '0oa2' }, edit)
      await store.updateApp({ clientId: '0oa1', status: 'INACTIVE' }, edit)
      await store.updateServer({ ...server, audience: 'api://other' }, edit)
      const differences = await seedTwice(store)
      expect(differences.map(({ path }) => path)).toEqual(['apps[0].status', 'apps[0].grants', 'authorizationServers[0]'])
      expect(differences[0]?.message).toBe('The app 0oa1 has "INACTIVE" where the seed has "ACTIVE"')
    }))

  it('does not create an app again that was deleted', () =>
    withStore(async (store) => {
      await applySeed(store, seed, { now })
      await store.updateApp({ clientId: '0oa1', status: 'INACTIVE' }, edit)
      await store.deleteApp('0oa1', edit)
      expect(await seedTwice(store)).toEqual([{ path: 'apps[0]', message: 'The app 0oa1 was deleted, and stays so' }])
      expect(await store.findApp('0oa1')).toBeUndefined()
    }))

  it('creates an app once when two processes start with one seed', () =>
    withStore(async (store) => {
      const answers = await Promise.all([applySeed(store, seed, { now }), applySeed(store, seed, { now })])
      expect(answers).toEqual([[], []])
      expect(await store.listApps()).toHaveLength(1)
      expect(await store.listUsers()).toHaveLength(1)
    }))
})

describe('applySeed() with replace', () => {
  it('makes everything as the seed describes it', () =>
    withStore(async (store) => {
      await applySeed(store, seed, { now })
      await store.updateApp({ clientId: '0oa1', keys: [keyDraft('k9')], grants: [], roles: [], status: 'INACTIVE' }, edit)
      await store.updateServer({ ...server, audience: 'api://other' }, edit)
      expect(await seedTwice(store, true)).toEqual([])
      expect(await seedTwice(store)).toEqual([])
      expect(await kidsOf(store)).toEqual(['k1', 'k2'])
      expect(await store.findServer('default')).toMatchObject({ audience: 'api://default' })
    }))

  it('creates an app again that was deleted', () =>
    withStore(async (store) => {
      await applySeed(store, seed, { now })
      await store.updateApp({ clientId: '0oa1', status: 'INACTIVE' }, edit)
      await store.deleteApp('0oa1', edit)
      expect(await seedTwice(store, true)).toEqual([])
      expect(await kidsOf(store)).toEqual(['k1', 'k2'])
    }))

  it('says when it would take the last live key away, and leaves the app', () =>
    withStore(async (store) => {
      await applySeed(store, seed, { now })
      const locked = { ...app, keys: [keyDraft('k1', { status: 'INACTIVE' })] }
      const differences = await applySeed(store, { ...seed, apps: [locked] }, { now: later, replace: true })
      expect(differences).toEqual([{ path: 'apps[0]', message: 'The app 0oa1 could not be replaced: last_live' }])
      expect(await kidsOf(store)).toEqual(['k1', 'k2'])
    }))
})
