import { PkjwtError } from 'pkjwt/errors'
import { checkApplied, hashScript, type Migration, readApplied, readMigrationFiles } from '../migrations.js'
import type { Queries } from './queries.js'

const migrationsFolder = new URL('../migrations/postgres/', import.meta.url)

export interface MigrateOptions {
  /** The name of the store, for the sentence of an error. */
  readonly where: string
  readonly now: number
  readonly migrations?: readonly Migration[] | undefined
}

/**
 * Brings a schema to the newest version, within one transaction. Several instances may start at once: they come one after the
 * other, and the second one finds nothing left to do.
 *
 * @param queries Of a transaction.
 * @throws {PkjwtError} `config_invalid` when the schema is newer than this program, or not the one that the files describe.
 */
export async function migrate(queries: Queries, options: MigrateOptions): Promise<void> {
  const { where, now, migrations = readMigrationFiles(migrationsFolder) } = options
  // What waits within this call sees nothing yet, so the lock is a statement of its own.
  await queries.get(`select pg_advisory_xact_lock(hashtextextended('pkjwt migrations', 0))`)
  await checkSchema(queries, where)
  await queries.script(
    'create table if not exists migrations (number bigint primary key, name text not null, sha256 text not null, applied bigint not null)',
  )
  const applied = (await queries.all('select number, name, sha256 from migrations order by number')).map(readApplied)
  checkApplied(applied, { where, migrations })
  for (const migration of migrations.slice(applied.length)) {
    await queries.script(migration.script)
    await queries.run(
      'insert into migrations (number, name, sha256, applied) values ($1, $2, $3, $4)',
      migration.number,
      migration.name,
      hashScript(migration),
      now,
    )
  }
}

async function checkSchema(queries: Queries, where: string): Promise<void> {
  const row = await queries.get(`select current_schema() as name, current_setting('server_encoding') as encoding`)
  if (row?.['name'] === null) {
    throw new PkjwtError('config_invalid', `Cannot use the store ${where}: its search_path names no schema that there is`, {
      hint: 'Create the schema, or leave search_path out',
    })
  }
  if (row?.['encoding'] === 'UTF8') return
  throw new PkjwtError('config_invalid', `Cannot use the store ${where}: its encoding is not UTF8`, {
    hint: `Create the database with encoding 'UTF8'`,
  })
}
