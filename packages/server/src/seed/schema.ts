import { profiles } from 'pkjwt/profiles'
import { z } from 'zod'
import { keysUrlSchema, list, networkSchema, oneLine } from '../admin/fields.js'
import { adminRoles } from '../admin/permissions.js'
import { keysPerAppMax } from '../store/store.js'

/** Whether an app or a key may be used. */
export const statusSchema = z.enum(['ACTIVE', 'INACTIVE'])
const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/, 'is not a scope (RFC 6749 §3.3)')
const customScope = scope.refine(
  (name) => !/^okta[.:]/.test(name),
  'belongs to Okta: a scope of your own may not begin with "okta."',
)
const time = z.iso.datetime({ error: 'is not a time such as 2026-01-31T12:00:00Z' })

const authMethods = ['private_key_jwt', 'client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'none'] as const

const profileNames = Object.keys(profiles)

/** An app as the seed file spells it. */
export const appSchema = z
  .strictObject({
    client_id: z.string().regex(/^[\x21-\x7e]{1,100}$/, 'has to be 1 to 100 characters of ASCII without spaces'),
    client_name: oneLine.optional(),
    jwks: z.strictObject({ keys: z.array(z.record(z.string(), z.unknown())).max(keysPerAppMax) }).optional(),
    jwks_uri: keysUrlSchema.optional(),
    grants: list(scope).default([]),
    roles: list(z.enum(adminRoles)).default([]),
    status: statusSchema.default('ACTIVE'),
    dpop_bound_access_tokens: z.boolean().default(false),
    profile: z
      .string()
      .refine((name) => profileNames.includes(name), `has to be one of ${profileNames.join(', ')}`)
      .optional(),
    token_endpoint_auth_method: z.enum(authMethods).default('private_key_jwt'),
    grant_types: list(oneLine).min(1).default(['client_credentials']),
    network: networkSchema.optional(),
  })
  .refine(({ jwks, jwks_uri }) => jwks === undefined || jwks_uri === undefined, 'has both "jwks" and "jwks_uri": choose one')
  .refine(
    ({ jwks, jwks_uri, token_endpoint_auth_method: method }) => method !== 'private_key_jwt' || (jwks ?? jwks_uri) !== undefined,
    'has neither "jwks" nor "jwks_uri": nobody could sign in',
  )

const serverSchema = z
  .strictObject({
    id: z.string().regex(/^[\w.~-]{1,100}$/, 'has to be letters, digits and "-._~": it is part of the URL'),
    audience: oneLine,
    scopes: list(customScope),
    defaultScopes: list(customScope).default([]),
  })
  .refine(({ scopes, defaultScopes }) => defaultScopes.every((name) => scopes.includes(name)), {
    path: ['defaultScopes'],
    error: 'names a scope that is not in "scopes"',
  })

/** Okta's user object. What is not looked at is given back as it is. */
export const userSchema = z.strictObject({
  id: oneLine.optional(),
  status: oneLine.optional(),
  created: time.optional(),
  lastUpdated: time.optional(),
  activated: z.unknown().optional(),
  statusChanged: z.unknown().optional(),
  lastLogin: z.unknown().optional(),
  passwordChanged: z.unknown().optional(),
  type: z.unknown().optional(),
  realmId: z.unknown().optional(),
  profile: z.looseObject({ login: oneLine }),
})

/** The whole seed file. */
export const seedSchema = z.strictObject({
  apps: z.array(appSchema).default([]),
  authorizationServers: z.array(serverSchema).default([]),
  users: z.array(userSchema).default([]),
})
