import { type PkjwtError, RefusedError, UnavailableError } from '../errors.js'
import type { AccessToken } from '../protocol/tokenResponse.js'
import { isHeard, report } from './events.js'
import { type Flight, leaveEmpty, startFlight, waitForFlight } from './flight.js'
import { type Freshness, isWithin, planFreshness, type Span } from './freshness.js'
import { type Obtained, obtainToken } from './obtain.js'
import type { Purchaser } from './purchaser.js'
import type { TokenStore } from './tokenStore.js'

/** How long a refusal of the client itself is remembered. */
const refusalSeconds = 10

/** Between failed background refreshes, unless the server asks for more. */
const refreshPauseSecondsFirst = 3
const refreshPauseSecondsMax = 60

/** Other sets of scopes than the client's own that are remembered at most. */
const othersMax = 1000

/** The tokens of one client, by their scopes. */
export interface TokenCache {
  readonly buyer: Purchaser
  readonly store: TokenStore | undefined
  /** Our own clock, in milliseconds. */
  readonly now: () => number
  /** The token for the scopes of the client, which nearly every call asks for. */
  readonly own: Entry
  others: Map<string, Entry> | undefined
}

interface Entry {
  readonly scopes: readonly string[]
  kept: Kept | undefined
  flight: Flight<AccessToken> | undefined
  /** How often a refresh failed since the last one that did not. */
  failures: number
  /** No background refresh meanwhile. */
  pause: Span | undefined
  /** The client itself was refused: no request meanwhile. */
  refusal: Span | undefined
}

interface Kept extends Freshness {
  readonly token: AccessToken
  /** The token, ready to be given out: the hot path makes no promise. */
  readonly given: Promise<AccessToken>
}

export interface GetOptions {
  readonly signal?: AbortSignal | undefined
  /** Nothing that was bought before will do. */
  readonly forced?: boolean | undefined
  /** The token that an API refused: a new one is wanted only while this one is still the one that is kept. */
  readonly refused?: AccessToken | undefined
}

/** Keeps tokens while they live, buys each once however many ask, and renews them before they end. */
export function createTokenCache(
  buyer: Purchaser,
  {
    scopes,
    store,
    now,
  }: { readonly scopes: readonly string[]; readonly store: TokenStore | undefined; readonly now: () => number },
): TokenCache {
  return { buyer, store, now, own: createEntry(scopes), others: undefined }
}

/**
 * Gives a token: the one that is kept, or one bought now.
 *
 * @param scopes Default those of the client.
 */
export function getToken(cache: TokenCache, scopes: readonly string[] | undefined, options?: GetOptions): Promise<AccessToken> {
  const { closed } = cache.buyer.lifetime
  if (closed !== undefined) return Promise.reject(closed)
  const entry = scopes === undefined ? cache.own : findEntry(cache, scopes)
  const { kept } = entry
  const time = cache.now()
  const isFresh = kept !== undefined && time < kept.refreshAt && time >= kept.receivedAt
  if (options === undefined && isFresh) return hit(cache, entry, kept)
  if (options?.signal?.aborted) return Promise.reject(options.signal.reason)
  const renew = options?.forced === true || (options?.refused !== undefined && options.refused === kept?.token)
  if (renew) return join(cache, entry, { signal: options?.signal, forced: true })
  return isFresh ? hit(cache, entry, kept) : getAging(cache, entry, { time, signal: options?.signal })
}

/** Gives up every request under way. */
export function closeTokenCache({ own, others }: TokenCache, reason: PkjwtError): void {
  for (const { flight } of [own, ...(others?.values() ?? [])]) flight?.abort(reason)
  others?.clear()
}

function findEntry(cache: TokenCache, scopes: readonly string[]): Entry {
  const name = nameOf(scopes)
  if (name === nameOf(cache.own.scopes)) return cache.own
  cache.others ??= new Map()
  const { others } = cache
  // A copy, because the caller's array may change, and the token is kept by what it held.
  const entry = others.get(name) ?? createEntry([...scopes])
  others.delete(name)
  others.set(name, entry)
  if (others.size > othersMax) dropOldest(others)
  return entry
}

/** The order of scopes says nothing, and neither does one that stands there twice. */
function nameOf(scopes: readonly string[]): string {
  return [...new Set(scopes)].sort().join(' ')
}

function dropOldest(others: Map<string, Entry>): void {
  for (const [name, entry] of others) {
    if (entry.flight !== undefined) continue
    others.delete(name)
    return
  }
}

