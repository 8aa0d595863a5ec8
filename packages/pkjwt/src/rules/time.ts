import type { JsonObject } from '../jwt/parse.js'
import { type Breach, type Profile, type Rule, shown } from './rule.js'

/** What the rules about claims look at. */
export interface ClaimsFacts {
  readonly header: JsonObject
  readonly claims: JsonObject
  readonly limits: Profile
  /** Whole seconds since the epoch. */
  readonly now: number
  /** What `aud` may be; undefined when nobody knows, and then it is not compared. */
  readonly audiences: readonly string[] | undefined
}

/** Beyond this a number of seconds is no date of this age: 5138-11-16. */
const secondsPlausibleMax = 100_000_000_000

export const expMissing: Rule<ClaimsFacts> = {
  id: 'exp-missing',
  stage: 'claims',
  specification: 'RFC 7523 §3 (4)',
  check({ claims, limits, now }) {
    if (claims.exp !== undefined) return undefined
    const seconds = usualLifetimeSeconds(limits)
    return {
      member: 'exp',
      expected: 'seconds since the epoch, as a number',
      message: 'The claim "exp" is missing, so the assertion would live for ever',
      fix: `Add "exp": ${now + seconds}, ${spell(seconds)} ahead`,
      patch: { claims: { exp: now + seconds } },
    }
  },
}

export const expType: Rule<ClaimsFacts> = {
  id: 'exp-type',
  stage: 'claims',
  specification: 'RFC 7519 §2 (NumericDate), §4.1.4',
  check: ({ claims, limits, now }) => notWholeSeconds('exp', claims.exp, now + usualLifetimeSeconds(limits)),
}

export const expPast: Rule<ClaimsFacts> = {
  id: 'exp-past',
  stage: 'claims',
  specification: 'RFC 7523 §3 (4)',
  check({ claims: { exp }, limits, now }) {
    if (!isWholeSeconds(exp) || exp > now - limits.expiredToleranceSeconds) return undefined
    return {
      member: 'exp',
      found: moment(exp, now),
      expected: `later than ${now - limits.expiredToleranceSeconds}`,
      message: `The assertion expired ${spell(now - exp)} ago`,
      fix: 'Sign a new one; if it was new, the clock of this machine is behind',
      patch: { claims: { exp: now + usualLifetimeSeconds(limits) } },
    }
  },
}

export const expFar: Rule<ClaimsFacts> = {
  id: 'exp-far',
  stage: 'claims',
  specification: 'RFC 7523 §3 (4)',
  check({ claims, limits, now }) {
    const { exp } = claims
    const secondsMax = lifetimeSecondsMax(claims, limits)
    if (!isWholeSeconds(exp) || exp <= now + secondsMax) return undefined
    return {
      member: 'exp',
      found: moment(exp, now),
      expected: `at most ${now + secondsMax}, ${spell(secondsMax)} ahead`,
      message: looksLikeMilliseconds(exp)
        ? 'The claim "exp" is in milliseconds: seconds are wanted'
        : `The assertion expires ${spell(exp - now)} ahead, and the limit is ${spell(secondsMax)}`,
      fix: looksLikeMilliseconds(exp) ? 'Divide it by 1000' : `Use a lifetime of ${spell(usualLifetimeSeconds(limits))}`,
      patch: { claims: { exp: now + usualLifetimeSeconds(limits) } },
    }
  },
}

export const expNearLimit: Rule<ClaimsFacts> = {
  id: 'exp-near-limit',
  stage: 'claims',
  specification: 'okta-sdk-python#382: no leeway is given',
  check({ claims: { exp }, limits, now }) {
    if (!isWholeSeconds(exp) || exp > now + limits.lifetimeSecondsMax || exp <= now + limits.lifetimeSecondsSafe) return undefined
    return {
      severity: 'warning',
      member: 'exp',
      found: moment(exp, now),
      expected: `at most ${now + limits.lifetimeSecondsSafe}`,
      message: `The assertion expires within ${now + limits.lifetimeSecondsMax - exp} seconds of the limit: a clock that is a little fast breaks it`,
      fix: `Use a lifetime of ${spell(usualLifetimeSeconds(limits))}`,
      patch: { claims: { exp: now + usualLifetimeSeconds(limits) } },
    }
  },
}

export const iatType: Rule<ClaimsFacts> = {
  id: 'iat-type',
  stage: 'claims',
  specification: 'RFC 7519 §4.1.6',
  check: ({ claims, now }) => notWholeSeconds('iat', claims.iat, now - 5),
}

export const iatFuture: Rule<ClaimsFacts> = {
  id: 'iat-future',
  stage: 'claims',
  specification: 'RFC 7523 §3 (6)',
  check: ({ claims, limits, now }) => inFuture('iat', claims.iat, now, limits),
}

export const iatAfterExp: Rule<ClaimsFacts> = {
  id: 'iat-after-exp',
  stage: 'claims',
  specification: 'RFC 7519 §4.1.4, §4.1.6',
  check({ claims: { iat, exp }, now }) {
    if (!isWholeSeconds(iat) || !isWholeSeconds(exp) || iat <= exp) return undefined
    return {
      member: 'iat',
      found: moment(iat, now),
      expected: `at most "exp", ${exp}`,
      message: 'The assertion was issued after it expires',
      fix: 'Leave "iat" out, or set it to the present time',
      patch: { claims: { iat: now - 5 } },
    }
  },
}

