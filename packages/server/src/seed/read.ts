import { KeyError, PkjwtError } from 'pkjwt/errors'
import { readPublicKeys } from 'pkjwt/keys'
import type { z } from 'zod'
import { refuseKeyList } from '../store/keyList.js'
import type { AppSettings, JsonObject, KeyDraft, ServerDraft, UserDraft } from '../store/records.js'
import { type KeyRefusal, keysPerAppMax } from '../store/store.js'
import { type appSchema, seedSchema, statusSchema, type userSchema } from './schema.js'

/** What a seed file describes, checked. */
export interface Seed {
  readonly apps: readonly SeedApp[]
  readonly authorizationServers: readonly ServerDraft[]
  readonly users: readonly UserDraft[]
}

export interface SeedApp extends Omit<AppSettings, 'settings'> {
  readonly clientId: string
  readonly keys: readonly KeyDraft[]
  /** Scopes. */
  readonly grants: readonly string[]
  readonly roles: readonly string[]
}

/**
 * Reads a seed file that was parsed as JSON. It refuses what it does not know, and names the path of each fault.
 *
 * @throws {PkjwtError} `config_invalid`
 * @example
 * const seed = await readSeed({ apps: [{ client_id: '0oa1', client_name: 'Reader', jwks: { keys: [jwk] }, grants: ['okta.users.read'] }] })
 * assert.equal(seed.apps[0].keys[0].kid, jwk.kid)
 */
export async function readSeed(json: unknown): Promise<Seed> {
  const parsed = seedSchema.safeParse(json, { error: sayFault })
  if (!parsed.success) throw seedFault(parsed.error.issues.flatMap(faultsOf))
  const { apps, authorizationServers, users } = parsed.data
  const faults = [
    ...duplicates('apps', apps, ({ client_id }) => client_id),
    ...duplicates('authorizationServers', authorizationServers, ({ id }) => id),
    ...duplicates('users', users, ({ id }) => id),
    ...duplicates('users', users, ({ profile }) => profile.login),
  ]
  if (faults.length > 0) throw seedFault(faults)
  return {
    apps: await Promise.all(apps.map((app, index) => readApp(app, `apps[${index}]`))),
    authorizationServers,
    users: users.map(readUser),
  }
}

async function readApp(app: z.infer<typeof appSchema>, path: string): Promise<SeedApp> {
  return {
    clientId: app.client_id,
    clientName: app.client_name ?? app.client_id,
    keys: await readKeys(app.jwks?.keys ?? [], `${path}.jwks.keys`),
    grants: app.grants,
    roles: app.roles,
    status: app.status,
    tokenEndpointAuthMethod: app.token_endpoint_auth_method,
    grantTypes: app.grant_types,
    jwksUri: app.jwks_uri,
    dpopBoundAccessTokens: app.dpop_bound_access_tokens,
    profile: app.profile,
    network: app.network,
  }
}

const keyRefusals: Record<KeyRefusal, string> = {
  kid_taken: 'two of them have the same "kid"',
  kid_missing: 'each needs a "kid" when there are several',
  key_taken: 'the same key is there twice',
  too_many: `an app has at most ${keysPerAppMax}`,
  encryption_key_active: 'only one key with "use": "enc" may be active',
}

async function readKeys(jwks: readonly JsonObject[], path: string): Promise<readonly KeyDraft[]> {
  const keys = await Promise.all(jwks.map((jwk, index) => readKey(jwk, `${path}[${index}]`)))
  const refusal = refuseKeyList(keys)
  if (refusal !== undefined) throw seedFault([`${path}: ${keyRefusals[refusal]}`])
  return keys
}

async function readKey({ status: keyStatus, ...jwk }: JsonObject, path: string): Promise<KeyDraft> {
  const state = statusSchema.default('ACTIVE').safeParse(keyStatus)
  if (!state.success) throw seedFault([`${path}.status: has to be ACTIVE or INACTIVE`])
  const { use = 'sig' } = jwk
  if (use !== 'sig' && use !== 'enc') throw seedFault([`${path}.use: has to be "sig" or "enc"`])
  try {
    const [key] = (await readPublicKeys({ ...jwk })).keys
    if (key === undefined) throw seedFault([`${path}: holds no key`])
    return { kid: key.kid, thumbprint: key.thumbprint, jwk: key.jwk, use, status: state.data }
  } catch (error) {
    if (error instanceof KeyError) throw seedFault([`${path}: ${error.message}`], { hint: error.hint, cause: error })
    throw error
  }
}

function readUser({ id, status: userStatus, created, lastUpdated, profile, ...details }: z.infer<typeof userSchema>): UserDraft {
  return {
    ...(id !== undefined && { id }),
    ...(userStatus !== undefined && { status: userStatus }),
    ...(created !== undefined && { created: Math.floor(Date.parse(created) / 1000) }),
    ...(lastUpdated !== undefined && { lastUpdated: Math.floor(Date.parse(lastUpdated) / 1000) }),
    profile,
    details,
  }
}

function duplicates<Item>(path: string, items: readonly Item[], nameOf: (item: Item) => string | undefined): readonly string[] {
  const names = items.map(nameOf)
  return names.flatMap((name, index) =>
    name !== undefined && names.indexOf(name) < index ? [`${path}[${index}]: ${JSON.stringify(name)} is there twice`] : [],
  )
}

function sayFault(issue: { readonly code?: string; readonly input?: unknown }): string | undefined {
  return issue.code === 'invalid_type' && issue.input === undefined ? 'is missing' : undefined
}

function faultsOf(issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code !== 'unrecognized_keys') return [`${pathOf(issue.path)}: ${issue.message}`]
  return issue.keys.map((name) => `${pathOf([...issue.path, name])}: is not known here`)
}

function pathOf(path: readonly PropertyKey[]): string {
  const written = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('')
  return written.replace(/^\./, '') || 'the file'
}

const faultsMax = 5

function seedFault(faults: readonly string[], { hint, cause }: { hint?: string | undefined; cause?: unknown } = {}): PkjwtError {
  const more = faults.length > faultsMax ? `; and ${faults.length - faultsMax} more` : ''
  return new PkjwtError('config_invalid', `Cannot use the seed: ${faults.slice(0, faultsMax).join('; ')}${more}`, {
    hint: hint ?? 'Correct the seed file; nothing of it was applied',
    cause,
  })
}
