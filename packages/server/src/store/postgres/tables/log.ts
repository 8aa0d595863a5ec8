import { hashLogEntry, logHashZero } from '../../logChain.js'
import { cursorOf, readCursor, writeDetail } from '../../logText.js'
import { pageLimit } from '../../page.js'
import type { LogChain, LogEntry, LogEvent } from '../../records.js'
import { integer, text } from '../../row.js'
import { readChain, readEntry } from '../../rows.js'
import type { LogFilter, LogStore } from '../../store.js'
import type { Connection } from '../connection.js'
import { arrayOf, type Queries, type QueryValue } from '../queries.js'

/** An event with its detail as it is hashed. */
type Written = Pick<LogEvent, 'instance' | 'time' | 'type'> & { readonly text: string }

export function createLogStore({ read, write, gather }: Connection): LogStore {
  // A chain is one after the other: what comes while an append is under way goes with the next one, in one transaction.
  const append = gather<readonly Written[], readonly LogEntry[]>(appendLists, { inTransaction: true, groupMax: 500 })
  const appendLogEach = async (events: readonly LogEvent[]) =>
    append(events.map((event) => ({ ...event, text: writeDetail(event) })))
  return {
    async appendLog(event) {
      const [entry] = await appendLogEach([event])
      if (entry === undefined) throw new Error('an event was appended without an entry')
      return entry
    },
    appendLogEach,
    listLog: (filter = {}) => read((queries) => listLog(queries, filter)),
    listLogChains: () =>
      read(async (queries) => (await queries.all('select * from log_chains order by instance')).map(readChain)),
    listLogChain: (instance, { seq, limit }) =>
      read(async (queries) => {
        const statement = 'select * from log where instance = $1 and seq >= $2 order by seq limit $3'
        return (await queries.all(statement, instance, seq, pageLimit(limit))).map(readEntry)
      }),
    trimLog: (step) => write((queries) => trimLog(queries, step)),
  }
}

/** @returns the entries of each list */
async function appendLists(queries: Queries, lists: readonly (readonly Written[])[]): Promise<readonly (readonly LogEntry[])[]> {
  const entries = await appendEach(queries, lists.flat())
  let start = 0
  return lists.map(({ length }) => {
    start += length
    return entries.slice(start - length, start)
  })
}

async function appendEach(queries: Queries, events: readonly Written[]): Promise<readonly LogEntry[]> {
  if (events.length === 0) return []
  const heads = await holdHeads(queries, [...new Set(events.map(({ instance }) => instance))].sort())
  const entries = events.map(({ instance, time, type, text: detail }) => {
    const head = heads.get(instance) ?? { lastSeq: 0, lastHash: logHashZero }
    const seq = head.lastSeq + 1
    const unhashed = { instance, seq, time, type, text: detail, previousHash: head.lastHash }
    const entry = { ...unhashed, hash: hashLogEntry(unhashed), cursor: cursorOf({ instance, seq, time }) }
    heads.set(instance, { lastSeq: seq, lastHash: entry.hash })
    return entry
  })
  await queries.run(
    `insert into log (instance, seq, time, type, detail, previous_hash, hash)
    select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[])`,
    arrayOf(entries.map(({ instance }) => instance)),
    arrayOf(entries.map(({ seq }) => seq)),
    arrayOf(entries.map(({ time }) => time)),
    arrayOf(entries.map(({ type }) => type)),
    arrayOf(entries.map(({ text: detail }) => detail)),
    arrayOf(entries.map(({ previousHash }) => previousHash)),
    arrayOf(entries.map(({ hash }) => hash)),
  )
  await saveHeads(queries, heads)
  return entries
}

type Head = Pick<LogChain, 'lastSeq' | 'lastHash'>

/** The heads of some chains, made where there are none, and held until the transaction ends. */
async function holdHeads(queries: Queries, instances: readonly string[]): Promise<Map<string, Head>> {
  // An update that changes nothing, and so gives back and holds the row that is there: one statement for both cases.
  const rows = await queries.all(
    `insert into log_chains (instance, removed_seq, removed_hash, last_seq, last_hash)
    select instance, 0, $2, 0, $2 from unnest($1::text[]) as instance order by instance
    on conflict (instance) do update set last_seq = log_chains.last_seq returning instance, last_seq, last_hash`,
    arrayOf(instances),
    logHashZero,
  )
  return new Map(
    rows.map((row) => [text(row, 'instance'), { lastSeq: integer(row, 'last_seq'), lastHash: text(row, 'last_hash') }]),
  )
}

