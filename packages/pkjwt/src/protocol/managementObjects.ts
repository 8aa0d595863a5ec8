import type { PublicJwk } from '../keys/key.js'
import { managementPaths as paths, type WireObject } from './management.js'

// What the management API answers, as the server writes it. `management.ts` reads it.

/** A service app, as whoever keeps it knows it. Times are whole seconds. */
export interface ManagedApp {
  readonly clientId: string
  readonly clientName: string
  readonly status: 'ACTIVE' | 'INACTIVE'
  readonly applicationType: string
  readonly tokenEndpointAuthMethod: string
  readonly grantTypes: readonly string[]
  readonly jwksUri: string | undefined
  readonly dpopBoundAccessTokens: boolean
  readonly network: WireObject | undefined
  /** What is given back as it was given. */
  readonly settings: WireObject
  readonly created: number
  readonly lastUpdated: number
}

/** A key of an app. */
export interface ManagedKey {
  readonly id: string
  readonly clientId: string
  readonly kid: string | undefined
  readonly jwk: PublicJwk
  readonly use: 'sig' | 'enc'
  readonly status: 'ACTIVE' | 'INACTIVE'
  readonly created: number
  readonly lastUpdated: number
  readonly lastUsed: number | undefined
}

/** A scope that was granted to an app. An empty issuer is the organisation itself. */
export interface ManagedGrant {
  readonly id: string
  readonly clientId: string
  readonly scope: string
  readonly issuer: string
  readonly created: number
  readonly createdBy: string
}

/** An admin role of an app. */
export interface ManagedRole {
  readonly id: string
  readonly clientId: string
  readonly type: string
  readonly created: number
}

/**
 * Writes seconds as Okta's API spells a time.
 *
 * @example
 * assert.equal(writeTime(0), '1970-01-01T00:00:00.000Z')
 */
export function writeTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}

function link(href: string, ...allow: readonly string[]) {
  return { href, hints: { allow } }
}

/**
 * Writes an app as `/api/v1/apps` spells it.
 *
 * @example
 * const app = {
 *   clientId,
 *   clientName: 'Nightly report',
 *   status: 'ACTIVE',
 *   applicationType: 'service',
 *   tokenEndpointAuthMethod: 'private_key_jwt',
 *   grantTypes: ['client_credentials'],
 *   jwksUri: undefined,
 *   dpopBoundAccessTokens: false,
 *   network: undefined,
 *   settings: {},
 *   created: 0,
 *   lastUpdated: 0,
 * } as const
 * assert.equal(writeManagedApp(app, [], 'https://example.okta.com').label, 'Nightly report')
 */
export function writeManagedApp(app: ManagedApp, keys: readonly ManagedKey[], org: string) {
  const { clientId } = app
  const { accessibility, visibility, features, profile, consent_method, issuer_mode, ...uris } = app.settings
  return {
    id: clientId,
    name: 'oidc_client',
    label: app.clientName,
    status: app.status,
    lastUpdated: writeTime(app.lastUpdated),
    created: writeTime(app.created),
    accessibility: accessibility ?? { selfService: false, errorRedirectUrl: null, loginRedirectUrl: null },
    visibility: visibility ?? { autoSubmitToolbar: false, hide: { iOS: true, web: true } },
    features: features ?? [],
    ...(profile === undefined ? {} : { profile }),
    signOnMode: 'OPENID_CONNECT',
    credentials: {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a template of Okta's
      userNameTemplate: { template: '${source.login}', type: 'BUILT_IN' },
      signing: {},
      oauthClient: {
        autoKeyRotation: true,
        client_id: clientId,
        token_endpoint_auth_method: app.tokenEndpointAuthMethod,
      },
    },
    settings: {
      oauthClient: {
        ...addresses,
        ...uris,
        grant_types: app.grantTypes,
        application_type: app.applicationType,
        consent_method: consent_method ?? 'TRUSTED',
        issuer_mode: issuer_mode ?? 'ORG_URL',
        dpop_bound_access_tokens: app.dpopBoundAccessTokens,
        ...writeKeySource(app, keys),
        ...(app.network === undefined ? {} : { network: app.network }),
      },
    },
    _links: {
      self: link(`${org}${paths.app(clientId)}`, 'GET', 'PUT', 'DELETE'),
      ...(app.status === 'ACTIVE'
        ? { deactivate: link(`${org}${paths.appLifecycle(clientId, 'deactivate')}`, 'POST') }
        : { activate: link(`${org}${paths.appLifecycle(clientId, 'activate')}`, 'POST') }),
    },
  }
}

