import type { SqlRow, SqlValue } from '../row.js'
import { type OpenTables, type PortableRow, rowsPerPage, type TableFacts } from '../transfer/tables.js'
import { openConnection } from './connection.js'
import type { SqlDatabase } from './driver.js'

/** Opens a file for an export or an import, with a connection of its own and within one transaction. */
export async function openSqliteTables(path: string): Promise<OpenTables> {
  const connection = openConnection(path.replace(/^sqlite:(\/\/(?=\/))?/, ''), {
    driver: undefined,
    now: Math.floor(Date.now() / 1000),
  })
  const use = <T>(query: (database: SqlDatabase) => T) => connection.read(query)
  let isOpen = true
  await use((database) => database.script('begin'))
  return {
    name: connection.name,
    pages: (table) => readPages(use, table),
    isEmpty: ({ name }) => use((database) => database.sql(`select 1 from ${name} limit 1`).get() === undefined),
    clear: ({ name }) => use((database) => void database.sql(`delete from ${name}`).run()),
    insert: (table, rows) => use((database) => insertRows(database, table, rows)),
    async commit() {
      await use((database) => database.script('commit'))
      isOpen = false
    },
    async close() {
      if (isOpen) await use((database) => database.script('rollback'))
      await connection.close()
    },
  }
}

async function* readPages(
  use: (query: (database: SqlDatabase) => readonly SqlRow[]) => Promise<readonly SqlRow[]>,
  { name, key }: TableFacts,
): AsyncGenerator<readonly SqlRow[], void> {
  const order = key.join(', ')
  const beyond = `where (${order}) > (${key.map(() => '?').join(', ')})`
  let last: SqlRow | undefined
  do {
    const after = key.map((column) => readCell(last?.[column]))
    const page = await use((database) =>
      last === undefined
        ? database.sql(`select * from ${name} order by ${order} limit ?`).all(rowsPerPage)
        : database.sql(`select * from ${name} ${beyond} order by ${order} limit ?`).all(...after, rowsPerPage),
    )
    yield page.map(withBytes)
    last = page.length === rowsPerPage ? page.at(-1) : undefined
  } while (last !== undefined)
}

/** Of several rows at once libsql gives bytes as an ArrayBuffer. */
function withBytes(row: SqlRow): SqlRow {
  const entries = Object.entries(row)
  if (!entries.some(([, value]) => value instanceof ArrayBuffer)) return row
  return Object.fromEntries(
    entries.map(([column, value]) => [column, value instanceof ArrayBuffer ? new Uint8Array(value) : value]),
  )
}

function readCell(value: unknown): SqlValue {
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  return typeof value === 'string' || typeof value === 'number' || value instanceof Uint8Array ? value : null
}

function insertRows(database: SqlDatabase, { name, columns }: TableFacts, rows: readonly PortableRow[]): void {
  const names = Object.keys(columns)
  const statement = database.sql(`insert into ${name} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`)
  for (const row of rows) {
    statement.run(
      ...names.map((column) => {
        const cell = row[column] ?? null
        if (typeof cell === 'boolean') return cell ? 1 : 0
        return columns[column] === 'bytes' && typeof cell === 'string' ? Uint8Array.from(Buffer.from(cell, 'hex')) : cell
      }),
    )
  }
}
