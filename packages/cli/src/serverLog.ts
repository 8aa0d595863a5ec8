import { safe } from './talk.js'

/** A line of the server's log: whatever it holds beside these four is shown by its name. */
export interface LogLine {
  readonly time: string
  readonly level: string
  readonly event: string
  readonly message?: string
}

/** Writes a line of the server's log: time, level, event, and what is known, as `name=value`. */
export function writeLogLine({ time, level, event, message, ...members }: LogLine): string {
  const pairs = Object.entries(members).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? JSON.stringify(value) : String(value)}`,
  )
  const parts = [time, level.padEnd(5), event, ...(message === undefined ? [] : [message]), ...pairs]
  return `${safe(parts.join(' '))}\n`
}
