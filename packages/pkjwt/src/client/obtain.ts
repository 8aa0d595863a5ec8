import type { AccessToken } from '../protocol/tokenResponse.js'
import { findEndpoint } from './discovery.js'
import { report } from './events.js'
import { refreshMargin } from './freshness.js'
import { buyToken } from './purchase.js'
import type { Purchaser } from './purchaser.js'
import { readStoredToken, type TokenStore, tokenNameOf, writeStoredToken } from './tokenStore.js'
import { within } from './waiting.js'

/** A token that was obtained, and where. */
export interface Obtained {
  readonly token: AccessToken
  readonly receivedAt: number
  readonly from: 'server' | 'store'
}

export interface ObtainOptions {
  readonly scopes: readonly string[]
  readonly signal: AbortSignal
  /** The token that is there: it must not be given again. */
  readonly replacing: AccessToken | undefined
  /** Nothing that was bought before this request will do. */
  readonly forced: boolean
}

/** A store that says nothing for so long counts as away. */
const storeSecondsMax = 2

/** A lock that cannot be had for so long is not waited for: two requests are better than none. */
const lockSecondsMax = 30

interface Sharing extends ObtainOptions {
  readonly buyer: Purchaser
  readonly store: TokenStore
  readonly name: string
}

/** Gets a token: out of the store when it holds one that will do, else from the server. */
export async function obtainToken(buyer: Purchaser, store: TokenStore | undefined, options: ObtainOptions): Promise<Obtained> {
  if (store === undefined || buyer.dpop.isOn) return buy(buyer, options)
  const { url: endpoint } = await findEndpoint(buyer, options.signal)
  const { clientId, resource, parameters } = buyer
  const name = tokenNameOf({ endpoint, clientId, scopes: options.scopes, resource, parameters, thumbprint: undefined })
  return obtainShared({ ...options, buyer, store, name })
}

async function buy(buyer: Purchaser, { scopes, signal }: ObtainOptions): Promise<Obtained> {
  const token = await buyToken(buyer, scopes, signal)
  return { token, receivedAt: buyer.clock().getTime(), from: 'server' }
}

async function obtainShared(sharing: Sharing): Promise<Obtained> {
  const askedAt = sharing.buyer.clock().getTime()
  const stored = sharing.forced ? undefined : await findStored(sharing)
  if (stored !== undefined) return stored
  const release = await lock(sharing)
  try {
    // Whoever held the lock before us may have bought the very token that we are about to buy.
    const bought = release === undefined ? undefined : await findStored(sharing)
    if (bought !== undefined && (!sharing.forced || bought.receivedAt > askedAt)) return bought
    const obtained = await buy(sharing.buyer, sharing)
    await save(sharing, obtained)
    return obtained
  } finally {
    await release?.()
  }
}

async function findStored(sharing: Sharing): Promise<Obtained | undefined> {
  const { store, name, replacing, buyer } = sharing
  const found = readStoredToken(await orMiss(sharing, 'find', () => store.find(name)))
  if (found === undefined || found.token.value === replacing?.value) return undefined
  const { token, receivedAt } = found
  const now = buyer.clock().getTime()
  const expiresAt = token.expiresAt.getTime()
  const isFresh = now >= receivedAt && now < expiresAt - refreshMargin(expiresAt - receivedAt)
  return isFresh ? { token, receivedAt, from: 'store' } : undefined
}

async function save(
  sharing: Sharing,
  { token, receivedAt }: { readonly token: AccessToken; readonly receivedAt: number },
): Promise<void> {
  const { store, name } = sharing
  // The server may have asked for a proof on the way: such a token is worth nothing to another process.
  if (token.type === 'Bearer') await orMiss(sharing, 'save', () => store.save(name, writeStoredToken(token, receivedAt)))
}

async function lock(sharing: Sharing): Promise<(() => Promise<void>) | undefined> {
  const { store, name } = sharing
  const { lock } = store
  if (lock === undefined) return undefined
  const take = async (signal: AbortSignal) => {
    const release = await lock.call(store, name, signal)
    // It came too late: nobody here waits for it any more, and everybody else would wait for us.
    if (signal.aborted) await release()
    return release
  }
  const release = await orMiss(sharing, 'lock', take, lockSecondsMax)
  return release && (() => orMiss(sharing, 'lock', release))
}

/** What the store gives, or `undefined` when it fails or takes too long. Only the end of the purchase itself is an error. */
async function orMiss<T>(
  { signal, buyer }: Sharing,
  operation: 'find' | 'save' | 'lock',
  ask: (signal: AbortSignal) => Promise<T>,
  secondsMax = storeSecondsMax,
): Promise<T | undefined> {
  const reason = () => new Error(`no answer within ${secondsMax} seconds`)
  try {
    return await within(ask, { signal, milliseconds: secondsMax * 1000, reason })
  } catch (error) {
    if (signal.aborted && operation !== 'save') throw signal.reason
    report(buyer.reporter, { type: 'storeFailed', operation, message: error instanceof Error ? error.message : String(error) })
    return undefined
  }
}
