import { CliError } from './cliError.js'

/** A point in time as somebody typed it, and what was strange about it. */
export interface ReadTime {
  readonly date: Date
  /** A sentence for stderr. */
  readonly warning?: string
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** Beyond this a number is no count of seconds of this age (5138-11-16), and milliseconds are what was meant. */
const secondsPlausibleMax = 100_000_000_000

/**
 * Reads `+5m`, `5m`, `-90s`, an ISO date, or seconds since the epoch. Milliseconds are taken for what they are, with a warning.
 *
 * @param flag The flag it was given with, for the error.
 * @throws {CliError} `flag_value_invalid`
 */
export function readTime(text: string, flag: string, now: Date): ReadTime {
  const trimmed = text.trim()
  const distance = findDistance(trimmed)
  if (distance !== undefined) return { date: new Date(now.getTime() + distance * 1000) }
  if (/^\d+$/.test(trimmed)) return readEpoch(Number(trimmed), flag)
  // A date without a zone is local time for Date.parse; a bare day is midnight in UTC (ECMA-262 §21.4.1.32).
  const milliseconds = /^\d{4}-\d\d-\d\d/.test(trimmed) ? Date.parse(trimmed.replace(/^(\S+) (\d)/, '$1T$2')) : Number.NaN
  if (Number.isNaN(milliseconds)) throw invalidTime(text, flag)
  return { date: new Date(milliseconds) }
}

/** A length of time as somebody typed it. */
export interface ReadLifetime {
  readonly seconds: number
  readonly warning?: string
}

/**
 * Reads how long something shall live: `5m`, `1h30m`, `300` (seconds), or the moment at which it ends.
 *
 * @throws {CliError} `flag_value_invalid`
 */
export function readLifetime(text: string, flag: string, now: Date): ReadLifetime {
  const trimmed = text.trim()
  const seconds = findDistance(trimmed) ?? (/^\d{1,9}$/.test(trimmed) ? Number(trimmed) : undefined)
  if (seconds !== undefined) return { seconds: Math.round(seconds) }
  const { date, ...rest } = readTime(text, flag, now)
  return { seconds: Math.floor(date.getTime() / 1000) - Math.floor(now.getTime() / 1000), ...rest }
}

function findDistance(text: string): number | undefined {
  const found = /^([+-]?)((?:\d+(?:\.\d+)?[smhdw])+)$/.exec(text)
  if (found === null) return /^[+-]\d{1,9}$/.test(text) ? Number(text) : undefined
  const parts = [...(found[2] ?? '').matchAll(/([\d.]+)([smhdw])/g)]
  const seconds = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (unitSeconds[unit ?? ''] ?? 0), 0)
  return found[1] === '-' ? -seconds : seconds
}

function readEpoch(value: number, flag: string): ReadTime {
  if (value <= secondsPlausibleMax) return { date: new Date(value * 1000) }
  if (value / 1000 > secondsPlausibleMax) throw invalidTime(String(value), flag)
  const date = new Date(Math.floor(value / 1000) * 1000)
  return { date, warning: `${flag} ${value} looks like milliseconds: it is taken for ${date.toISOString()}` }
}

function invalidTime(text: string, flag: string): CliError {
  return new CliError('flag_value_invalid', `Cannot use ${JSON.stringify(text.slice(0, 60))} for ${flag}: it is no time`, {
    hint: 'Give 5m, +5m, an ISO date such as 2030-01-31T12:00:00Z, or seconds since the epoch',
  })
}
