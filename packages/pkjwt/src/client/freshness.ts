/** A refresh begins this long before a token ends, or a quarter of its life before when that is less. */
const refreshMarginSeconds = 300
const refreshMarginShare = 0.25

/** So long before its end nobody is given a token any more without trying for a new one first: it could end on its way. */
const finalMarginSeconds = 10
const finalMarginShare = 0.1

/** The refresh begins up to this much later, so that clients started together do not refresh together. */
const refreshJitterShare = 0.3

/**
 * How long before the end of a token its refresh may begin. A share of its life at most: a server that gives the same token until shortly
 * before its end would be asked over and over.
 */
export function refreshMargin(lifetimeMilliseconds: number): number {
  return Math.min(refreshMarginSeconds * 1000, lifetimeMilliseconds * refreshMarginShare)
}

/** The times in the life of a token, in milliseconds since the epoch. */
export interface Freshness {
  readonly receivedAt: number
  /** From now on a new one is bought behind it. */
  readonly refreshAt: number
  /** From now on a new one is waited for. */
  readonly finalAt: number
  readonly expiresAt: number
}

/** Plans the life of a token, a little differently each time. */
export function planFreshness(receivedAt: number, expiresAt: number): Freshness {
  const lifetime = expiresAt - receivedAt
  return {
    receivedAt,
    refreshAt: expiresAt - refreshMargin(lifetime) * (1 - refreshJitterShare * Math.random()),
    finalAt: expiresAt - Math.min(finalMarginSeconds * 1000, lifetime * finalMarginShare),
    expiresAt,
  }
}

/** A time after a failure. Kept with its beginning, so that a clock that is set back cannot make it longer. */
export interface Span {
  readonly from: number
  readonly milliseconds: number
  readonly reason: unknown
}

/** Whether a time is within a span. */
export function isWithin({ from, milliseconds }: Span, time: number): boolean {
  return Math.abs(time - from) < milliseconds
}
