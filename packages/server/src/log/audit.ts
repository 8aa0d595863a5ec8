import type { JsonObject, LogEvent, Store } from '../store/store.js'
import type { AuditEventType } from './events.js'
import type { Log } from './log.js'
import type { Metrics } from './metrics.js'

/** Writes to the hash-chained log of this instance: changes, tokens, and refusals of clients that proved who they are. */
export interface Audit {
  /** Appends without waiting: the answer to a client does not depend on it. */
  note(type: AuditEventType, detail: JsonObject): void
  /** Hands what was noted to the store now, so that it shares the disk flush of a write that comes in the same turn. */
  flush(): void
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

/**
 * What waits for company at most. A token waits for the record of the next assertion, so that the log costs no disk flush of its own
 * while there is work; a process that is killed loses so much of its log, and no token.
 */
const waitMilliseconds = 20

/** The most events that are handed over at once. */
const eventsMax = 500

/** Creates the audit log of one instance. */
export function createAudit({ store, clock, instance, log, metrics }: AuditOptions): Audit {
  const writing = new Set<Promise<void>>()
  let noted: LogEvent[] = []
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    if (noted.length === 0) return
    clearTimeout(timer)
    timer = undefined
    const events = noted
    noted = []
    const write = store.appendLogEach(events).then(
      () => undefined,
      (error: unknown) => {
        metrics.count('pkjwt_audit_failures_total', {}, events.length)
        log.error('audit', error)
      },
    )
    writing.add(write)
    void write.then(() => writing.delete(write))
  }
  return {
    note(type, detail) {
      noted.push({ instance, time: Math.floor(clock().getTime() / 1000), type, detail })
      timer ??= setTimeout(flush, waitMilliseconds)
      if (noted.length >= eventsMax) flush()
    },
    flush,
    settled: async () => {
      flush()
      await Promise.all(writing)
    },
  }
}
