import { isSameKey } from 'pkjwt/client'
import type { PublicJwk } from 'pkjwt/keys'
import type { AppKey } from '../keys/keyAge.js'

/** The steps of replacing a key, in their order. */
export const rotationSteps = ['make', 'register', 'try', 'switch', 'deactivate', 'delete'] as const
export type RotationStep = (typeof rotationSteps)[number]

/** What is known of a replacement: what the server says, and what this tab holds. */
export interface RotationFacts {
  readonly keys: readonly AppKey[]
  /** The key that is to be replaced. */
  readonly oldId: string
  /** The key that takes its place, once it is here. */
  readonly next: PublicJwk | undefined
  /** The server took it. */
  readonly isTaken: boolean
  /** It is in place wherever the app runs. */
  readonly isSwitched: boolean
}

/**
 * The step that comes now; `done` when the old key is gone. Nothing of it is remembered: after a reload the server's list says how far it
 * came, and the file of the next key, which was saved before it was registered, is given again.
 */
export function rotationStepOf({ keys, oldId, next, isTaken, isSwitched }: RotationFacts): RotationStep | 'done' {
  const old = keys.find(({ id }) => id === oldId)
  if (old === undefined) return 'done'
  if (old.status === 'INACTIVE') return 'delete'
  const atServer = next === undefined ? undefined : findRegistered(keys, next)
  // A key cannot take its own place.
  if (next === undefined || atServer?.id === oldId) return 'make'
  if (atServer?.status !== 'ACTIVE') return 'register'
  if (!isTaken) return 'try'
  return isSwitched ? 'deactivate' : 'switch'
}

/** The key at the server that is the same as one that is here. */
export function findRegistered(keys: readonly AppKey[], jwk: PublicJwk): AppKey | undefined {
  return keys.find(({ wire }) => isSameKey(jwk, wire))
}

/** Keys that were registered after another one: one of them may be meant to take its place. */
export function successorsOf(old: AppKey, keys: readonly AppKey[]): readonly AppKey[] {
  return keys.filter((key) => key.isForSigning && key.status === 'ACTIVE' && key.id !== old.id && isLater(key, old))
}

/** The key whose replacement seems to be under way: out of use and not deleted, or still in use beside a later one. */
export function findUnfinished(keys: readonly AppKey[]): AppKey | undefined {
  const replaced = keys.filter((key) => key.isForSigning && successorsOf(key, keys).length > 0)
  return replaced.find(({ status }) => status === 'INACTIVE') ?? replaced[0]
}

function isLater({ created }: AppKey, other: AppKey): boolean {
  return created !== undefined && other.created !== undefined && created >= other.created
}
