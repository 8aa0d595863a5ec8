import type { ISql } from 'postgres'
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

/** Each text is prepared once for each connection. */
export function createQueries(sql: Pick<ISql, 'unsafe'>): Queries {
  const ask = (text: string, values: readonly QueryValue[]) => {
    for (const value of values) checkValue(value)
    return sql.unsafe<SqlRow[]>(text, [...values], { prepare: true })
  }
  return {
    run: async (text, ...values) => (await ask(text, values)).count,
    get: async (text, ...values) => (await ask(text, values))[0],
    all: async (text, ...values) => [...(await ask(text, values))],
    async script(text) {
      await sql.unsafe(text).simple()
    },
  }
}

// PostgreSQL refuses U+0000 itself; half a surrogate pair would be stored as another character.
function checkValue(value: QueryValue): void {
  if (typeof value === 'string' && !isStorableText(value)) throw new TypeError('a text with U+0000 cannot be stored')
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new TypeError(`the number ${value} cannot be stored`)
}

/** A list as one value: `$1::text[]` or `$1::bigint[]`. */
export function arrayOf(values: readonly (string | number)[]): string {
  return `{${values.map((value) => (typeof value === 'number' ? value : `"${value.replace(/[\\"]/g, '\\$&')}"`)).join(',')}}`
}
