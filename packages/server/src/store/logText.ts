import { PkjwtError } from 'pkjwt/errors'
import type { LogEntry, LogEvent } from './records.js'
import { logDetailBytesMax } from './store.js'
/** Where a reader of the log goes on after an entry. */
export function cursorOf({ instance, seq, time }: Pick<LogEntry, 'instance' | 'seq' | 'time'>): string {
  return `${time}.${seq}.${instance}`
}

/** @throws {PkjwtError} `option_invalid` */
export function readCursor(cursor: string): [number, string, number] {
  const [, time, seq, instance] = /^(\d{1,15})\.(\d{1,15})\.(.+)$/s.exec(cursor) ?? []
  if (time !== undefined && seq !== undefined && instance !== undefined) return [Number(time), instance, Number(seq)]
  throw new PkjwtError('option_invalid', 'Cannot read the log after this cursor: it is not one that the log gave', {
    hint: 'Start without "after"',
  })
}

/** @throws {PkjwtError} `option_invalid` when it is too long */
export function writeDetail({ type, detail: value }: LogEvent): string {
  const detail = JSON.stringify(value)
  if (Buffer.byteLength(detail) <= logDetailBytesMax) return detail
  throw new PkjwtError(
    'option_invalid',
    `Cannot log an event of the type ${type}: its detail has more than ${logDetailBytesMax} bytes`,
  )
}
