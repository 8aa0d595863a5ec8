import { isJsonObject, readJson } from '../encoding/json.js'
import { type PkjwtError, RefusedError, UnavailableError } from '../errors.js'
import { type RawResponse, readErrorBody, readRetryAfter } from './tokenResponse.js'

// The management API for service apps, as Okta and our server speak it. What it answers is kept as it came: whoever shows it shows the
// words of the server. Only what decisions rest on is read.

/** What JSON calls an object. */
export type WireObject = Readonly<Record<string, unknown>>

/** The paths of the management API. */
export const managementPaths = {
  apps: '/api/v1/apps',
  app: (appId: string) => `/api/v1/apps/${encodeURIComponent(appId)}`,
  appLifecycle: (appId: string, step: 'activate' | 'deactivate') => `${managementPaths.app(appId)}/lifecycle/${step}`,
  keys: (appId: string) => `${managementPaths.app(appId)}/credentials/jwks`,
  key: (appId: string, keyId: string) => `${managementPaths.keys(appId)}/${encodeURIComponent(keyId)}`,
  keyLifecycle: (appId: string, keyId: string, step: 'activate' | 'deactivate') =>
    `${managementPaths.key(appId, keyId)}/lifecycle/${step}`,
  grants: (appId: string) => `${managementPaths.app(appId)}/grants`,
  grant: (appId: string, grantId: string) => `${managementPaths.grants(appId)}/${encodeURIComponent(grantId)}`,
  client: (appId: string) => `/oauth2/v1/clients/${encodeURIComponent(appId)}`,
  roles: (appId: string) => `${managementPaths.client(appId)}/roles`,
  logs: '/api/v1/logs',
  role: (appId: string, roleId: string) => `${managementPaths.roles(appId)}/${encodeURIComponent(roleId)}`,
} as const

/** The scopes that calls of the management API need; `manage` includes `read`. */
export const managementScopes = {
  readApps: 'okta.apps.read',
  changeApps: 'okta.apps.manage',
  readGrants: 'okta.appGrants.read',
  changeGrants: 'okta.appGrants.manage',
  readRoles: 'okta.roles.read',
  changeRoles: 'okta.roles.manage',
  readLogs: 'okta.logs.read',
} as const

/** A service app to be made. */
export interface AppRequest {
  readonly label: string
  /** Public keys as JWK. */
  readonly keys?: readonly object[] | undefined
  /** Where it publishes its keys, in place of `keys`. */
  readonly jwksUri?: string | undefined
  /** Default: the server makes one. */
  readonly clientId?: string | undefined
  readonly dpopBoundAccessTokens?: boolean | undefined
}

/**
 * Writes the body that makes a service app.
 *
 * @example
 * const body = writeAppRequest({ label: 'Nightly report', keys: [jwk] })
 * assert.equal(body.label, 'Nightly report')
 */
export function writeAppRequest({ label, keys, jwksUri, clientId, dpopBoundAccessTokens = false }: AppRequest): WireObject {
  return {
    name: 'oidc_client',
    label,
    signOnMode: 'OPENID_CONNECT',
    credentials: {
      oauthClient: {
        ...(clientId === undefined ? {} : { client_id: clientId }),
        token_endpoint_auth_method: 'private_key_jwt',
        autoKeyRotation: true,
      },
    },
    settings: {
      oauthClient: {
        application_type: 'service',
        grant_types: ['client_credentials'],
        response_types: ['token'],
        // Okta's API takes false for granted; its console does not.
        dpop_bound_access_tokens: dpopBoundAccessTokens,
        ...(jwksUri === undefined ? { jwks: { keys: keys ?? [] } } : { jwks_uri: jwksUri }),
      },
    },
  }
}

/**
 * Writes the body that grants a scope.
 *
 * @example
 * assert.deepEqual(writeGrantRequest('okta.users.read', 'https://example.okta.com'), {
 *   scopeId: 'okta.users.read',
 *   issuer: 'https://example.okta.com',
 * })
 */
export function writeGrantRequest(scope: string, org: string): WireObject {
  return { scopeId: scope, issuer: org }
}

/**
 * Writes the body that assigns a standard role.
 *
 * @example
 * assert.deepEqual(writeRoleRequest('READ_ONLY_ADMIN'), { type: 'READ_ONLY_ADMIN' })
 */
export function writeRoleRequest(type: string): WireObject {
  return { type }
}

/** Something that the API lists, and its id there. */
export interface Listed {
  readonly id: string
  /** Everything that the server said of it. */
  readonly wire: WireObject
}

/** A key of an app. Its id is not its `kid`. */
export interface ListedKey extends Listed {
  readonly kid: string | undefined
  readonly status: 'ACTIVE' | 'INACTIVE'
}

/**
 * Reads one thing that the API answered: an app, a grant, a role.
 * @throws {UnavailableError} `server_answer_invalid`
 * @example
 * assert.equal(readListed({ id: '0oa1', label: 'Report' }, 'an app').wire.label, 'Report')
 */
export function readListed(body: unknown, what: string): Listed {
  if (isJsonObject(body) && typeof body['id'] === 'string') return { id: body['id'], wire: body }
  throw unusableAnswer(`${what} has no "id"`)
}

