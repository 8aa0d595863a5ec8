import { createHash } from 'node:crypto'
import type { LogEntry } from './records.js'

/** The hash "before" the first entry of a chain. */
export const logHashZero = '0'.repeat(64)

const version = 1

/**
 * The hash of an entry: SHA-256, as hex, over a version byte, the hash before, and then instance, seq, time, type and text, each
 * behind its length, so that nothing can move from one to the next.
 */
export function hashLogEntry(entry: Pick<LogEntry, 'instance' | 'seq' | 'time' | 'type' | 'text' | 'previousHash'>): string {
  const hash = createHash('sha256').update(Uint8Array.of(version)).update(entry.previousHash, 'hex')
  for (const field of [entry.instance, String(entry.seq), String(entry.time), entry.type, entry.text]) {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(Buffer.byteLength(field))
    hash.update(length).update(field, 'utf8')
  }
  return hash.digest('hex')
}

/** Where a chain is broken: the seq of the first entry that does not follow from the one before. */
export interface LogFault {
  readonly seq: number
  readonly fault: 'missing' | 'changed' | 'not_linked'
}

/**
 * Whether entries follow from one another, and the first from what is known before it.
 *
 * @param entries Of one instance, in the order of `seq`.
 * @param before The last one already verified, or what retention left behind.
 */
export function findLogFault(
  entries: readonly LogEntry[],
  before: { readonly seq: number; readonly hash: string } = { seq: 0, hash: logHashZero },
): LogFault | undefined {
  let last = before
  for (const entry of entries) {
    const seq = last.seq + 1
    if (entry.seq !== seq) return { seq, fault: 'missing' }
    if (entry.previousHash !== last.hash) return { seq, fault: 'not_linked' }
    if (hashLogEntry(entry) !== entry.hash) return { seq, fault: 'changed' }
    last = entry
  }
  return undefined
}
