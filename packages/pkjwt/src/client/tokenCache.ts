import { type PkjwtError, RefusedError, UnavailableError } from '../errors.js'
import type { AccessToken } from '../protocol/tokenResponse.js'
import type { Reporter } from './events.js'
import { type Flight, leaveEmpty, startFlight, waitForFlight } from './flight.js'

/** A refresh begins this long before a token ends, or a quarter of its life before when that is less. */
export const refreshMarginSeconds = 300
const refreshMarginShare = 0.25

/** So long before its end nobody is given a token any more without trying for a new one first: it could end on its way. */
export const finalMarginSeconds = 10
const finalMarginShare = 0.1

/** The margin is up to this much shorter, so that clients started together do not refresh together. */
const refreshJitterShare = 0.3

/** How long a refusal of the client itself is remembered. */
export const refusalSeconds = 10

/** Between failed background refreshes, unless the server asks for more. */
const refreshPauseSecondsFirst = 3
const refreshPauseSecondsMax = 60

/** Sets of scopes that are remembered at most. */
const entriesMax = 1000

/** A token that was obtained, and where. */
export interface Obtained {
  readonly token: AccessToken
  readonly receivedAt: number
  readonly from: 'server' | 'store'
}

export interface ObtainOptions {
  readonly scopes: readonly string[]
  readonly signal: AbortSignal
  /** A token that must not be given again: the one that is there, when a new one is wanted. */
  readonly replacing: AccessToken | undefined
  /** Nothing that was bought before this request will do. */
  readonly forced: boolean
}

export interface TokenCacheOptions {
  readonly obtain: (options: ObtainOptions) => Promise<Obtained>
  /** Our own clock, in milliseconds. */
  readonly now: () => number
  readonly reporter: Reporter
}

export interface GetOptions {
  readonly signal?: AbortSignal | undefined
  readonly forced?: boolean | undefined
  /** The token that an API refused: a new one is wanted only while this one is still the one that is kept. */
  readonly refused?: AccessToken | undefined
}

/** The tokens of one client, by their scopes. */
export interface TokenCache {
  readonly options: TokenCacheOptions
  readonly entries: Map<string, Entry>
  /** Nearly every call asks for the scopes of the client, with the same array. */
  last: Entry | undefined
}

interface Entry {
  readonly scopes: readonly string[]
  token: AccessToken | undefined
  /** `token`, ready to be given out: the hot path makes no promise. */
  given: Promise<AccessToken> | undefined
  receivedAt: number
  refreshAt: number
  finalAt: number
  expiresAt: number
  flight: Flight<AccessToken> | undefined
  failures: number
  /** No background refresh meanwhile. */
  pause: Span | undefined
  /** The client itself was refused: no request meanwhile. */
  refusal: Span | undefined
}

/** A time after a failure. Kept with its beginning, so that a clock that is set back cannot make it longer. */
interface Span {
  readonly from: number
  readonly milliseconds: number
  readonly reason: unknown
}

function isWithin({ from, milliseconds }: Span, time: number): boolean {
  return Math.abs(time - from) < milliseconds
}

/** How long before the end of a token its refresh may begin; in the unit of its lifetime in milliseconds. */
export function refreshMargin(lifetimeMilliseconds: number): number {
  return Math.min(refreshMarginSeconds * 1000, lifetimeMilliseconds * refreshMarginShare)
}

/** Keeps tokens while they live, buys each once however many ask, and renews them before they end. */
export function createTokenCache(options: TokenCacheOptions): TokenCache {
  return { options, entries: new Map(), last: undefined }
}

/**
 * Gives a token for these scopes: the one that is kept, or one bought now.
 *
 * @param scopes The same array each time makes it fastest.
 */
export function getToken(cache: TokenCache, scopes: readonly string[], options?: GetOptions): Promise<AccessToken> {
  const entry = cache.last?.scopes === scopes ? cache.last : findEntry(cache, scopes)
  const time = cache.options.now()
  const { given } = entry
  const isFresh = given !== undefined && time < entry.refreshAt && time >= entry.receivedAt
  if (options === undefined && isFresh) return hit(cache, entry, given)
  if (options?.signal?.aborted) return Promise.reject(options.signal.reason)
  const renew = options?.forced === true || (options?.refused !== undefined && options.refused === entry.token)
  if (renew) return join(cache, entry, { signal: options?.signal, forced: true })
  return isFresh ? hit(cache, entry, given) : getAging(cache, entry, { time, signal: options?.signal })
}

