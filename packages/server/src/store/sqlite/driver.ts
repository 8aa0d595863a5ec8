import { createRequire } from 'node:module'
import { PkjwtError } from 'pkjwt/errors'
import { isStorableText, type SqlRow, type SqlValue } from '../row.js'

/** A statement with its values in the order of its question marks. */
export interface SqlStatement {
  /** @returns how many rows were changed */
  run(...values: readonly SqlValue[]): number
  get(...values: readonly SqlValue[]): SqlRow | undefined
  all(...values: readonly SqlValue[]): readonly SqlRow[]
}

/** The part that `node:sqlite` and `libsql` have in common, with the traps of both closed. */
export interface SqlDatabase {
  readonly driver: SqliteDriver
  /** Prepares a statement, or finds the one that was prepared from the same text. */
  sql(text: string): SqlStatement
  /** Runs a script, without values. */
  script(text: string): void
  close(): void
}

export type SqliteDriver = 'node:sqlite' | 'libsql'

/**
 * Opens a file, or `:memory:`, with `node:sqlite` where the runtime has it, else with the package `libsql`.
 *
 * @throws {PkjwtError} `config_invalid` when neither is there.
 */
export function openDatabase(path: string, driver: SqliteDriver = defaultDriver()): SqlDatabase {
  const bare = driver === 'node:sqlite' ? openNodeSqlite(path) : openLibsql(path)
  const statements = new Map<string, SqlStatement>()
  let closed = false

  // libsql lets a statement write to a file that was closed.
  const checkOpen = () => {
    if (closed) throw new Error('the database is closed')
  }
  return {
    driver,
    sql(text) {
      const known = statements.get(text)
      if (known !== undefined) return known
      checkOpen()
      const statement = guardStatement(bare.prepare(text), { count: countPlaceholders(text), checkOpen })
      statements.set(text, statement)
      return statement
    },
    script(text) {
      checkOpen()
      bare.exec(text)
    },
    close() {
      if (closed) return
      closed = true
      statements.clear()
      bare.close()
    },
  }
}

function guardStatement(bare: BareStatement, { count, checkOpen }: { count: number; checkOpen: () => void }): SqlStatement {
  const check = (values: readonly SqlValue[]) => {
    checkOpen()
    checkValues(values, count)
  }
  return {
    run(...values) {
      check(values)
      return bare.run(values)
    },
    get(...values) {
      check(values)
      return bare.get(values)
    },
    all(...values) {
      check(values)
      return bare.all(values)
    },
  }
}

/** libsql takes a missing value from the call before, ends the process for a boolean, and cuts a text at U+0000. */
function checkValues(values: readonly SqlValue[], count: number): void {
  if (values.length !== count) throw new TypeError(`a statement with ${count} placeholders was given ${values.length} values`)
  for (const value of values) {
    if (!isSqlValue(value)) throw new TypeError(`a value of the type ${typeof value} cannot be stored`)
  }
}

function isSqlValue(value: unknown): boolean {
  if (typeof value === 'string') return isStorableText(value)
  if (typeof value === 'number') return Number.isSafeInteger(value)
  return value === null || value instanceof Uint8Array
}

/** Our statements hold question marks as placeholders only. */
function countPlaceholders(text: string): number {
  return text.split('?').length - 1
}

interface BareStatement {
  run(values: readonly SqlValue[]): number
  get(values: readonly SqlValue[]): SqlRow | undefined
  all(values: readonly SqlValue[]): readonly SqlRow[]
}

interface BareDatabase {
  prepare(text: string): BareStatement
  exec(text: string): void
  close(): void
}

// What the two modules have, as far as it is used here. @types/node 20 has no node:sqlite, and libsql's own types are loose.
interface NodeSqlite {
  readonly DatabaseSync: new (
    path: string,
  ) => {
    prepare(text: string): {
      run(...values: readonly SqlValue[]): { readonly changes: number | bigint }
      get(...values: readonly SqlValue[]): SqlRow | undefined
      all(...values: readonly SqlValue[]): readonly SqlRow[]
    }
    exec(text: string): void
    close(): void
  }
}

type Libsql = new (
  path: string,
) => {
  prepare(text: string): {
    run(values: readonly SqlValue[]): { readonly changes: number }
    get(values: readonly SqlValue[]): SqlRow | undefined
    all(values: readonly SqlValue[]): readonly SqlRow[]
  }
  exec(text: string): void
  close(): void
}

function openNodeSqlite(path: string): BareDatabase {
  const sqlite = readNodeSqlite()
  if (sqlite === undefined) throw noDriver('this runtime has no node:sqlite')
  const database = new sqlite.DatabaseSync(path)
  return {
    prepare(text) {
      const statement = database.prepare(text)
      return {
        run: (values) => Number(statement.run(...values).changes),
        get: (values) => statement.get(...values),
        all: (values) => statement.all(...values),
      }
    },
    exec: (text) => database.exec(text),
    close: () => database.close(),
  }
}

function openLibsql(path: string): BareDatabase {
  const database = new (readLibsql())(path)
  return {
    prepare(text) {
      const statement = database.prepare(text)
      return {
        // One array: libsql takes a lone Uint8Array for an object of named values, and ends the process.
        run: (values) => statement.run(values).changes,
        get: (values) => statement.get(values),
        all: (values) => statement.all(values),
      }
    },
    exec: (text) => database.exec(text),
    close: () => database.close(),
  }
}

/** `node:sqlite` where it is: Node 22.13 and newer, Deno, Bun. */
export function defaultDriver(): SqliteDriver {
  return readNodeSqlite() === undefined ? 'libsql' : 'node:sqlite'
}

function readNodeSqlite(): NodeSqlite | undefined {
  const emitWarning = process.emitWarning
  // Node 22 says on stderr that the module is experimental, each time a process loads it.
  process.emitWarning = () => {}
  try {
    return process.getBuiltinModule('node:sqlite') as NodeSqlite | undefined
  } finally {
    process.emitWarning = emitWarning
  }
}

function readLibsql(): Libsql {
  try {
    return createRequire(import.meta.url)('libsql') as Libsql
  } catch (cause) {
    throw noDriver('this runtime has no node:sqlite, and the package libsql is not installed', cause)
  }
}

function noDriver(reason: string, cause?: unknown): PkjwtError {
  return new PkjwtError('config_invalid', `Cannot open SQLite: ${reason}`, {
    hint: 'Use Node 22.13 or newer, or install the package libsql',
    cause,
  })
}
