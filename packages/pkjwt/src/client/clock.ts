import type { RawResponse } from '../protocol/tokenResponse.js'

/** A difference this small is the network, or the whole seconds of the header: it is not corrected. */
export const skewSecondsMin = 5

/** A `Date` further away than this is no clock: a stub, a cache, or a machine that lost its battery. It is not followed. */
export const skewSecondsMax = 86_400

/** An answer that took longer says too little about when it was made. */
const roundTripMillisecondsMax = 30_000

/** When a request left and when its answer was there, in milliseconds since the epoch by our own clock. */
export interface RoundTrip {
  readonly sentAt: number
  readonly receivedAt: number
}

/** The server's time, as far as its answers tell. */
export interface ServerClock {
  /** The present by the server's clock, for `iat`, `exp` and proofs. */
  now(): Date
  /** How far the server is ahead of us; 0 while the difference is small. */
  offsetSeconds(): number
  /** Learns from the `Date` of an answer. True when the time by which the next assertion is made differs from before. */
  observe(response: Pick<RawResponse, 'header'>, trip: RoundTrip): boolean
}

/**
 * Follows the clock of a server by the `Date` of its answers (RFC 9110 §6.6.1), so that a machine whose clock is wrong gets its token
 * all the same. An answer with `Age` came from a cache, and its date is that of another hour.
 *
 * @param clock Our own clock.
 */
export function createServerClock(clock: () => Date): ServerClock {
  let offsetMilliseconds = 0
  return {
    now: () => new Date(clock().getTime() + offsetMilliseconds),
    offsetSeconds: () => Math.round(offsetMilliseconds / 1000),
    observe({ header }, trip) {
      const measured = measureOffset(header, trip)
      if (measured === undefined || Math.abs(measured - offsetMilliseconds) <= skewSecondsMin * 1000) return false
      const next = Math.abs(measured) <= skewSecondsMin * 1000 ? 0 : measured
      const changed = next !== offsetMilliseconds
      offsetMilliseconds = next
      return changed
    },
  }
}

function measureOffset(header: RawResponse['header'], { sentAt, receivedAt }: RoundTrip): number | undefined {
  const age = header('age')
  const date = Date.parse(header('date') ?? '')
  const tookMilliseconds = receivedAt - sentAt
  if ((age !== null && age !== undefined) || Number.isNaN(date)) return undefined
  // A clock that was set while the answer was on its way measures nothing.
  if (tookMilliseconds < 0 || tookMilliseconds > roundTripMillisecondsMax) return undefined
  // The header is cut to a whole second, so on average the answer was made half a second later.
  const offset = date + 500 - (sentAt + receivedAt) / 2
  return Math.abs(offset) <= skewSecondsMax * 1000 ? offset : undefined
}
