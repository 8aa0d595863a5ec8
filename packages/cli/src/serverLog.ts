import type { LogLine } from '@pkjwt/server'
import { safe } from './talk.js'

/** What `serve` uses of the server package, which is loaded only there. */
export type ServerModule = Pick<typeof import('@pkjwt/server'), 'createAuthorizationServer'>

/** A line of the server's log: time, level, event, and what is known, as `name=value`. */
export function writeLogLine({ time, level, event, message, ...members }: LogLine): string {
  const pairs = Object.entries(members).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? JSON.stringify(value) : value}`,
  )
  const parts = [time, level.padEnd(5), event, ...(message === undefined ? [] : [message]), ...pairs]
  return `${safe(parts.join(' '))}\n`
}
