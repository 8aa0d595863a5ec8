import { type ColumnKind, type OpenTables, type PortableRow, rowsPerPage, type TableFacts } from '../transfer/tables.js'
import { openTransaction } from './connection.js'
import { arrayOf, type Queries } from './queries.js'

/** Opens a database for an export or an import: within one transaction, which sees what was there when it began. */
export async function openPostgresTables(url: string): Promise<OpenTables> {
  const { name, queries, commit, close } = await openTransaction(url)
  return {
    name,
    pages: (table) => readPages(queries, table),
    isEmpty: async (table) => (await queries.get(`select 1 from ${table.name} limit 1`)) === undefined,
    async clear(table) {
      await queries.run(`delete from ${table.name}`)
    },
    insert: (table, rows) => insertRows(queries, table, rows),
    commit,
    close,
  }
}

async function* readPages(queries: Queries, { name, key }: TableFacts) {
  await queries.script(`declare exported no scroll cursor for select * from ${name} order by ${key.join(', ')}`)
  for (;;) {
    const page = await queries.all(`fetch ${rowsPerPage} from exported`)
    if (page.length > 0) yield page
    if (page.length < rowsPerPage) break
  }
  await queries.script('close exported')
}

const arrayTypes = { text: 'text[]', integer: 'bigint[]', bool: 'boolean[]', bytes: 'text[]' } as const satisfies Record<
  ColumnKind,
  string
>

async function insertRows(queries: Queries, { name, columns }: TableFacts, rows: readonly PortableRow[]): Promise<void> {
  const names = Object.keys(columns)
  const kinds = Object.values(columns)
  const values = names.map((column) => (columns[column] === 'bytes' ? `decode(${column}, 'hex')` : column))
  await queries.run(
    `insert into ${name} (${names.join(', ')}) select ${values.join(', ')}
    from unnest(${kinds.map((kind, index) => `$${index + 1}::${arrayTypes[kind]}`).join(', ')}) as row (${names.join(', ')})`,
    ...names.map((column) => arrayOf(rows.map((row) => row[column] ?? null))),
  )
  // The next row that is made here goes on from the last one that came.
  if ('position' in columns) {
    await queries.get(`select setval(pg_get_serial_sequence($1, 'position'), (select max(position) from ${name}))`, name)
  }
}
