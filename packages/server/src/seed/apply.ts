import { isDeepStrictEqual } from 'node:util'
import { PkjwtError } from 'pkjwt/errors'
import type { App, KeyDraft, Seconds, ServerDraft, UserDraft } from '../store/records.js'
import type { Edit, Store } from '../store/store.js'
import type { Seed, SeedApp } from './read.js'

/** Something in the store that is not as the seed describes it. */
export interface SeedDifference {
  /** Where in the seed: `apps[0].grants`. */
  readonly path: string
  /** One sentence, for the log. */
  readonly message: string
}

export interface ApplySeedOptions {
  readonly now: Date
  /** Make what is there as the seed describes it, deleted apps included. Default false. */
  readonly replace?: boolean | undefined
}

/**
 * Creates what a seed describes and the store does not have. What is there, or was there and is deleted, is left as it is: a
 * removed key or grant does not come back with the next start.
 *
 * @returns what differs, for the log; with `replace` what could not be replaced.
 * @throws {StoreError} `store_unavailable`
 */
export async function applySeed(
  store: Store,
  seed: Seed,
  { now, replace = false }: ApplySeedOptions,
): Promise<readonly SeedDifference[]> {
  const context: Context = { store, replace, now: Math.floor(now.getTime() / 1000) }
  const differences: SeedDifference[] = []
  for (const [index, app] of seed.apps.entries()) {
    differences.push(...(await applyApp(context, app, `apps[${index}]`)))
  }
  for (const [index, server] of seed.authorizationServers.entries()) {
    differences.push(...(await applyServer(context, server, `authorizationServers[${index}]`)))
  }
  for (const [index, user] of seed.users.entries()) {
    differences.push(...(await applyUser(context, user, `users[${index}]`)))
  }
  return differences
}

interface Context {
  readonly store: Store
  readonly now: Seconds
  readonly replace: boolean
}

async function applyApp({ store, now, replace }: Context, app: SeedApp, path: string): Promise<readonly SeedDifference[]> {
  const { clientId } = app
  const deleted = await store.findDeletion(clientId)
  if ((await store.findApp(clientId)) === undefined && deleted !== undefined && !replace) {
    return [{ path, message: `The app ${clientId} was deleted, and stays so` }]
  }
  const draft = draftOf(app)
  const created = await store.createApp(draft, { now })
  if (typeof created === 'object') return []
  if (created !== 'exists') throw refused(path, created)
  if (!replace) return compareApp(store, app, path)

  const replaced = await store.updateApp(draft, { now })
  return typeof replaced === 'object' ? [] : [{ path, message: `The app ${clientId} could not be replaced: ${replaced}` }]
}

/** Seeded grants hold at the organisation's own server: its URL may be another one after the next start. */
function draftOf({ grants, roles, ...app }: SeedApp) {
  return {
    ...app,
    grants: grants.map((scope) => ({ scope, issuer: '', createdBy: 'seed' })),
    roles: roles.map((type) => ({ type })),
  }
}

async function compareApp(store: Store, app: SeedApp, path: string): Promise<readonly SeedDifference[]> {
  const { clientId } = app
  const [there, keys, grants, roles] = await Promise.all([
    store.findApp(clientId),
    store.listKeys(clientId),
    store.listGrants(clientId),
    store.listRoles(clientId),
  ])
  // Deleted between two statements: the next start says so.
  if (there === undefined) return []
  const compare = (member: string, seeded: readonly string[], stored: readonly string[]) =>
    compareLists({ path: `${path}.${member}`, clientId, seeded, stored })
  return [
    ...compareSettings(there, app, path),
    ...compare('jwks.keys', app.keys.map(describeKey), keys.map(describeKey)),
    ...compare(
      'grants',
      app.grants,
      grants.map(({ scope }) => scope),
    ),
    ...compare(
      'roles',
      app.roles,
      roles.map(({ type }) => type),
    ),
  ]
}

const settings = {
  client_name: 'clientName',
  status: 'status',
  jwks_uri: 'jwksUri',
  dpop_bound_access_tokens: 'dpopBoundAccessTokens',
  profile: 'profile',
  token_endpoint_auth_method: 'tokenEndpointAuthMethod',
  grant_types: 'grantTypes',
  network: 'network',
} as const

function compareSettings(there: App, app: SeedApp, path: string): readonly SeedDifference[] {
  return Object.entries(settings).flatMap(([member, name]) => {
    if (isDeepStrictEqual(there[name], app[name])) return []
    const [stored, seeded] = [there[name], app[name]].map((value) => JSON.stringify(value) ?? 'none')
    return [{ path: `${path}.${member}`, message: `The app ${there.clientId} has ${stored} where the seed has ${seeded}` }]
  })
}

function describeKey({ kid, thumbprint, status = 'ACTIVE' }: Pick<KeyDraft, 'kid' | 'thumbprint' | 'status'>): string {
  return `${kid ?? 'the key without kid'} (${thumbprint}, ${status})`
}

interface Lists {
  readonly path: string
  readonly clientId: string
  readonly seeded: readonly string[]
  readonly stored: readonly string[]
}

function compareLists({ path, clientId, seeded, stored }: Lists): readonly SeedDifference[] {
  const missing = seeded.filter((name) => !stored.includes(name))
  const added = stored.filter((name) => !seeded.includes(name))
  return [
    ...missing.map((name) => ({ path, message: `The app ${clientId} has no ${name}: it was removed or changed, and stays so` })),
    ...added.map((name) => ({ path, message: `The app ${clientId} has ${name}, which the seed does not name` })),
  ]
}

async function applyServer(
  { store, now, replace }: Context,
  server: ServerDraft,
  path: string,
): Promise<readonly SeedDifference[]> {
  const edit: Edit = { now }
  if ((await store.createServer(server, edit)) !== 'exists') return []
  const there = await store.findServer(server.id)
  const isSame = (['audience', 'scopes', 'defaultScopes'] as const).every((name) =>
    isDeepStrictEqual(there?.[name], server[name]),
  )
  if (isSame) return []
  if (!replace) return [{ path, message: `The authorization server ${server.id} is not as the seed describes it, and stays so` }]
  await store.updateServer(server, edit)
  return []
}

async function applyUser({ store, now, replace }: Context, user: UserDraft, path: string): Promise<readonly SeedDifference[]> {
  if ((await store.createUser(user, { now })) !== 'exists') return []
  const { login } = user.profile
  const there = (user.id === undefined ? undefined : await store.findUser(user.id)) ?? (await store.findUser(login))
  if (there === undefined || isDeepStrictEqual({ ...there, ...user }, there)) return []
  if (!replace) return [{ path, message: `The user ${there.id} is not as the seed describes it, and stays so` }]
  const replaced = await store.updateUser({ ...user, id: there.id }, { now })
  return typeof replaced === 'object' ? [] : [{ path, message: `The user ${there.id} could not be replaced: ${replaced}` }]
}

function refused(path: string, refusal: string): PkjwtError {
  return new PkjwtError('config_invalid', `Cannot apply the seed: ${path} was refused: ${refusal}`)
}
