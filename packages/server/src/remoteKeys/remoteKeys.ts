import { isJsonObject, readJson } from 'pkjwt/encoding'
import { type KeySet, readPublicKeys } from 'pkjwt/keys'
import type { KeysFault } from 'pkjwt/rules'
import type { Log } from '../log/log.js'
import type { Metrics } from '../log/metrics.js'
import type { App } from '../store/store.js'
import { type FetchOptions, fetchPublic } from './publicFetch.js'

/** The keys of apps that publish them at a `jwks_uri`. */
export interface RemoteKeys {
  /**
   * The keys of an app; a `kid` that the kept set does not hold makes it look again. Called only when the claims of an assertion
   * hold, so that junk causes no request.
   */
  keysOf(app: PublishingApp, kid: unknown): Promise<KeySet | KeysFault>
}

/** An app that publishes its keys. */
export type PublishingApp = App & { readonly jwksUri: string }

export interface RemoteKeysOptions extends FetchOptions {
  readonly clock: () => Date
  readonly log: Log
  readonly metrics: Metrics
}

/** A request to somebody else's server at most this often for each app, whatever came of the last one. */
const fetchSecondsApart = 60

/** A set is fetched again when it is older than this, though a newer one may be there. */
const freshSeconds = 300

/** While the other server is away, the last good set serves for this long. */
const keptSeconds = 3600

/** Apps whose sets are kept. */
const keptMax = 1000

interface Kept {
  readonly url: string
  good: { readonly keys: KeySet; readonly at: number } | undefined
  fault: KeysFault | undefined
  triedAt: number
  trying: Promise<void> | undefined
}

/** Creates the reader of published key sets. */
export function createRemoteKeys(options: RemoteKeysOptions): RemoteKeys {
  const kept = new Map<string, Kept>()
  const now = () => Math.floor(options.clock().getTime() / 1000)
  const entryOf = ({ clientId, jwksUri }: PublishingApp): Kept => {
    const known = kept.get(clientId)
    if (known?.url === jwksUri) return known
    const entry: Kept = { url: jwksUri, good: undefined, fault: undefined, triedAt: Number.NEGATIVE_INFINITY, trying: undefined }
    kept.delete(clientId)
    kept.set(clientId, entry)
    const [oldest] = kept.keys()
    if (kept.size > keptMax && oldest !== undefined) kept.delete(oldest)
    return entry
  }
  const refresh = async (entry: Kept) => {
    const read = await readRemote(entry.url, options)
    if ('fault' in read) entry.fault = read
    else Object.assign(entry, { good: { keys: read, at: now() }, fault: undefined })
  }
  return {
    async keysOf(app, kid) {
      const entry = entryOf(app)
      // Everybody who comes while a request is under way waits for that one.
      if (entry.trying === undefined && isWanted(entry, kid, now())) {
        entry.triedAt = now()
        entry.trying = refresh(entry).finally(() => {
          entry.trying = undefined
        })
      }
      await entry.trying
      const { good, fault } = entry
      if (good !== undefined && isWithin(good.at, keptSeconds, now())) return good.keys
      return fault ?? { fault: 'unavailable', detail: 'it was asked for less than a minute ago' }
    },
  }
}

function isWanted({ good, triedAt }: Kept, kid: unknown, now: number): boolean {
  if (isWithin(triedAt, fetchSecondsApart, now)) return false
  const isFresh = good !== undefined && isWithin(good.at, freshSeconds, now)
  return !isFresh || (kid !== undefined && !good.keys.keys.some((key) => key.kid === kid))
}

/** A clock that went back makes nothing young again. */
function isWithin(time: number, seconds: number, now: number): boolean {
  return now >= time && now - time < seconds
}

async function readRemote(url: string, options: RemoteKeysOptions): Promise<KeySet | KeysFault> {
  try {
    const read = await readSet(await fetchPublic(url, options))
    options.metrics.count('pkjwt_key_fetches_total', { outcome: 'fault' in read ? read.fault : 'good' })
    return read
  } catch (error) {
    options.metrics.count('pkjwt_key_fetches_total', { outcome: 'unavailable' })
    const detail = error instanceof Error ? error.message : 'something that is no error was thrown'
    options.log.warn('jwks_uri', `${detail} (${new URL(url).host})`)
    return { fault: 'unavailable', detail }
  }
}

async function readSet(bytes: Uint8Array): Promise<KeySet | KeysFault> {
  const set = readJson(bytes, { what: 'the key set' })
  if (!isJsonObject(set) || !Array.isArray(set['keys'])) throw new TypeError('Cannot read the key set: it has no "keys"')
  // A set with a private or symmetric key in it is refused as a whole: everybody could sign with it.
  const read = await readPublicKeys(set)
  if (read.keys.length === 0) return { fault: 'empty', detail: 'no key that can be used' }
  const kids = read.keys.map(({ kid }) => kid)
  const isAmbiguous = read.keys.length > 1 && (kids.includes(undefined) || new Set(kids).size < kids.length)
  return isAmbiguous ? { fault: 'ambiguous', detail: `${kids.length} keys` } : read
}