async function saveHeads(queries: Queries, heads: ReadonlyMap<string, Head>): Promise<void> {
  await queries.run(
    `update log_chains set last_seq = head.seq, last_hash = head.hash
    from unnest($1::text[], $2::bigint[], $3::text[]) as head (instance, seq, hash) where log_chains.instance = head.instance`,
    arrayOf([...heads.keys()]),
    arrayOf([...heads.values()].map(({ lastSeq }) => lastSeq)),
    arrayOf([...heads.values()].map(({ lastHash }) => lastHash)),
  )
}

async function listLog(queries: Queries, filter: LogFilter): Promise<readonly LogEntry[]> {
  const { instance, since, until, types, order = 'ascending', after, limit } = filter
  const [direction, beyond] = order === 'ascending' ? ['asc', '>'] : ['desc', '<']
  const values: QueryValue[] = []
  const value = (one: QueryValue) => `$${values.push(one)}`
  // A walk for each type, along an index of its own: one walk for all would look at the whole log to find a type that is rare. That
  // the type leads every comparison and the order leaves PostgreSQL no other index, whatever it guesses.
  const wanted = types === undefined ? undefined : `unnest(${value(arrayOf([...new Set(types)]))}::text[]) as wanted (name)`
  const [type, name] = wanted === undefined ? ['', ''] : ['type, ', 'wanted.name, ']
  const conditions: string[] = []
  if (wanted !== undefined) conditions.push('type between wanted.name and wanted.name')
  if (instance !== undefined) conditions.push(`instance = ${value(instance)}`)
  if (since !== undefined) conditions.push(`(${type}time) >= (${name}${value(since)})`)
  if (until !== undefined) conditions.push(`(${type}time) < (${name}${value(until)})`)
  if (after !== undefined) {
    conditions.push(`(${type}time, instance, seq) ${beyond} (${name}${readCursor(after).map(value).join(', ')})`)
  }

  // Only words of this file go into the text; what the caller gave goes in as values.
  const where = conditions.join(' and ') || 'true'
  const end = `time ${direction}, instance ${direction}, seq ${direction} limit ${value(pageLimit(limit))}`
  if (wanted === undefined) return readEntries(queries, `select * from log where ${where} order by ${end}`, values)
  const found = `select * from log where ${where} order by type ${direction}, ${end}`
  return readEntries(queries, `select log.* from ${wanted} cross join lateral (${found}) as log order by ${end}`, values)
}

async function readEntries(queries: Queries, statement: string, values: readonly QueryValue[]): Promise<readonly LogEntry[]> {
  return (await queries.all(statement, ...values)).map(readEntry)
}

type TrimStep = Parameters<LogStore['trimLog']>[0]

async function trimLog(queries: Queries, step: TrimStep): Promise<{ readonly removed: number }> {
  let removed = 0
  const rows = await queries.all('select * from log_chains order by instance for update')
  for (const chain of rows.map(readChain)) removed += await trimChain(queries, chain, step)
  return { removed }
}

/** Removes from the front of a chain only, so that the rest stays one piece, even where its times do not rise. */
async function trimChain(queries: Queries, { instance, removedSeq }: LogChain, { before, limit }: TrimStep): Promise<number> {
  const last = await queries.get(
    `with oldest as materialized (select seq, time, hash from log where instance = $1 and seq > $2 order by seq limit $3)
    select seq, hash from oldest
    where seq < coalesce((select min(seq) from oldest where time >= $4), $5) order by seq desc limit 1`,
    instance,
    removedSeq,
    limit,
    before,
    Number.MAX_SAFE_INTEGER,
  )
  if (last === undefined) return 0
  const seq = integer(last, 'seq')
  const statement = 'update log_chains set removed_seq = $1, removed_hash = $2 where instance = $3'
  await queries.run(statement, seq, text(last, 'hash'), instance)
  return queries.run('delete from log where instance = $1 and seq <= $2', instance, seq)
}
