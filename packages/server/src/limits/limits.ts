import { PkjwtError } from 'pkjwt/errors'
import { oktaRefusals } from 'pkjwt/profiles'
import { Refused } from '../http/refused.js'

/** How many requests a minute are taken: of one address, and of one client that proved who it is. */
export interface RateLimit {
  readonly addressPerMinute: number
  readonly clientPerMinute: number
}

/** `off`, Okta's numbers, or a number for each. */
export type RateLimitOption = 'off' | 'okta' | number | RateLimit

/** Okta's bucket of the token endpoint for a paid organisation, of which one app may use half. */
const oktaRateLimit: RateLimit = { addressPerMinute: 1200, clientPerMinute: 600 }

const windowSeconds = 60

/** Counters that are kept; beyond it the oldest is forgotten. */
const countersMax = 100_000

/** Where the caller stands: Okta's three headers. */
export interface RateState {
  readonly limit: number
  readonly remaining: number
  /** When the window ends, in seconds since the epoch. */
  readonly reset: number
  readonly isExceeded: boolean
}

export interface Limits {
  /** Counts a request of an address, before anything about it is known. */
  address(address: string, bucket: string): RateState | undefined
  /** Counts a request of a client whose signature holds: a stranger cannot lock it out. */
  client(clientId: string, bucket: string): RateState | undefined
}

/** Creates the rate limits of one process. Windows begin with the first request in them, as Okta's do. */
export function createLimits(option: RateLimitOption, clock: () => Date): Limits {
  const rates = readRateLimit(option)
  if (rates === undefined) return { address: () => undefined, client: () => undefined }
  const counters = new Map<string, { start: number; count: number }>()
  const take = (key: string, limit: number): RateState => {
    const now = Math.floor(clock().getTime() / 1000)
    const known = counters.get(key)
    const isCurrent = known !== undefined && now >= known.start && now < known.start + windowSeconds
    const counter = isCurrent ? known : { start: now, count: 0 }
    counter.count++
    if (!isCurrent) {
      counters.delete(key)
      counters.set(key, counter)
      forgetOldest(counters)
    }
    const { start, count } = counter
    return { limit, remaining: Math.max(0, limit - count), reset: start + windowSeconds, isExceeded: count > limit }
  }
  return {
    address: (address, bucket) => take(`a ${bucket} ${networkOf(address)}`, rates.addressPerMinute),
    client: (clientId, bucket) => take(`c ${bucket} ${clientId}`, rates.clientPerMinute),
  }
}

function readRateLimit(option: RateLimitOption): RateLimit | undefined {
  if (option === 'off') return undefined
  if (option === 'okta') return oktaRateLimit
  const rate = typeof option === 'number' ? { addressPerMinute: option, clientPerMinute: option } : option
  if (Object.values(rate).every((perMinute) => Number.isSafeInteger(perMinute) && perMinute > 0)) return rate
  throw new PkjwtError('option_invalid', 'Cannot limit requests: a rate has to be a whole number above zero', {
    hint: 'Use "off", "okta", or requests a minute',
  })
}

function forgetOldest(counters: Map<string, unknown>): void {
  if (counters.size <= countersMax) return
  for (const key of counters.keys()) {
    counters.delete(key)
    return
  }
}

/** The headers that tell a caller where it stands. */
export function rateHeaders({ limit, remaining, reset }: RateState): Record<string, string> {
  return {
    'x-rate-limit-limit': String(limit),
    'x-rate-limit-remaining': String(remaining),
    'x-rate-limit-reset': String(reset),
  }
}

/** Refuses a caller that asks too often. */
export function requireRate(state: RateState | undefined, clock: () => Date): void {
  if (state === undefined || !state.isExceeded) return
  const wait = Math.max(1, state.reset - Math.floor(clock().getTime() / 1000))
  throw new Refused(oktaRefusals.rateLimited, { headers: { ...rateHeaders(state), 'retry-after': String(wait) } })
}

/**
 * The network that counts as one address: IPv6 by /64, for a single line has that many addresses; an IPv4 address in IPv6 form is
 * the IPv4 address, in whatever spelling it comes.
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const groups = expandIpv6(address)
  if (groups === undefined) return address
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (isMapped) {
    const [high = 0, low = 0] = groups.slice(6)
    return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  }
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`
}

/** The eight groups of an IPv6 address; `undefined` for what is none. */
export function expandIpv6(text: string): number[] | undefined {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text.split('%')[0] ?? '')
  const [, head = '', a, b, c, d] = dotted ?? []
  const plain =
    dotted === null
      ? (text.split('%')[0] ?? '')
      : `${head}${((Number(a) << 8) | Number(b)).toString(16)}:${((Number(c) << 8) | Number(d)).toString(16)}`
  const [left = '', right, ...more] = plain.split('::')
  if (more.length > 0) return undefined
  const leftGroups = readGroups(left)
  const rightGroups = right === undefined ? [] : readGroups(right)
  if (leftGroups === undefined || rightGroups === undefined) return undefined
  const missing = 8 - leftGroups.length - rightGroups.length
  if (right === undefined ? missing !== 0 : missing < 1) return undefined
  return [...leftGroups, ...new Array<number>(missing).fill(0), ...rightGroups]
}

function readGroups(text: string): number[] | undefined {
  if (text === '') return []
  const groups = text.split(':')
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? groups.map((group) => Number.parseInt(group, 16)) : undefined
}
