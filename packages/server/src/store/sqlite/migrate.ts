import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { PkjwtError } from 'pkjwt/errors'
import type { SqlDatabase } from './driver.js'
import { integer, text } from './row.js'

/** One numbered file of the schema. Once released it is never edited: the store remembers the hash of what it ran. */
export interface Migration {
  readonly number: number
  readonly name: string
  readonly script: string
}

const migrationsFolder = new URL('../migrations/sqlite/', import.meta.url)

/** The files of `migrations/sqlite` in their order. */
export function readMigrations(folder: URL = migrationsFolder): readonly Migration[] {
  return readdirSync(folder)
    .filter((name) => /^\d{3}-[\w-]+\.sql$/.test(name))
    .sort()
    .map((name) => ({
      number: Number(name.slice(0, 3)),
      name,
      // A checkout on Windows may have turned the ends of lines: it is the same script.
      script: readFileSync(new URL(name, folder), 'utf8').replaceAll('\r\n', '\n'),
    }))
}

/**
 * Brings a database to the newest schema, in one transaction. Two processes may start at once: the second one waits, and finds
 * nothing left to do.
 *
 * @param where The name of the store, for the sentence of an error.
 * @throws {PkjwtError} `config_invalid` when the schema is newer than this program, or not the one that the files describe.
 */
export function migrate(database: SqlDatabase, { where, migrations = readMigrations(), now }: MigrateOptions): void {
  database.script('begin immediate')
  try {
    database.script(
      'create table if not exists migrations (number integer primary key, name text not null, sha256 text not null, applied integer not null) strict',
    )
    const applied = database.sql('select number, name, sha256 from migrations order by number').all().map(readApplied)
    checkApplied(applied, { where, migrations })
    for (const migration of migrations.slice(applied.length)) {
      database.script(migration.script)
      database
        .sql('insert into migrations (number, name, sha256, applied) values (?, ?, ?, ?)')
        .run(migration.number, migration.name, hashScript(migration), now)
    }
    database.script('commit')
  } catch (error) {
    tryRollback(database)
    throw error
  }
}

export interface MigrateOptions {
  readonly where: string
  readonly now: number
  readonly migrations?: readonly Migration[] | undefined
}

interface Applied {
  readonly number: number
  readonly name: string
  readonly sha256: string
}

function readApplied(row: { readonly [column: string]: unknown }): Applied {
  return { number: integer(row, 'number'), name: text(row, 'name'), sha256: text(row, 'sha256') }
}

function checkApplied(applied: readonly Applied[], { where, migrations }: Omit<MigrateOptions, 'now'>): void {
  const known = migrations ?? []
  const newest = applied.at(-1)
  if (newest !== undefined && applied.length > known.length) {
    throw new PkjwtError(
      'config_invalid',
      `Cannot use the store ${where}: a newer program brought its schema to ${newest.name}`,
      {
        hint: 'Install the newest version, or give the path of another store',
      },
    )
  }
  for (const [index, { name, sha256 }] of applied.entries()) {
    const migration = known[index]
    if (migration !== undefined && hashScript(migration) === sha256) continue
    throw new PkjwtError('config_invalid', `Cannot use the store ${where}: its schema ${name} is not the one of this program`, {
      hint: 'Use the program that made the store, or give the path of another store',
    })
  }
}

function hashScript({ script }: Migration): string {
  return createHash('sha256').update(script).digest('hex')
}

/** After some errors (a full disk) SQLite has rolled back by itself, and another `rollback` is an error. */
export function tryRollback(database: SqlDatabase): void {
  try {
    database.script('rollback')
  } catch {
    // The first error says what happened.
  }
}
