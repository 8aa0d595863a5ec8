import { PkjwtError } from 'pkjwt/errors'
import { openSqliteStore, type SqliteStoreOptions } from './sqlite.js'
import type { Store } from './store.js'

/**
 * Opens the store that a setting names.
 *
 * @param where A path such as `./pkjwt.db`, `sqlite:` and a path, `:memory:` for one that ends with the process, or the URL of a
 * PostgreSQL database, `postgres://user:password@host:5432/database`.
 * @throws {PkjwtError} `config_invalid` when it names no store that there is.
 * @throws {StoreError} `store_unavailable` when the store cannot be used now.
 * @example
 * const store = await openStore(':memory:')
 * assert.deepEqual(await store.listApps(), [])
 * await store.close()
 */
export async function openStore(where: string, options: SqliteStoreOptions = {}): Promise<Store> {
  if (/^postgres(ql)?:/i.test(where)) {
    // The library for it is loaded only where it is used.
    const { openPostgresStore } = await import('./postgres.js')
    return openPostgresStore(where, options)
  }
  // A drive letter of Windows is no scheme. What follows a scheme may hold a password, so it is not quoted.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(where)?.[1]
  if (scheme !== undefined && scheme.toLowerCase() !== 'sqlite') {
    throw new PkjwtError('config_invalid', `Cannot open the store: there is none with the scheme "${scheme}:"`, {
      hint: 'Give the path of an SQLite file, such as ./pkjwt.db, or postgres://user@host/database, or :memory:',
    })
  }
  if (where.trim() === '' || where === 'sqlite:') {
    throw new PkjwtError('config_invalid', 'Cannot open the store: its path is empty', { hint: 'Give a path such as ./pkjwt.db' })
  }
  return openSqliteStore(where, options)
}