export const iatPast: Rule<ClaimsFacts> = {
  id: 'iat-past',
  stage: 'claims',
  specification: 'Keycloak: "Max expiration" of the client',
  check({ claims: { iat }, limits: { ageSecondsMax = Number.POSITIVE_INFINITY }, now }) {
    if (!isWholeSeconds(iat) || now <= iat + ageSecondsMax) return undefined
    return {
      member: 'iat',
      found: moment(iat, now),
      expected: `at least ${now - ageSecondsMax}`,
      message: `The assertion was issued ${spell(now - iat)} ago, and the limit is ${spell(ageSecondsMax)}`,
      fix: 'Sign a new one for every request',
      patch: { claims: { iat: now - 5 } },
    }
  },
}

export const nbfType: Rule<ClaimsFacts> = {
  id: 'nbf-type',
  stage: 'claims',
  specification: 'RFC 7519 §4.1.5',
  check: ({ claims }) => notWholeSeconds('nbf', claims.nbf, null),
}

export const nbfFuture: Rule<ClaimsFacts> = {
  id: 'nbf-future',
  stage: 'claims',
  specification: 'RFC 7523 §3 (5)',
  check: ({ claims, limits, now }) => inFuture('nbf', claims.nbf, now, limits),
}

/**
 * How long an assertion lives when nobody says otherwise: five minutes, or less where the profile wants less.
 *
 * @example
 * assert.equal(usualLifetimeSeconds(profiles.okta), 300)
 */
export function usualLifetimeSeconds({
  lifetimeSecondsSafe,
  ageSecondsMax = lifetimeSecondsSafe,
}: Pick<Profile, 'lifetimeSecondsSafe' | 'ageSecondsMax'>): number {
  return Math.min(lifetimeSecondsDefault, lifetimeSecondsSafe, ageSecondsMax)
}

function lifetimeSecondsMax({ iat }: JsonObject, { lifetimeSecondsMax: max, ageSecondsMax = max }: Profile): number {
  return iat === undefined ? Math.min(max, ageSecondsMax) : max
}

/** Lifetime of an assertion where no profile wants a shorter one. */
export const lifetimeSecondsDefault = 300

/**
 * Whether a claim is a whole, safe number of seconds.
 *
 * @example
 * assert.equal(isWholeSeconds(1_700_000_000), true)
 * assert.equal(isWholeSeconds('1700000000'), false)
 */
export function isWholeSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function notWholeSeconds(member: string, value: unknown, instead: number | null): Breach | undefined {
  if (value === undefined || isWholeSeconds(value)) return undefined
  const mended = typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : instead
  return {
    member,
    found: shown(value),
    expected: 'whole seconds since the epoch, as a number',
    message: `The claim "${member}" is ${kindOf(value)}: seconds since the epoch are wanted, as a number`,
    fix: mended === null ? `Leave "${member}" out` : `Write "${member}": ${mended}, without quotes and without a fraction`,
    patch: { claims: { [member]: mended } },
  }
}

function kindOf(value: unknown): string {
  if (typeof value === 'string') return 'a quoted string'
  if (typeof value === 'number') return value < 0 ? 'negative' : 'not a whole number'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function inFuture(member: 'iat' | 'nbf', value: unknown, now: number, { aheadSecondsMax }: Profile): Breach | undefined {
  if (!isWholeSeconds(value) || value <= now + aheadSecondsMax) return undefined
  const milliseconds = looksLikeMilliseconds(value)
  return {
    member,
    found: moment(value, now),
    expected: `at most ${now + aheadSecondsMax}`,
    message: milliseconds
      ? `The claim "${member}" is in milliseconds: seconds are wanted`
      : `The claim "${member}" lies ${spell(value - now)} ahead: the clock of the machine that signed is fast`,
    fix: milliseconds ? 'Divide it by 1000' : `Set the clock, or make "${member}" a few seconds earlier than now`,
    patch: { claims: { [member]: member === 'iat' ? now - 5 : null } },
  }
}

function looksLikeMilliseconds(value: number): boolean {
  return value > secondsPlausibleMax
}

/**
 * A time as a number, a date and a distance: "1700000000 (2023-11-14T22:13:20Z, 5 minutes ahead)".
 *
 * @example
 * assert.equal(moment(1_700_000_300, 1_700_000_000), '1700000300 (2023-11-14T22:18:20Z, 5 minutes ahead)')
 */
export function moment(seconds: number, now: number): string {
  const distance = seconds === now ? 'now' : seconds > now ? `${spell(seconds - now)} ahead` : `${spell(now - seconds)} ago`
  const date = looksLikeMilliseconds(seconds)
    ? 'beyond every calendar'
    : new Date(seconds * 1000).toISOString().replace('.000', '')
  return `${seconds} (${date}, ${distance})`
}

const units = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
] as const

/**
 * A length of time in its two biggest units: "1 hour 5 minutes".
 *
 * @example
 * assert.equal(spell(3900), '1 hour 5 minutes')
 */
export function spell(seconds: number): string {
  const parts: string[] = []
  let rest = seconds
  for (const [size, name] of units) {
    const count = Math.floor(rest / size)
    if (count > 0 && parts.length < 2) parts.push(plural(count, name))
    rest -= count * size
  }
  if (parts.length < 2 && (rest > 0 || parts.length === 0)) parts.push(plural(rest, 'second'))
  return parts.join(' ')
}

function plural(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? '' : 's'}`
}
