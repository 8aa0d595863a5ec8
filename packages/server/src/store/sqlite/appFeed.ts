import { integer } from '../row.js'
import type { AppWatch } from '../store.js'
import type { SqlDatabase } from './driver.js'

/** Tells when anything of any app may have changed, so that apps need not be read for each request. */
export interface AppFeed {
  watch(forget: (clientId: string | undefined) => void): AppWatch
  /** For a change of this process. */
  forget(): void
}

/**
 * SQLite counts the commits of others to a file. One look at that number in a turn of the event loop, a few microseconds, shows what
 * any other process changed.
 */
export function createAppFeed(database: SqlDatabase): AppFeed {
  const watchers = new Set<(clientId: string | undefined) => void>()
  let version = Number.NaN
  let hasLooked = false
  const forget = () => {
    for (const tell of watchers) tell(undefined)
  }
  const look = () => {
    const row = database.sql('pragma data_version').get()
    const now = row === undefined ? Number.NaN : integer(row, 'data_version')
    if (now !== version) forget()
    version = now
    hasLooked = true
    setImmediate(() => {
      hasLooked = false
    })
  }
  return {
    forget,
    watch(tell) {
      watchers.add(tell)
      return {
        isCurrent() {
          try {
            if (!hasLooked) look()
            return true
          } catch {
            // Closed, or away: who reads now is told so.
            return false
          }
        },
      }
    },
  }
}
