import { describe, expect, it } from 'vitest'
import { findLogFault, hashLogEntry, logHashZero } from './logChain.js'
import type { LogEntry } from './records.js'

function chain(length: number): readonly LogEntry[] {
  const entries: LogEntry[] = []
  for (let seq = 1; seq <= length; seq += 1) {
    const previousHash = entries.at(-1)?.hash ?? logHashZero
    const unhashed = { instance: 'one', seq, time: 1_800_000_000 + seq, type: 'test', text: `{"n":${seq}}`, previousHash }
    entries.push({ ...unhashed, hash: hashLogEntry(unhashed), cursor: '' })
  }
  return entries
}

const changed = (index: number, change: Partial<LogEntry>) =>
  chain(4).map((entry, place) => (place === index ? { ...entry, ...change } : entry))

describe('findLogFault()', () => {
  it('finds none in a chain, from its start or from any entry', () => {
    const entries = chain(4)
    expect(findLogFault(entries)).toBeUndefined()
    expect(findLogFault(entries.slice(2), entries[1])).toBeUndefined()
    expect(findLogFault([])).toBeUndefined()
  })

  it('finds every member that was changed', () => {
    const fault = { seq: 2, fault: 'changed' }
    expect(findLogFault(changed(1, { text: '{"n":3}' }))).toEqual(fault)
    expect(findLogFault(changed(1, { time: 1_800_000_003 }))).toEqual(fault)
    expect(findLogFault(changed(1, { type: 'tess' }))).toEqual(fault)
    expect(findLogFault(changed(1, { instance: 'two' }))).toEqual(fault)
    expect(findLogFault(changed(1, { hash: logHashZero }))).toEqual(fault)
  })

  it('finds text that moved from one member to the next', () => {
    expect(findLogFault(changed(1, { type: 'test{', text: '"n":2}' }))).toEqual({ seq: 2, fault: 'changed' })
  })

  it('finds an entry that was taken out, and one that was made anew', () => {
    const entries = chain(4)
    expect(findLogFault(entries.filter(({ seq }) => seq !== 2))).toEqual({ seq: 2, fault: 'missing' })
    const anew = entries.map((entry) =>
      entry.seq === 2 ? { ...entry, text: '{}', hash: hashLogEntry({ ...entry, text: '{}' }) } : entry,
    )
    expect(findLogFault(anew)).toEqual({ seq: 3, fault: 'not_linked' })
  })
})
