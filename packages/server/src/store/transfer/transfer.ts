import { PkjwtError } from 'pkjwt/errors'
import { openStore } from '../open.js'
import type { SqlRow } from '../row.js'
import { StoreError } from '../storeError.js'
import {
  type ColumnKind,
  type OpenTables,
  type PortableRow,
  portableTables,
  readPortableRow,
  rowsPerPage,
  type TableFacts,
} from './tables.js'

/** The first line of an export. */
const header = { pkjwt: 'store', version: 1 } as const

/**
 * Brings the schema of a store to this version, and makes the store when there is none.
 *
 * @returns Its name, without password.
 * @throws {PkjwtError} `config_invalid`
 * @example
 * assert.match(await migrateStore('pkjwt.db'), /pkjwt\.db/)
 */
export async function migrateStore(where: string): Promise<string> {
  const store = await openStore(where)
  await store.close()
  return store.name
}

/**
 * Everything that a store knows, as lines of JSON, as of one moment, while servers go on using it. The private keys of the server are
 * among it.
 *
 * @throws {PkjwtError} `config_invalid`
 * @throws {StoreError} `store_unavailable`
 * @example
 * await migrateStore('pkjwt.db')
 * const lines = exportStore('pkjwt.db')
 * assert.match((await lines.next()).value ?? '', /^\{/)
 */
export async function* exportStore(where: string): AsyncGenerator<string, void> {
  const tables = await openTables(where)
  try {
    yield JSON.stringify(header)
    let rows = 0
    for (const table of portableTables) {
      for await (const page of tables.pages(table)) {
        rows += page.length
        for (const row of page) yield JSON.stringify({ table: table.name, row: writeRow(row, table) })
      }
    }
    yield JSON.stringify({ rows })
  } catch (error) {
    throw storeError(`Cannot export the store ${tables.name}`, error)
  } finally {
    await tables.close()
  }
}

/**
 * Writes an export into a store that is empty: all of it, or nothing. No server may use it meanwhile.
 *
 * @returns The name of the store, and how many rows it got.
 * @throws {PkjwtError} `json_invalid` when a line is not of an export or the last one is missing; `config_invalid` when the store holds
 * something already.
 * @example
 * await migrateStore('pkjwt.db')
 * const { rows } = await importStore('copy.db', exportStore('pkjwt.db'))
 * assert.equal(typeof rows, 'number')
 */
export async function importStore(
  where: string,
  lines: AsyncIterable<string>,
): Promise<{ readonly name: string; readonly rows: number }> {
  const tables = await openTables(where)
  try {
    for (const table of portableTables) {
      if (table.isSeeded === true) await tables.clear(table)
      else if (!(await tables.isEmpty(table))) throw notEmpty(tables, table)
    }
    const rows = await insertLines(tables, lines)
    await tables.commit()
    return { name: tables.name, rows }
  } catch (error) {
    throw storeError(`Cannot import into the store ${tables.name}`, error)
  } finally {
    await tables.close()
  }
}

async function insertLines(tables: OpenTables, lines: AsyncIterable<string>): Promise<number> {
  let count = 0
  let promised: number | undefined
  let isFirst = true
  let page: { readonly table: TableFacts; readonly rows: PortableRow[] } | undefined
  const flush = async () => {
    if (page !== undefined) await tables.insert(page.table, page.rows)
    page = undefined
  }
  for await (const text of lines) {
    const line = readLine(text)
    if (isFirst && (line.get('pkjwt') !== header.pkjwt || line.get('version') !== header.version)) throw strange('its first line')
    if (promised !== undefined) throw strange('what comes after its last line')
    if (line.has('rows')) promised = Number(line.get('rows'))
    else if (!isFirst) {
      const table = portableTables.find(({ name }) => name === line.get('table'))
      if (table === undefined) throw strange(`a line of a table "${String(line.get('table')).slice(0, 40)}"`)
      if (page !== undefined && (page.table !== table || page.rows.length >= rowsPerPage)) await flush()
      page ??= { table, rows: [] }
      page.rows.push(readPortableRow(line.get('row'), table))
      count += 1
    }
    isFirst = false
  }
  await flush()
  if (promised !== count) throw strange('its end, which is missing or cut off')
  return count
}

function readLine(text: string): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return new Map(Object.entries(value))
  } catch {
    // Its message quotes the line, which may hold a private key.
  }
  throw strange('a line')
}

async function openTables(where: string): Promise<OpenTables> {
  if (/^postgres(ql)?:/i.test(where)) {
    const { openPostgresTables } = await import('../postgres/transfer.js')
    return openPostgresTables(where)
  }
  const { openSqliteTables } = await import('../sqlite/transfer.js')
  return openSqliteTables(where)
}

function writeRow(row: SqlRow, { columns }: TableFacts): PortableRow {
  return Object.fromEntries(Object.entries(columns).map(([column, kind]) => [column, writeCell(row[column], kind)]))
}

function writeCell(value: unknown, kind: ColumnKind): string | number | boolean | null {
  if (value === null) return null
  if (kind === 'bool') return value === true || value === 1
  if (kind === 'integer') return Number(value)
  if (kind === 'bytes' && value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  return kind === 'bytes' ? String(value).replace(/^\\x/, '') : String(value)
}

function storeError(what: string, error: unknown): PkjwtError {
  if (error instanceof PkjwtError) return error
  return new StoreError(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
}

function strange(what: string): PkjwtError {
  return new PkjwtError('json_invalid', `Cannot import: ${what} is not as an export has it`, {
    hint: 'Give the whole output of pkjwt server store export, of the same version',
  })
}

function notEmpty({ name }: OpenTables, table: TableFacts): PkjwtError {
  return new PkjwtError('config_invalid', `Cannot import into the store ${name}: its table ${table.name} is not empty`, {
    hint: 'Give a store that does not exist yet, or an empty database',
  })
}