/** Gives up every request under way. */
export function closeTokenCache(cache: TokenCache, reason: PkjwtError): void {
  for (const { flight } of cache.entries.values()) flight?.abort(reason)
  cache.entries.clear()
  cache.last = undefined
}

function findEntry(cache: TokenCache, scopes: readonly string[]): Entry {
  const { entries } = cache
  const name = [...new Set(scopes)].sort().join(' ')
  const entry = entries.get(name) ?? createEntry(scopes)
  entries.delete(name)
  entries.set(name, entry)
  if (entries.size > entriesMax) dropOldest(entries)
  if (entry.scopes === scopes) cache.last = entry
  return entry
}

function dropOldest(entries: Map<string, Entry>): void {
  for (const [name, entry] of entries) {
    if (entry.flight !== undefined) continue
    entries.delete(name)
    return
  }
}

function hit({ options: { reporter } }: TokenCache, { scopes }: Entry, given: Promise<AccessToken>): Promise<AccessToken> {
  if (reporter.isHeard()) reporter.report({ type: 'cacheHit', scopes })
  return given
}

interface Ask {
  readonly time: number
  readonly signal: AbortSignal | undefined
}

/** There is no token, or it is no longer young. */
function getAging(cache: TokenCache, entry: Entry, { time, signal }: Ask): Promise<AccessToken> {
  const { given, refusal } = entry
  if (given !== undefined && time < entry.finalAt) {
    refreshBehind(cache, entry, time)
    return hit(cache, entry, given)
  }
  if (refusal !== undefined && isWithin(refusal, time)) {
    return given !== undefined && time < entry.expiresAt ? hit(cache, entry, given) : Promise.reject(refusal.reason)
  }
  return join(cache, entry, { signal, forced: false }).catch((error: unknown) => {
    // In its last seconds a new one is waited for; when that cannot be had, the old one serves to its very end.
    const isAnswer = error instanceof UnavailableError || error instanceof RefusedError
    if (isAnswer && entry.token !== undefined && cache.options.now() < entry.expiresAt) return entry.token
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
  const { scopes, token: replacing } = entry
  const work = async (signal: AbortSignal) => {
    const obtained = await cache.options.obtain({ scopes, signal, replacing, forced })
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

function keep({ options: { reporter } }: TokenCache, entry: Entry, obtained: Obtained, background: boolean): AccessToken {
  const { token, receivedAt, from } = obtained
  const expiresAt = token.expiresAt.getTime()
  const lifetime = expiresAt - receivedAt
  entry.token = token
  entry.given = Promise.resolve(token)
  entry.receivedAt = receivedAt
  entry.expiresAt = expiresAt
  entry.refreshAt = expiresAt - refreshMargin(lifetime) * (1 - refreshJitterShare * Math.random())
  entry.finalAt = expiresAt - Math.min(finalMarginSeconds * 1000, lifetime * finalMarginShare)
  entry.failures = 0
  entry.pause = undefined
  entry.refusal = undefined
  const { scopes } = entry
  reporter.report({ type: 'refreshed', scopes, expiresAt: token.expiresAt, from, background })
  if (token.scopesDropped.length > 0) reporter.report({ type: 'scopesDropped', scopes, dropped: token.scopesDropped })
  return token
}

function fail({ options: { reporter, now } }: TokenCache, entry: Entry, error: unknown, background: boolean): void {
  const from = now()
  if (error instanceof RefusedError && error.error === 'invalid_client') {
    entry.refusal = { from, milliseconds: refusalSeconds * 1000, reason: error }
  }
  const pause = Math.min(refreshPauseSecondsMax, refreshPauseSecondsFirst * 2 ** entry.failures)
  const asked = error instanceof UnavailableError ? (error.retryAfterSeconds ?? 0) : 0
  entry.failures += 1
  entry.pause = { from, milliseconds: Math.max(pause, asked) * 1000, reason: error }
  if (background) reporter.report({ type: 'refreshFailed', scopes: entry.scopes, ...describe(error) })
}

function createEntry(scopes: readonly string[]): Entry {
  return {
    scopes,
    token: undefined,
    given: undefined,
    receivedAt: 0,
    refreshAt: 0,
    finalAt: 0,
    expiresAt: 0,
    flight: undefined,
    failures: 0,
    pause: undefined,
    refusal: undefined,
  }
}

function describe(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: 'unknown', message: String(error) }
  return { code: 'code' in error && typeof error.code === 'string' ? error.code : error.name, message: error.message }
}