function hit({ buyer: { reporter } }: TokenCache, { scopes }: Entry, { given }: Kept): Promise<AccessToken> {
  if (isHeard(reporter)) report(reporter, { type: 'cacheHit', scopes })
  return given
}

interface Ask {
  readonly time: number
  readonly signal: AbortSignal | undefined
}

/** There is no token, or it is no longer young. */
function getAging(cache: TokenCache, entry: Entry, { time, signal }: Ask): Promise<AccessToken> {
  const { kept, refusal } = entry
  if (kept !== undefined && time < kept.finalAt) {
    refreshBehind(cache, entry, time)
    return hit(cache, entry, kept)
  }
  if (refusal !== undefined && isWithin(refusal, time)) {
    return kept !== undefined && time < kept.expiresAt ? hit(cache, entry, kept) : Promise.reject(refusal.reason)
  }
  return join(cache, entry, { signal, forced: false }).catch((error: unknown) => {
    // In its last seconds a new one is waited for; when that cannot be had, the old one serves to its very end.
    const isAnswer = error instanceof UnavailableError || error instanceof RefusedError
    if (isAnswer && entry.kept !== undefined && cache.now() < entry.kept.expiresAt) return entry.kept.token
    throw error
  })
}

function refreshBehind(cache: TokenCache, entry: Entry, time: number): void {
  if (entry.flight !== undefined || (entry.pause !== undefined && isWithin(entry.pause, time))) return
  start(cache, entry, { background: true, forced: false })
}

function join(
  cache: TokenCache,
  entry: Entry,
  { signal, forced }: { readonly signal: AbortSignal | undefined; readonly forced: boolean },
): Promise<AccessToken> {
  const flight = entry.flight ?? start(cache, entry, { background: false, forced })
  return waitForFlight(flight, signal, () => {
    if (leaveEmpty(flight)) land(entry, flight)
  })
}

function start(
  cache: TokenCache,
  entry: Entry,
  { background, forced }: { readonly background: boolean; readonly forced: boolean },
): Flight<AccessToken> {
  const { scopes } = entry
  const replacing = entry.kept?.token
  const work = async (signal: AbortSignal) => {
    const obtained = await obtainToken(cache.buyer, cache.store, { scopes, signal, replacing, forced })
    return keep(cache, entry, obtained, background)
  }
  const flight = startFlight(work, { background })
  entry.flight = flight
  flight.promise.then(
    () => land(entry, flight),
    (error: unknown) => {
      land(entry, flight)
      fail(cache, entry, error, background)
    },
  )
  return flight
}

function land(entry: Entry, flight: Flight<AccessToken>): void {
  if (entry.flight === flight) entry.flight = undefined
}

function keep({ buyer: { reporter } }: TokenCache, entry: Entry, obtained: Obtained, background: boolean): AccessToken {
  const { token, receivedAt, from } = obtained
  const { scopes } = entry
  entry.kept = { ...planFreshness(receivedAt, token.expiresAt.getTime()), token, given: Promise.resolve(token) }
  entry.failures = 0
  entry.pause = undefined
  entry.refusal = undefined
  report(reporter, { type: 'refreshed', scopes, expiresAt: token.expiresAt, from, background })
  if (token.scopesDropped.length > 0) report(reporter, { type: 'scopesDropped', scopes, dropped: token.scopesDropped })
  return token
}

function fail({ buyer: { reporter }, now }: TokenCache, entry: Entry, error: unknown, background: boolean): void {
  const from = now()
  if (error instanceof RefusedError && error.error === 'invalid_client') {
    entry.refusal = { from, milliseconds: refusalSeconds * 1000, reason: error }
  }
  const pause = Math.min(refreshPauseSecondsMax, refreshPauseSecondsFirst * 2 ** entry.failures)
  const asked = error instanceof UnavailableError ? (error.retryAfterSeconds ?? 0) : 0
  entry.failures += 1
  entry.pause = { from, milliseconds: Math.max(pause, asked) * 1000, reason: error }
  if (background) report(reporter, { type: 'refreshFailed', scopes: entry.scopes, ...describe(error) })
}

function createEntry(scopes: readonly string[]): Entry {
  return { scopes, kept: undefined, flight: undefined, failures: 0, pause: undefined, refusal: undefined }
}

function describe(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: 'unknown', message: String(error) }
  return { code: 'code' in error && typeof error.code === 'string' ? error.code : error.name, message: error.message }
}
