import { isJsonObject } from '../encoding/json.js'
import { type AccessToken, createAccessToken } from '../protocol/tokenResponse.js'

/** A token as a store keeps it: JSON, times in milliseconds since the epoch. It is worth as much as the token itself. */
export interface StoredToken {
  readonly value: string
  readonly type: 'Bearer'
  readonly scopes: readonly string[]
  readonly scopesDropped: readonly string[]
  readonly receivedAt: number
  readonly expiresAt: number
}

/**
 * Where tokens are kept so that several processes share them. Every fault of a store counts as "not there", so it may throw as it likes.
 * Tokens bound to a DPoP key never come here: they are worth nothing without the key.
 *
 * `name` is a text of any length that holds endpoint, client, scopes, resource and further parameters.
 */
export interface TokenStore {
  /** What was saved under the name, or `undefined`. It is checked before it is used. */
  find(name: string): Promise<unknown>
  save(name: string, token: StoredToken): Promise<void>
  /**
   * Waits until nobody else holds the lock of this name, takes it, and gives a function that releases it. A store without one is fine:
   * then several processes may buy a token each at the same moment.
   */
  lock?(name: string, signal: AbortSignal): Promise<() => Promise<void>>
}

/** What makes two tokens interchangeable. */
export interface TokenIdentity {
  readonly endpoint: string
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly resource: string | undefined
  readonly parameters?: Readonly<Record<string, string>> | undefined
  /** Thumbprint of the DPoP key. */
  readonly thumbprint: string | undefined
}

/**
 * The name under which a store keeps a token. JSON keeps the parts apart, whatever is in them; the order of scopes says nothing.
 *
 * @example
 * const identity = { endpoint: tokenEndpoint, clientId, resource: undefined, thumbprint: undefined }
 * assert.equal(tokenNameOf({ ...identity, scopes: ['b', 'a'] }), tokenNameOf({ ...identity, scopes: ['a', 'b'] }))
 */
export function tokenNameOf({ endpoint, clientId, scopes, resource, parameters = {}, thumbprint }: TokenIdentity): string {
  const others = Object.entries(parameters).sort(([one], [other]) => (one < other ? -1 : 1))
  const identity = [endpoint, clientId, [...new Set(scopes)].sort(), resource ?? null, thumbprint ?? null]
  return JSON.stringify(others.length === 0 ? identity : [...identity, others])
}

/**
 * Writes a token for a store.
 *
 * @example
 * const token = await client.token()
 * assert.equal(readStoredToken(writeStoredToken(token, Date.now()))?.token.value, token.value)
 */
export function writeStoredToken({ value, scopes, scopesDropped, expiresAt }: AccessToken, receivedAt: number): StoredToken {
  return { value, type: 'Bearer', scopes, scopesDropped, receivedAt, expiresAt: expiresAt.getTime() }
}

/** A token that came out of a store. */
export interface FoundToken {
  readonly token: AccessToken
  readonly receivedAt: number
}

/**
 * Reads what a store gave; answers `undefined` for what is no token: another program may have written it.
 *
 * @example
 * assert.equal(readStoredToken({ value: 'something else' }), undefined)
 */
export function readStoredToken(stored: unknown): FoundToken | undefined {
  if (!isJsonObject(stored)) return undefined
  const { value, type, scopes, scopesDropped, receivedAt, expiresAt } = stored
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value) || type !== 'Bearer') return undefined
  if (!isTime(receivedAt) || !isTime(expiresAt) || receivedAt >= expiresAt || !areNames(scopes) || !areNames(scopesDropped))
    return undefined
  return { token: createAccessToken({ value, type, scopes, scopesDropped, expiresAt: new Date(expiresAt) }), receivedAt }
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0 && Number(value) < 8.64e15
}

function areNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string')
}
