import { type KeySet, type PublicKey, readPublicKeys } from 'pkjwt/keys'
import { type ProfileName, profiles } from 'pkjwt/profiles'
import type { Client } from 'pkjwt/protocol'
import type { KeysFault } from 'pkjwt/rules'
import type { Log } from './log/log.js'
import type { RemoteKeys } from './remoteKeys/remoteKeys.js'
import type { App, AppKey, Store } from './store/store.js'

/** A client with the app that it is. */
export interface KnownClient extends Client {
  readonly app: App
}

/** What an app was given, and which keys it registered. */
export interface Parts {
  readonly scopes: ReadonlySet<string>
  readonly roles: readonly string[]
  readonly keys: KeySet
  /** The id of each registered key, by its place in `keys`. */
  readonly keyIds: ReadonlyMap<PublicKey, string>
}

/** The apps of the store as clients. What belongs to an app is kept while the version of the app stays the same. */
export interface Clients {
  /** @param kidOf The `kid` that its assertion names, for an app that publishes its keys. */
  find(clientId: string, kidOf?: () => unknown): Promise<KnownClient | undefined>
  /** The app as it is in this turn of the event loop; everybody who asks in one turn shares one read. */
  findApp(clientId: string): Promise<App | undefined>
  partsOf(app: App): Promise<Parts>
  /** Notes that a key was used, without waiting; at most once a minute for each key. */
  noteKeyUse(app: App, key: PublicKey): void
}

export interface ClientsOptions {
  readonly store: Store
  readonly clock: () => Date
  readonly log: Log
  readonly remoteKeys: RemoteKeys
}

/** Apps whose parts are kept in memory. */
const keptMax = 10_000

/** Creates the view of the store's apps that authentication needs. */
export function createClients({ store, clock, log, remoteKeys }: ClientsOptions): Clients {
  const keyUses = createKeyUses(store, log)
  const findApp = createAppReader(store)
  const kept = new Map<string, { readonly version: number; readonly created: number; readonly parts: Promise<Parts> }>()
  const partsOf = (app: App): Promise<Parts> => {
    const known = kept.get(app.clientId)
    if (known !== undefined && known.version === app.version && known.created === app.created) return known.parts
    const parts = readParts(store, app)
    kept.delete(app.clientId)
    kept.set(app.clientId, { version: app.version, created: app.created, parts })
    forgetOldest(kept)
    // A store that was away for a moment must not be remembered.
    parts.catch(() => kept.delete(app.clientId))
    return parts
  }
  const keysOf = async (app: App, kidOf: (() => unknown) | undefined): Promise<KeySet | KeysFault> => {
    const { jwksUri } = app
    return jwksUri === undefined ? (await partsOf(app)).keys : remoteKeys.keysOf({ ...app, jwksUri }, kidOf?.())
  }
  return {
    async find(clientId, kidOf) {
      const app = await findApp(clientId)
      return app === undefined ? undefined : clientOf(app, () => keysOf(app, kidOf))
    },
    findApp,
    partsOf,
    noteKeyUse: (app, key) => {
      const known = kept.get(app.clientId)
      if (known !== undefined) keyUses.note(known.parts, key, Math.floor(clock().getTime() / 1000))
    },
  }
}

/** What a watched app was read as is kept for so long at most. */
const appMilliseconds = 60_000

/**
 * Within a turn nothing changes, so one read answers all who ask for the same app. Where the store tells of changes, one read answers
 * until it does.
 */
function createAppReader(store: Store): Clients['findApp'] {
  const turn = new Map<string, Promise<App | undefined>>()
  const kept = new Map<string, { readonly reading: Promise<App | undefined>; readonly readAt: number }>()
  let changes = 0
  const watch = store.watchApps?.((clientId) => {
    changes += 1
    if (clientId === undefined) kept.clear()
    else kept.delete(clientId)
  })
  const keep = async (clientId: string, reading: Promise<App | undefined>) => {
    const [readAt, before] = [performance.now(), changes]
    const app = await reading.catch(() => undefined)
    // What was told while it was read may not be in it.
    if (watch !== undefined && app !== undefined && changes === before) kept.set(clientId, { reading, readAt })
    forgetOldest(kept)
  }
  return (clientId) => {
    const known = watch?.isCurrent() ? kept.get(clientId) : undefined
    if (known !== undefined && performance.now() - known.readAt < appMilliseconds) return known.reading
    const asked = turn.get(clientId)
    if (asked !== undefined) return asked
    const reading = store.findApp(clientId)
    void keep(clientId, reading)
    if (turn.size === 0) setImmediate(() => turn.clear())
    turn.set(clientId, reading)
    return reading
  }
}

/** Times of use are for administrators who ask what is safe to remove: a minute is exact enough. */
const useSecondsApart = 60

function createKeyUses(store: Store, log: Log) {
  const noted = new WeakMap<PublicKey, number>()
  const write = async (parts: Promise<Parts>, key: PublicKey, now: number) => {
    const id = (await parts).keyIds.get(key)
    if (id !== undefined) await store.markKeyUsed(id, now)
  }
  return {
    note(parts: Promise<Parts>, key: PublicKey, now: number): void {
      const last = noted.get(key)
      if (last !== undefined && now >= last && now - last < useSecondsApart) return
      noted.set(key, now)
      write(parts, key, now).catch((error: unknown) => log.error('key_use', error))
    },
  }
}

// Each request makes one: to spread an object at the start of another takes a hundred times as long.
function clientOf(app: App, keys: Client['keys']): KnownClient {
  return {
    app,
    keys,
    clientId: app.clientId,
    active: app.status === 'ACTIVE',
    applicationType: app.applicationType,
    authMethod: app.tokenEndpointAuthMethod,
    profile: isProfileName(app.profile) ? app.profile : undefined,
  }
}

function isProfileName(name: string | undefined): name is ProfileName {
  return name !== undefined && Object.hasOwn(profiles, name)
}

async function readParts(store: Store, app: App): Promise<Parts> {
  const [keys, grants, roles] = await Promise.all([
    app.jwksUri === undefined ? store.listKeys(app.clientId) : [],
    store.listGrants(app.clientId),
    store.listRoles(app.clientId),
  ])
  const read = await Promise.all(keys.map(readKey))
  return {
    scopes: new Set(grants.map(({ scope }) => scope)),
    roles: roles.map(({ type }) => type),
    keys: { keys: read.flatMap(({ key }) => (key === undefined ? [] : [key])) },
    keyIds: new Map(read.flatMap(({ key, id }) => (key === undefined ? [] : [[key, id] as const]))),
  }
}

async function readKey({ id, jwk, kid, use, status }: AppKey) {
  const named = {
    ...jwk,
    ...(kid === undefined ? {} : { kid }),
    ...(jwk.use === undefined && use === 'enc' ? { use } : {}),
    status,
  }
  const { keys } = await readPublicKeys({ keys: [named] })
  return { id, key: keys[0] }
}

function forgetOldest(kept: Map<string, unknown>): void {
  if (kept.size <= keptMax) return
  for (const clientId of kept.keys()) {
    kept.delete(clientId)
    return
  }
}
