import type { App, AppKey, Grant, JsonObject, Role } from '../store/store.js'

/** Seconds as Okta's API spells a time. */
export function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}

function link(href: string, ...allow: readonly string[]) {
  return { href, hints: { allow } }
}

/** An app as `/api/v1/apps` spells it. */
export function writeApp(app: App, keys: readonly AppKey[], org: string) {
  const self = `${org}/api/v1/apps/${app.clientId}`
  const { accessibility, visibility, features, profile, consent_method, issuer_mode, ...uris } = app.settings
  return {
    id: app.clientId,
    name: 'oidc_client',
    label: app.clientName,
    status: app.status,
    lastUpdated: timeOf(app.lastUpdated),
    created: timeOf(app.created),
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
        client_id: app.clientId,
        token_endpoint_auth_method: app.tokenEndpointAuthMethod,
      },
    },
    settings: {
      oauthClient: {
        client_uri: null,
        logo_uri: null,
        redirect_uris: [],
        response_types: ['token'],
        ...uris,
        grant_types: app.grantTypes,
        application_type: app.applicationType,
        consent_method: consent_method ?? 'TRUSTED',
        issuer_mode: issuer_mode ?? 'ORG_URL',
        dpop_bound_access_tokens: app.dpopBoundAccessTokens,
        ...writeKeySource(app, keys, org),
        ...(app.network === undefined ? {} : { network: app.network }),
      },
    },
    _links: {
      self: link(self, 'GET', 'PUT', 'DELETE'),
      ...(app.status === 'ACTIVE'
        ? { deactivate: link(`${self}/lifecycle/deactivate`, 'POST') }
        : { activate: link(`${self}/lifecycle/activate`, 'POST') }),
    },
  }
}

/** An app as `/oauth2/v1/clients` spells it (RFC 7591). */
export function writeClient(app: App, keys: readonly AppKey[], org: string) {
  const { accessibility, visibility, features, profile, consent_method, issuer_mode, ...uris } = app.settings
  return {
    client_id: app.clientId,
    client_id_issued_at: app.created,
    client_name: app.clientName,
    client_uri: null,
    logo_uri: null,
    redirect_uris: [],
    response_types: ['token'],
    ...uris,
    grant_types: app.grantTypes,
    token_endpoint_auth_method: app.tokenEndpointAuthMethod,
    application_type: app.applicationType,
    dpop_bound_access_tokens: app.dpopBoundAccessTokens,
    ...writeKeySource(app, keys, org),
  }
}

function writeKeySource({ jwksUri, clientId }: App, keys: readonly AppKey[], org: string) {
  if (jwksUri !== undefined) return { jwks_uri: jwksUri }
  return { jwks: { keys: keys.map((key) => withoutLinks(writeKey(key, `${org}/api/v1/apps/${clientId}`))) } }
}

function withoutLinks({ _links, ...key }: ReturnType<typeof writeKey>) {
  return key
}

/** A key as `…/credentials/jwks` spells it. `lastUsed` is ours: it says what is safe to remove. */
export function writeKey({ id, kid, jwk, use, status, created, lastUpdated, lastUsed }: AppKey, app: string) {
  const self = `${app}/credentials/jwks/${id}`
  const { status: _status, ...members } = jwk
  return {
    ...members,
    id,
    kid: kid ?? null,
    use: jwk.use ?? (use === 'enc' ? 'enc' : null),
    status,
    created: timeOf(created),
    lastUpdated: timeOf(lastUpdated),
    lastUsed: lastUsed === undefined ? null : timeOf(lastUsed),
    _links:
      status === 'ACTIVE'
        ? { deactivate: link(`${self}/lifecycle/deactivate`, 'POST') }
        : { activate: link(`${self}/lifecycle/activate`, 'POST'), delete: link(self, 'DELETE') },
  }
}

/** A grant as `…/grants` spells it. */
export function writeGrant({ id, clientId, scope, issuer, created, createdBy }: Grant, org: string): JsonObject {
  const app = `${org}/api/v1/apps/${clientId}`
  return {
    id,
    status: 'ACTIVE',
    created: timeOf(created),
    createdBy: { id: createdBy, type: 'User' },
    lastUpdated: timeOf(created),
    issuer: issuer === '' ? org : issuer,
    clientId,
    scopeId: scope,
    source: 'ADMIN',
    _embedded: { scope: { id: scope } },
    _links: {
      app: { href: app },
      self: link(`${app}/grants/${id}`, 'GET', 'DELETE'),
      client: { href: `${org}/oauth2/v1/clients/${clientId}` },
    },
  }
}

/** A role as `…/roles` spells it. */
export function writeRole({ id, clientId, type, created }: Role, org: string): JsonObject {
  const label = type
    .split('_')
    .map((word) => `${word.charAt(0)}${word.slice(1).toLowerCase()}`)
    .join(' ')
  return {
    id,
    label,
    type,
    status: 'ACTIVE',
    created: timeOf(created),
    lastUpdated: timeOf(created),
    assignmentType: 'CLIENT',
    _links: { assignee: { href: `${org}/oauth2/v1/clients/${clientId}` } },
  }
}
