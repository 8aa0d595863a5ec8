import type { JsonObject } from './records.js'
import { hasLoneSurrogate } from './replayKey.js'

/** What a column may hold. */
export type SqlValue = string | number | Uint8Array | null

export type SqlRow = { readonly [column: string]: unknown }

/** Whether a text comes out of the store as it went in: it holds no U+0000 and no half of a surrogate pair. */
export function isStorableText(text: string): boolean {
  return !text.includes('\0') && !hasLoneSurrogate(text)
}

// Each column is read by name and type. libsql's rows also carry a `_metadata` that is nobody's.

export function text(row: SqlRow, column: string): string {
  const value = row[column]
  if (typeof value === 'string') return value
  throw unexpected(column, 'text', value)
}

export function integer(row: SqlRow, column: string): number {
  const value = row[column]
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw unexpected(column, 'an integer', value)
}

export function optionalText(row: SqlRow, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column)
}

export function optionalInteger(row: SqlRow, column: string): number | undefined {
  return row[column] === null ? undefined : integer(row, column)
}

/** SQLite has 0 and 1 for it. */
export function bool(row: SqlRow, column: string): boolean {
  const value = row[column]
  return typeof value === 'boolean' ? value : integer(row, column) === 1
}

/** One of the words that a `check` of the schema allows. */
export function readWord<Word extends string>(row: SqlRow, column: string, words: readonly Word[]): Word {
  const value = text(row, column)
  const word = words.find((one) => one === value)
  if (word === undefined) throw unexpected(column, `one of ${words.join(', ')}`, value)
  return word
}

/** JSON that this store wrote itself, with the type that it had. */
export function readJson<Value>(row: SqlRow, column: string): Value {
  return JSON.parse(text(row, column)) as Value
}

export function optionalJson(row: SqlRow, column: string): JsonObject | undefined {
  return row[column] === null ? undefined : readJson<JsonObject>(row, column)
}

/** What a value that may be absent is in a column. */
export function orNull<Value extends SqlValue>(value: Value | undefined): Value | null {
  return value ?? null
}

export function jsonOrNull(value: JsonObject | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value)
}

function unexpected(column: string, wanted: string, value: unknown): Error {
  return new Error(`the column ${column} holds ${value === null ? 'null' : `a ${typeof value}`}, not ${wanted}`)
}
