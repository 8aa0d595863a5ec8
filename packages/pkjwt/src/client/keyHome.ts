import { isJsonObject, readJson } from '../encoding/json.js'
import { PkjwtError } from '../errors.js'
import type { PrivateJwk, PublicJwk } from '../keys/key.js'

/** Where the private key of an app lies, and what has to be remembered while it is being replaced. `createKeyFile` of `pkjwt/node` makes one. */
export interface KeyHome {
  /** The key in use: whatever `readPrivateKey` reads. */
  readKey(): Promise<string | object>
  /** Puts another key in its place, in one step: whoever reads gets the one or the other. */
  replaceKey(jwk: PrivateJwk): Promise<void>
  /** What was saved of a rotation that is under way. It holds the next private key. */
  readPlan(): Promise<string | undefined>
  /** Saves it durably; `undefined` removes it. */
  savePlan(plan: string | undefined): Promise<void>
  /** Waits until nobody else on this machine replaces the key. @returns A function that lets the next one in */
  lock(signal: AbortSignal): Promise<() => Promise<void>>
}

/** Whether a value is a home of keys. */
export function isKeyHome(value: unknown): value is KeyHome {
  return (
    isJsonObject(value) &&
    ['readKey', 'replaceKey', 'readPlan', 'savePlan', 'lock'].every((name) => typeof value[name] === 'function')
  )
}

/** A rotation that is under way. */
export interface RotationPlan {
  /** The key that it began with. */
  readonly old: PublicJwk
  /** The key that takes its place. */
  readonly next: PrivateJwk
  /** When the next key was put in place, in seconds. */
  readonly switchedAt?: number | undefined
}

/** Writes a plan for `savePlan`. */
export function writePlan(plan: RotationPlan): string {
  return JSON.stringify({ pkjwt: 'rotation', version: 1, ...plan })
}

/**
 * Reads what `readPlan` gave.
 * @throws {PkjwtError} `config_invalid`
 */
export function readPlan(text: string | undefined): RotationPlan | undefined {
  if (text === undefined) return undefined
  const plan = tryReadJson(text)
  if (!isJsonObject(plan) || plan['version'] !== 1 || !isJsonObject(plan['old']) || !isJsonObject(plan['next'])) {
    throw new PkjwtError('config_invalid', 'Cannot go on with the rotation: what was saved of it is damaged', {
      hint: 'Look at the keys that the server holds, then remove the saved plan and begin anew',
    })
  }
  const { old, next, switchedAt } = plan
  // It was written here; what is in the keys is checked when they are read.
  return {
    old: old as unknown as PublicJwk,
    next: next as unknown as PrivateJwk,
    switchedAt: typeof switchedAt === 'number' ? switchedAt : undefined,
  }
}

function tryReadJson(text: string): unknown {
  try {
    return readJson(text)
  } catch {
    return undefined
  }
}
