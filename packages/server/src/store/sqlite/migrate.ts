import { checkApplied, hashScript, type Migration, readApplied, readMigrationFiles } from '../migrations.js'
import type { SqlDatabase } from './driver.js'

const migrationsFolder = new URL('../migrations/sqlite/', import.meta.url)

/** The files of `migrations/sqlite` in their order. */
export function readMigrations(folder: URL = migrationsFolder): readonly Migration[] {
  return readMigrationFiles(folder)
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

/** After some errors (a full disk) SQLite has rolled back by itself, and another `rollback` is an error. */
export function tryRollback(database: SqlDatabase): void {
  try {
    database.script('rollback')
  } catch {
    // The first error says what happened.
  }
}
