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

/** The clock of a server, as far as its answers tell. */
export interface ServerClock {
  /** Our own clock. */
  readonly clock: () => Date
  /** How far the server is ahead of it; 0 while the difference is small. */
  offsetMilliseconds: number
}

/** The present by the server's clock, for `iat`, `exp` and proofs. */
export function serverNow({ clock, offsetMilliseconds }: ServerClock): Date {
  return new Date(clock().getTime() + offsetMilliseconds)
}

/**
 * Learns from the `Date` of an answer (RFC 9110 §6.6.1), so that a machine whose clock is wrong gets its token all the same. An answer with
 * `Age` came from a cache, and its date is that of another hour.
 *
 * @returns Whether the time by which the next assertion is made differs from before.
 */
export function observeDate(serverClock: ServerClock, { header }: Pick<RawResponse, 'header'>, trip: RoundTrip): boolean {
  const { offsetMilliseconds } = serverClock
  const measured = measureOffset(header, trip)
  if (measured === undefined || Math.abs(measured - offsetMilliseconds) <= skewSecondsMin * 1000) return false
  serverClock.offsetMilliseconds = Math.abs(measured) <= skewSecondsMin * 1000 ? 0 : measured
  return serverClock.offsetMilliseconds !== offsetMilliseconds
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
