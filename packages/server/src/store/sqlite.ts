import { openConnection } from './sqlite/connection.js'
import type { SqliteDriver } from './sqlite/driver.js'
import { createAppStore } from './sqlite/tables/apps.js'
import { createGrantStore } from './sqlite/tables/grants.js'
import { createKeyStore } from './sqlite/tables/keys.js'
import { createLogStore } from './sqlite/tables/log.js'
import { createReplayStore } from './sqlite/tables/replay.js'
import { createRoleStore } from './sqlite/tables/roles.js'
import { createAuthorizationServerStore } from './sqlite/tables/servers.js'
import { createSettingStore } from './sqlite/tables/settings.js'
import { createSigningKeyStore } from './sqlite/tables/signingKeys.js'
import { createUserStore } from './sqlite/tables/users.js'
import type { Store } from './store.js'

/** A use that ended long ago, for the next purge: on a disk that is full, what adds nothing to a table would still succeed. */
const probe = 'insert into used (key, keep_until) values (randomblob(16), 0)'

export interface SqliteStoreOptions {
  /** Default: `node:sqlite` where the runtime has it, else the package `libsql`. */
  readonly driver?: SqliteDriver | undefined
  /** How long a write waits for another process before the store counts as away. Default 5000. */
  readonly busyTimeoutMilliseconds?: number | undefined
  readonly now?: Date | undefined
}

/**
 * Opens a store in one SQLite file, and creates it (readable by this user alone) when there is none. Several processes of one
 * machine may open the same file; for more machines there is PostgreSQL.
 *
 * @param path A file, or `:memory:`; `sqlite:` may stand before it.
 * @throws {PkjwtError} `config_invalid` when the path cannot be used, the file is something else, or its schema is newer.
 * @throws {StoreError} `store_unavailable` when the file is locked or cannot be read now.
 */
export async function openSqliteStore(path: string, options: SqliteStoreOptions = {}): Promise<Store> {
  const { driver, busyTimeoutMilliseconds, now = new Date() } = options
  const connection = openConnection(path.replace(/^sqlite:(\/\/(?=\/))?/, ''), {
    driver,
    busyTimeoutMilliseconds,
    now: Math.floor(now.getTime() / 1000),
  })
  return {
    name: connection.name,
    async ready() {
      connection.check()
      await connection.writeOne((database) => database.sql(probe).run())
    },
    watchApps: connection.watchApps,
    close: connection.close,
    ...createAppStore(connection),
    ...createKeyStore(connection),
    ...createGrantStore(connection),
    ...createRoleStore(connection),
    ...createReplayStore(connection),
    ...createUserStore(connection),
    ...createAuthorizationServerStore(connection),
    ...createSigningKeyStore(connection),
    ...createSettingStore(connection),
    ...createLogStore(connection),
  }
}
