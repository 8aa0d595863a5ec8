import type { Log } from './log.js'
import type { Metrics } from './metrics.js'
import type { JsonObject, Store } from './store/store.js'

/** Writes to the hash-chained log of this instance: changes, tokens, and refusals of clients that proved who they are. */
export interface Audit {
  /** Appends without waiting: the answer to a client does not depend on it. It goes with the next group of writes. */
  note(type: string, detail: JsonObject): void
  /** Resolves when everything noted so far is written, or was given up. */
  settled(): Promise<void>
}

export interface AuditOptions {
  readonly store: Store
  readonly clock: () => Date
  readonly instance: string
  readonly log: Log
  readonly metrics: Metrics
}

/** Creates the audit log of one instance. */
export function createAudit({ store, clock, instance, log, metrics }: AuditOptions): Audit {
  const pending = new Set<Promise<void>>()
  return {
    note(type, detail) {
      const time = Math.floor(clock().getTime() / 1000)
      const writing = store.appendLog({ instance, time, type, detail }).then(
        () => undefined,
        (error: unknown) => {
          metrics.count('pkjwt_audit_failures_total')
          log.error('audit', error)
        },
      )
      pending.add(writing)
      void writing.then(() => pending.delete(writing))
    },
    settled: async () => {
      await Promise.all(pending)
    },
  }
}