/**
 * Reads a list.
 * @throws {UnavailableError} `server_answer_invalid`
 * @example
 * assert.equal(readList([{ id: '0oa1' }], 'apps')[0]?.id, '0oa1')
 */
export function readList(body: unknown, what: string): readonly Listed[] {
  if (Array.isArray(body)) return body.map((each) => readListed(each, what))
  throw unusableAnswer(`it is no list of ${what}`)
}

/**
 * Reads a key.
 * @throws {UnavailableError} `server_answer_invalid`
 * @example
 * assert.equal(readListedKey({ id: 'pks1', kid: 'one' }).kid, 'one')
 */
export function readListedKey(body: unknown): ListedKey {
  const { id, wire } = readListed(body, 'a key')
  const { kid, status } = wire
  return { id, wire, kid: typeof kid === 'string' ? kid : undefined, status: status === 'INACTIVE' ? 'INACTIVE' : 'ACTIVE' }
}

/**
 * Reads the keys of an app. Okta's documents tell of three forms: `{ keys }`, a bare list, and `{ jwks: { keys } }`.
 * @throws {UnavailableError} `server_answer_invalid`
 * @example
 * const [listed] = readKeyList({ keys: [{ id: 'pks1', kid: 'one', status: 'INACTIVE' }] })
 * assert.equal(listed?.status, 'INACTIVE')
 */
export function readKeyList(body: unknown): readonly ListedKey[] {
  const held = isJsonObject(body) ? (isJsonObject(body['jwks']) ? body['jwks']['keys'] : body['keys']) : body
  if (Array.isArray(held)) return held.map(readListedKey)
  throw unusableAnswer('it is no list of keys')
}

/**
 * Reads an answer of the management API.
 *
 * @param task What was attempted, for the sentence of an error: `add the key`.
 * @returns The body; `undefined` when there is none.
 * @throws {RefusedError} `refused_by_server` with Okta's code and every cause
 * @throws {UnavailableError} `server_busy`, `server_failed`, `server_answer_invalid`
 * @example
 * const answer = { status: 404, header: () => null, body: '{"errorCode":"E0000007","errorSummary":"Not found"}' }
 * assert.throws(() => readManagementAnswer(answer, 'show the app'), { code: 'refused_by_server', error: 'E0000007' })
 */
export function readManagementAnswer(response: RawResponse, task: string): unknown {
  const { status, body } = response
  const json = tryReadJson(body)
  // Grants are documented with 201 and answered with 200; both are a yes.
  if (status < 200 || status > 299) throw readFailure(response, json, task)
  if (body.trim() !== '' && json === undefined) throw unusableAnswer('it is no JSON')
  return json
}

function readFailure(response: RawResponse, json: unknown, task: string): PkjwtError {
  const { status, header } = response
  const told = readErrorBody(json)
  const requestId = header('x-okta-request-id') ?? told?.errorId
  const retryAfterSeconds = readRetryAfter(response)
  const sentence = `Cannot ${task}: the server answered ${status}`
  if (status === 429) return new UnavailableError('server_busy', `${sentence}: it says to wait`, { retryAfterSeconds })
  if (status >= 500) {
    return new UnavailableError('server_failed', `${sentence}${told === undefined ? '' : ` ${told.error}`}`, {
      retryAfterSeconds,
    })
  }
  const words = [told?.errorDescription, ...readCauses(json)].filter((text) => text !== undefined)
  const reason = words.map((text) => `: ${text.replace(/\.$/, '')}`).join('')
  return new RefusedError('server', `${sentence}${told === undefined ? '' : ` ${told.error}`}${reason}`, {
    status,
    error: told?.error,
    errorDescription: words.length === 0 ? undefined : words.join(' '),
    requestId,
    hint: hintOf(status),
  })
}

function readCauses(json: unknown): readonly string[] {
  const causes = isJsonObject(json) && Array.isArray(json['errorCauses']) ? json['errorCauses'] : []
  return causes.flatMap((cause) =>
    isJsonObject(cause) && typeof cause['errorSummary'] === 'string' ? [cause['errorSummary'].slice(0, 1000)] : [],
  )
}

function hintOf(status: number): string {
  if (status === 401) return 'Check who asks: the client id and its key, or the admin token'
  if (status === 403) {
    return 'It takes an admin role and the scope; keys and settings of an app that ever had grants are for a Super Admin alone'
  }
  return status === 404 ? 'Check the id of the app, and of what belongs to it' : 'Read what the server says, and mend the request'
}

/**
 * An answer that the management API does not give.
 *
 * @example
 * assert.equal(unusableAnswer('it is a page of HTML').code, 'server_answer_invalid')
 */
export function unusableAnswer(state: string): UnavailableError {
  return new UnavailableError('server_answer_invalid', `Cannot use the answer of the management API: ${state}`, {
    hint: 'Check that the address is that of an organisation, and that no proxy answers in its place',
  })
}

function tryReadJson(text: string): unknown {
  try {
    return readJson(text)
  } catch {
    return undefined
  }
}