/**
 * Writes an app as `/oauth2/v1/clients` spells it (RFC 7591).
 *
 * @example
 * const app = {
 *   clientId,
 *   clientName: 'Nightly report',
 *   status: 'ACTIVE',
 *   applicationType: 'service',
 *   tokenEndpointAuthMethod: 'private_key_jwt',
 *   grantTypes: ['client_credentials'],
 *   jwksUri: undefined,
 *   dpopBoundAccessTokens: false,
 *   network: undefined,
 *   settings: {},
 *   created: 0,
 *   lastUpdated: 0,
 * } as const
 * assert.equal(writeManagedClient(app, []).client_name, 'Nightly report')
 */
export function writeManagedClient(app: ManagedApp, keys: readonly ManagedKey[]) {
  const { accessibility, visibility, features, profile, consent_method, issuer_mode, ...uris } = app.settings
  return {
    client_id: app.clientId,
    client_id_issued_at: app.created,
    client_name: app.clientName,
    ...addresses,
    ...uris,
    grant_types: app.grantTypes,
    token_endpoint_auth_method: app.tokenEndpointAuthMethod,
    application_type: app.applicationType,
    dpop_bound_access_tokens: app.dpopBoundAccessTokens,
    ...writeKeySource(app, keys),
  }
}

/** What a service app says about addresses that it does not have. */
const addresses = { client_uri: null, logo_uri: null, redirect_uris: [], response_types: ['token'] }

function writeKeySource({ jwksUri }: ManagedApp, keys: readonly ManagedKey[]) {
  return jwksUri === undefined ? { jwks: { keys: keys.map(writeMembers) } } : { jwks_uri: jwksUri }
}

/**
 * Writes a key as `…/credentials/jwks` spells it.
 *
 * @example
 * const times = { created: 0, lastUpdated: 0, lastUsed: undefined }
 * const managed = { id: 'pks1', clientId, kid: 'one', jwk, use: 'sig', status: 'ACTIVE', ...times } as const
 * assert.equal(writeManagedKey(managed, 'https://example.okta.com').kid, 'one')
 */
export function writeManagedKey(key: ManagedKey, org: string) {
  const { clientId, id, status } = key
  const step = (name: 'activate' | 'deactivate') => link(`${org}${paths.keyLifecycle(clientId, id, name)}`, 'POST')
  return {
    ...writeMembers(key),
    _links:
      status === 'ACTIVE'
        ? { deactivate: step('deactivate') }
        : { activate: step('activate'), delete: link(`${org}${paths.key(clientId, id)}`, 'DELETE') },
  }
}

/** `lastUsed` is ours: it says what is safe to remove. */
function writeMembers({ id, kid, jwk, use, status, created, lastUpdated, lastUsed }: ManagedKey) {
  return {
    ...jwk,
    id,
    kid: kid ?? null,
    use: jwk.use ?? (use === 'enc' ? 'enc' : null),
    status,
    created: writeTime(created),
    lastUpdated: writeTime(lastUpdated),
    lastUsed: lastUsed === undefined ? null : writeTime(lastUsed),
  }
}

/**
 * Writes a grant as `…/grants` spells it.
 *
 * @example
 * const grant = { id: 'oag1', clientId, scope: 'okta.users.read', issuer: '', created: 0, createdBy: 'seed' }
 * assert.equal(writeManagedGrant(grant, 'https://example.okta.com').scopeId, 'okta.users.read')
 */
export function writeManagedGrant(grant: ManagedGrant, org: string): WireObject {
  const { id, clientId, scope, issuer, created, createdBy } = grant
  return {
    id,
    status: 'ACTIVE',
    created: writeTime(created),
    createdBy: { id: createdBy, type: 'User' },
    lastUpdated: writeTime(created),
    issuer: issuer === '' ? org : issuer,
    clientId,
    scopeId: scope,
    source: 'ADMIN',
    _embedded: { scope: { id: scope } },
    _links: {
      app: { href: `${org}${paths.app(clientId)}` },
      self: link(`${org}${paths.grant(clientId, id)}`, 'GET', 'DELETE'),
      client: { href: `${org}${paths.client(clientId)}` },
    },
  }
}

/**
 * Writes a role as `…/roles` spells it.
 *
 * @example
 * const role = writeManagedRole({ id: 'ra11', clientId, type: 'READ_ONLY_ADMIN', created: 0 }, 'https://example.okta.com')
 * assert.equal(role.label, 'Read Only Admin')
 */
export function writeManagedRole({ id, clientId, type, created }: ManagedRole, org: string): WireObject {
  const words = type.split('_').map((word) => `${word.charAt(0)}${word.slice(1).toLowerCase()}`)
  return {
    id,
    label: words.join(' '),
    type,
    status: 'ACTIVE',
    created: writeTime(created),
    lastUpdated: writeTime(created),
    assignmentType: 'CLIENT',
    _links: { assignee: { href: `${org}${paths.client(clientId)}` } },
  }
}
