import { UnavailableError } from '../errors.js'

/** How long and how often a request is tried. */
export interface RetryOptions {
  /** How often a request is made at most, the first one included. Default 4. */
  readonly attemptsMax?: number | undefined
  /** How long one request may take. Default 10. */
  readonly timeoutSeconds?: number | undefined
  /** How long a server's `Retry-After` is obeyed; a longer one ends the attempts at once. Default 30. */
  readonly waitSecondsMax?: number | undefined
  /** How long all attempts and the waits between them may take. Default 60. */
  readonly deadlineSeconds?: number | undefined
}

/** The policy with every value set. */
export type RetryPolicy = Readonly<Required<{ [Name in keyof RetryOptions]: number }>>

const defaults: RetryPolicy = { attemptsMax: 4, timeoutSeconds: 10, waitSecondsMax: 30, deadlineSeconds: 60 }

const backoffSecondsFirst = 0.25
const backoffSecondsMax = 8

/** Waits, or rejects with the reason of the signal. */
export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>

/** What one attempt may use. */
export interface Attempt {
  /** 1 for the first. */
  readonly number: number
  /** How long it may take: what one request may, or what is left of the deadline. */
  readonly timeoutMilliseconds: number
}

export interface AttemptsOptions {
  readonly policy: RetryPolicy
  readonly signal: AbortSignal
  readonly wait: Wait
  /** Whether an error may pass. Called for an `UnavailableError` only: everything else is final. */
  readonly mayPass: (error: UnavailableError) => boolean
  readonly onRetry: (attempt: number, waitMilliseconds: number, error: UnavailableError) => void
}

/** Sets the default of each limit. */
export function readRetryPolicy(options: RetryOptions = {}): RetryPolicy {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return given.length === 0 ? defaults : { ...defaults, ...Object.fromEntries(given) }
}

/**
 * Does something until it works, or until its failure is final or time is up. What an attempt sends it makes anew: the server may have
 * used up an assertion or a proof whose answer never arrived.
 */
export async function withAttempts<T>(attempt: (attempt: Attempt) => Promise<T>, options: AttemptsOptions): Promise<T> {
  const { policy, signal, wait, mayPass, onRetry } = options
  // Counted, not read from a clock: neither a clock that is set nor one that a test moves can end or stretch the attempts.
  const startedAt = performance.now()
  let waited = 0
  const left = () => policy.deadlineSeconds * 1000 - waited - (performance.now() - startedAt)
  for (let number = 1; ; number += 1) {
    signal.throwIfAborted()
    try {
      return await attempt({ number, timeoutMilliseconds: Math.max(1, Math.min(policy.timeoutSeconds * 1000, left())) })
    } catch (error) {
      if (!(error instanceof UnavailableError) || !mayPass(error) || number >= policy.attemptsMax) throw error
      const pause = pauseAfter(error, number, policy)
      if (pause === undefined || pause >= left()) throw error
      onRetry(number, pause, error)
      await wait(pause, signal)
      waited += pause
    }
  }
}

/** Milliseconds until the next attempt; `undefined` when the server asks for more patience than there is. */
function pauseAfter({ retryAfterSeconds }: UnavailableError, number: number, policy: RetryPolicy): number | undefined {
  const backoff = Math.min(backoffSecondsMax, backoffSecondsFirst * 2 ** (number - 1))
  if (retryAfterSeconds === undefined) return backoff * (0.5 + Math.random() / 2) * 1000
  if (retryAfterSeconds > policy.waitSecondsMax) return undefined
  // Never earlier than asked, and not all at the same moment.
  return (retryAfterSeconds + backoff * Math.random()) * 1000
}
