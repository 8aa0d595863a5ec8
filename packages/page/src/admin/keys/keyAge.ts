import type { ListedKey } from 'pkjwt/client'
import { readDate } from '../wire.js'

/** A key of an app as the server tells of it, with its times read. */
export interface AppKey {
  readonly id: string
  readonly kid: string | undefined
  readonly status: 'ACTIVE' | 'INACTIVE'
  readonly isForSigning: boolean
  readonly created: Date | undefined
  readonly changed: Date | undefined
  /** To the minute. Undefined: never. */
  readonly lastUsed: Date | undefined
  readonly wire: ListedKey['wire']
}

/** Reads what the server says of a key. */
export function readAppKey({ id, kid, status, wire }: ListedKey): AppKey {
  return {
    id,
    kid,
    status,
    isForSigning: wire['use'] !== 'enc',
    created: readDate(wire['created']),
    changed: readDate(wire['lastUpdated']),
    lastUsed: readDate(wire['lastUsed']),
    wire,
  }
}

/** Whether a key can be taken away, and why. */
export type Safety =
  | { readonly is: 'safe'; readonly why: 'inactive' | 'unused' | 'replaced' }
  | { readonly is: 'wait'; readonly why: 'new' | 'quiet' }
  | { readonly is: 'unsafe'; readonly why: 'only' | 'used' }
  | { readonly is: 'unknown' }

const day = 86_400_000

/** Used within this time, a key counts as in use. */
const inUseMilliseconds = day
/** Programs that run once a week have run within this time. */
const quietMilliseconds = 8 * day

/** Says whether a key can be taken away. Use is all that the server sees: a program that runs once a month may still hold the key. */
export function safetyOf(key: AppKey, keys: readonly AppKey[], now: Date): Safety {
  if (!key.isForSigning) return { is: 'unknown' }
  if (key.status === 'INACTIVE') return { is: 'safe', why: 'inactive' }
  const others = keys.filter(({ id, status, isForSigning }) => id !== key.id && status === 'ACTIVE' && isForSigning)
  if (others.length === 0) return { is: 'unsafe', why: 'only' }
  const sinceUse = ageOf(key.lastUsed, now)
  if (sinceUse !== undefined && sinceUse < inUseMilliseconds) return { is: 'unsafe', why: 'used' }
  if (sinceUse === undefined) {
    return (ageOf(key.created, now) ?? 0) < day ? { is: 'wait', why: 'new' } : { is: 'safe', why: 'unused' }
  }
  const isReplaced = others.some(({ lastUsed }) => lastUsed !== undefined && lastUsed > (key.lastUsed ?? now))
  return isReplaced && sinceUse >= quietMilliseconds ? { is: 'safe', why: 'replaced' } : { is: 'wait', why: 'quiet' }
}

function ageOf(moment: Date | undefined, now: Date): number | undefined {
  return moment === undefined ? undefined : now.getTime() - moment.getTime()
}
