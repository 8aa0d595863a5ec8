import { profileNames } from 'pkjwt/profiles'
import { connectionFlag } from './fill.js'
import { choice, type FlagTable, text } from './flags.js'
import type { Talk } from './talk.js'
import { readTime } from './times.js'

/** The flags of commands that need no network: who the client is, and where its assertion goes. */
export const offlineFlags = {
  clientId: text('Who and where', 'ID', 'the client id of the service app: "iss" and "sub"'),
  org: text('Who and where', 'DOMAIN', 'the organisation: example.okta.com, or example.okta.com/oauth2/ID for a custom server'),
  audience: text('Who and where', 'URL', '"aud", character by character, when the organisation does not say it'),
  profile: choice('Who and where', profileNames, `whose rules: okta (default), ${profileNames.slice(1).join(', ')}`),
  ...connectionFlag,
} satisfies FlagTable

/** Of these one says what the other would. */
export const offlineAlternatives = [['org', 'audience']] as const

/** The flag that sets the present time. */
export const atFlag = {
  at: text('Time', 'TIME', 'judge by this time instead of now: +5m, an ISO date, or seconds since the epoch'),
} satisfies FlagTable

/** The time to judge by; undefined when nobody set it. */
export function readAt(at: string | undefined, clock: () => Date, talk: Talk): Date | undefined {
  if (at === undefined) return undefined
  const { date, warning } = readTime(at, '--at', clock())
  if (warning !== undefined) talk.warn(warning)
  return date
}
