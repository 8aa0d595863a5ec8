import { hashLogEntry, logHashZero } from '../../logChain.js'
import { cursorOf, readCursor, writeDetail } from '../../logText.js'
import { pageLimit } from '../../page.js'
import type { LogChain, LogEntry, LogEvent } from '../../records.js'
import { integer, type SqlValue, text } from '../../row.js'
import { readChain, readEntry } from '../../rows.js'
import type { LogFilter, LogStore } from '../../store.js'
import type { Connection } from '../connection.js'
import type { SqlDatabase } from '../driver.js'

export function createLogStore({ read, write }: Connection): LogStore {
  return {
    async appendLog(event) {
      const detail = writeDetail(event)
      return write((database) => appendLog(database, event, detail))
    },
    async appendLogEach(events) {
      const details = events.map(writeDetail)
      return write((database) => appendLogEach(database, events, details))
    },
    listLog: (filter = {}) => read((database) => listLog(database, filter)),
    listLogChains: () => read((database) => database.sql('select * from log_chains order by instance').all().map(readChain)),
    listLogChain: (instance, { seq, limit }) =>
      read((database) =>
        database
          .sql('select * from log where instance = ? and seq >= ? order by seq limit ?')
          .all(instance, seq, pageLimit(limit))
          .map(readEntry),
      ),
    trimLog: (step) => write((database) => trimLog(database, step)),
  }
}

function appendLog(database: SqlDatabase, event: LogEvent, detail: string): LogEntry {
  const head = readHead(database, event.instance)
  const entry = insertEntry(database, event, { detail, ...head })
  saveHead(database, entry)
  return entry
}

/** The head of each chain is read and written once, however many entries come. */
function appendLogEach(database: SqlDatabase, events: readonly LogEvent[], details: readonly string[]): readonly LogEntry[] {
  const heads = new Map<string, LogEntry>()
  const entries = events.map((event, index) => {
    const last = heads.get(event.instance)
    const head = last === undefined ? readHead(database, event.instance) : { seq: last.seq + 1, previousHash: last.hash }
    const entry = insertEntry(database, event, { detail: details[index] ?? '', ...head })
    heads.set(event.instance, entry)
    return entry
  })
  for (const head of heads.values()) saveHead(database, head)
  return entries
}

/** What comes next in a chain. */
interface Head {
  readonly seq: number
  readonly previousHash: string
}

function readHead(database: SqlDatabase, instance: string): Head {
  const row = database.sql('select last_seq, last_hash from log_chains where instance = ?').get(instance)
  if (row === undefined) return { seq: 1, previousHash: logHashZero }
  return { seq: integer(row, 'last_seq') + 1, previousHash: text(row, 'last_hash') }
}

function insertEntry(
  database: SqlDatabase,
  { instance, time, type }: LogEvent,
  { detail, seq, previousHash }: Head & { readonly detail: string },
): LogEntry {
  const hash = hashLogEntry({ instance, seq, time, type, text: detail, previousHash })
  database
    .sql('insert into log (instance, seq, time, type, detail, previous_hash, hash) values (?, ?, ?, ?, ?, ?, ?)')
    .run(instance, seq, time, type, detail, previousHash, hash)
  return { instance, seq, time, type, text: detail, previousHash, hash, cursor: cursorOf({ instance, seq, time }) }
}

function saveHead(database: SqlDatabase, { instance, seq, hash }: LogEntry): void {
  database
    .sql(
      `insert into log_chains (instance, removed_seq, removed_hash, last_seq, last_hash) values (?, 0, ?, ?, ?)
      on conflict (instance) do update set last_seq = excluded.last_seq, last_hash = excluded.last_hash`,
    )
    .run(instance, logHashZero, seq, hash)
}

function listLog(database: SqlDatabase, { types, ...filter }: LogFilter): readonly LogEntry[] {
  if (types === undefined) return listEntries(database, filter)
  // A walk for each type, along an index of its own: one walk for all would look at the whole log to find a type that is rare.
  const entries = [...new Set(types)].flatMap((type) => listEntries(database, { ...filter, type }))
  entries.sort(filter.order === 'descending' ? (one, other) => compareEntries(other, one) : compareEntries)
  return entries.slice(0, pageLimit(filter.limit))
}

type EntryFilter = Omit<LogFilter, 'types'> & { readonly type?: string }

function listEntries(database: SqlDatabase, filter: EntryFilter): readonly LogEntry[] {
  const { instance, since, until, type, order = 'ascending', after, limit } = filter
  const [direction, beyond] = order === 'ascending' ? ['asc', '>'] : ['desc', '<']
  const conditions: (readonly [string, ...SqlValue[]])[] = []
  if (instance !== undefined) conditions.push(['instance = ?', instance])
  if (since !== undefined) conditions.push(['time >= ?', since])
  if (until !== undefined) conditions.push(['time < ?', until])
  if (type !== undefined) conditions.push(['type = ?', type])
  if (after !== undefined) conditions.push([`(time, instance, seq) ${beyond} (?, ?, ?)`, ...readCursor(after)])

  // Only words of this file go into the text; what the caller gave goes in as values.
  const where = conditions.map(([condition]) => condition).join(' and ') || 'true'
  const statement = `select * from log where ${where} order by time ${direction}, instance ${direction}, seq ${direction} limit ?`
  return database
    .sql(statement)
    .all(...conditions.flatMap(([, ...values]) => values), pageLimit(limit))
    .map(readEntry)
}

/** The order of the log, as SQLite compares: texts byte by byte. */
function compareEntries(one: LogEntry, other: LogEntry): number {
  return one.time - other.time || Buffer.compare(Buffer.from(one.instance), Buffer.from(other.instance)) || one.seq - other.seq
}

function trimLog(database: SqlDatabase, { before, limit }: Parameters<LogStore['trimLog']>[0]): { readonly removed: number } {
  const chains = database.sql('select * from log_chains').all().map(readChain)
  return { removed: chains.reduce((removed, chain) => removed + trimChain(database, chain, { before, limit }), 0) }
}

/** Removes from the front of a chain only, so that the rest stays one piece, even where its times do not rise. */
function trimChain(
  database: SqlDatabase,
  { instance, removedSeq }: LogChain,
  { before, limit }: { before: number; limit: number },
): number {
  const last = database
    .sql(
      `with oldest as (select seq, time, hash from log where instance = ? and seq > ? order by seq limit ?)
      select seq, hash from oldest
      where seq < coalesce((select min(seq) from oldest where time >= ?), ?) order by seq desc limit 1`,
    )
    .get(instance, removedSeq, limit, before, Number.MAX_SAFE_INTEGER)
  if (last === undefined) return 0
  const seq = integer(last, 'seq')
  database
    .sql('update log_chains set removed_seq = ?, removed_hash = ? where instance = ?')
    .run(seq, text(last, 'hash'), instance)
  return database.sql('delete from log where instance = ? and seq <= ?').run(instance, seq)
}
