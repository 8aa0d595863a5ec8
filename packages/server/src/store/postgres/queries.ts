import { createHash } from 'node:crypto'
import type { QueryConfig, QueryResult } from 'pg'
import { isStorableText, type SqlRow, type SqlValue } from '../row.js'

/** What a statement may be given. */
export type QueryValue = SqlValue | boolean

/** Statements with their values as $1, $2 …: on any connection, or within one transaction. */
export interface Queries {
  /** @returns how many rows were changed */
  run(text: string, ...values: readonly QueryValue[]): Promise<number>
  get(text: string, ...values: readonly QueryValue[]): Promise<SqlRow | undefined>
  all(text: string, ...values: readonly QueryValue[]): Promise<readonly SqlRow[]>
  /** Runs a script of several statements, without values. */
  script(text: string): Promise<void>
}

/** A pool, or one connection of it. */
interface Target {
  query(query: QueryConfig | string): Promise<QueryResult<SqlRow>>
}

/** @param nameOf The name under which a statement is prepared, once for each connection. */
export function createQueries(target: Target, nameOf: (text: string) => string | undefined): Queries {
  const ask = (text: string, values: readonly QueryValue[]) => {
    for (const value of values) checkValue(value)
    const name = nameOf(text)
    return target.query({ text, values: [...values], ...(name === undefined ? {} : { name }) })
  }
  return {
    run: async (text, ...values) => (await ask(text, values)).rowCount ?? 0,
    get: async (text, ...values) => (await ask(text, values)).rows[0],
    all: async (text, ...values) => (await ask(text, values)).rows,
    async script(text) {
      await target.query(text)
    },
  }
}

/** Gives each text the same name always, so that a connection prepares it once. */
export function createStatementNames(): (text: string) => string {
  const names = new Map<string, string>()
  return (text) => {
    const known = names.get(text)
    if (known !== undefined) return known
    const name = `pkjwt_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`
    names.set(text, name)
    return name
  }
}

/** What a column holds, by the number of its type: bigint and int as numbers, bool as such, all else as text. */
export const columnTypes = { getTypeParser: (type: number) => parsers.get(type) ?? String }

const parsers = new Map<number, (value: string) => unknown>([
  [16, (value) => value === 't'],
  [20, Number],
  [23, Number],
])

// PostgreSQL refuses U+0000 itself; half a surrogate pair would be stored as another character.
function checkValue(value: QueryValue): void {
  if (typeof value === 'string' && !isStorableText(value)) throw new TypeError('a text with U+0000 cannot be stored')
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new TypeError(`the number ${value} cannot be stored`)
}

/** A list as one value: `$1::text[]`, `$1::bigint[]` and so on. */
export function arrayOf(values: readonly (string | number | boolean | null)[]): string {
  return `{${values.map((value) => (typeof value === 'string' ? `"${value.replace(/[\\"]/g, '\\$&')}"` : String(value))).join(',')}}`
}
