import { hash } from 'node:crypto'
import type { LogEntry } from './records.js'

/** The hash "before" the first entry of a chain. */
export const logHashZero = '0'.repeat(64)

const version = 1

/**
 * The hash of an entry: SHA-256, as hex, over a version byte, the hash before, and then instance, seq, time, type and text, each
 * behind its length, so that nothing can move from one to the next.
 */
export function hashLogEntry(entry: Pick<LogEntry, 'instance' | 'seq' | 'time' | 'type' | 'text' | 'previousHash'>): string {
  const fields = [entry.instance, String(entry.seq), String(entry.time), entry.type, entry.text]
  const sizes = fields.map((field) => Buffer.byteLength(field))
  const bytes = Buffer.allocUnsafe(1 + hashBytes + sizes.reduce((sum, size) => sum + lengthBytes + size, 0))
  bytes[0] = version
  bytes.write(entry.previousHash, 1, hashBytes, 'hex')
  let at = 1 + hashBytes
  for (const [index, field] of fields.entries()) {
    at = bytes.writeUInt32BE(sizes[index] ?? 0, at)
    at += bytes.write(field, at, 'utf8')
  }
  return hash('sha256', bytes, 'hex')
}

const hashBytes = 32
const lengthBytes = 4

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
