import { openConnection } from './postgres/connection.js'
import { createAppStore } from './postgres/tables/apps.js'
import { createGrantStore } from './postgres/tables/grants.js'
import { createKeyStore } from './postgres/tables/keys.js'
import { createLogStore } from './postgres/tables/log.js'
import { createReplayStore } from './postgres/tables/replay.js'
import { createRoleStore } from './postgres/tables/roles.js'
import { createAuthorizationServerStore } from './postgres/tables/servers.js'
import { createSettingStore } from './postgres/tables/settings.js'
import { createSigningKeyStore } from './postgres/tables/signingKeys.js'
import { createUserStore } from './postgres/tables/users.js'
import type { Store } from './store.js'

/** A use that ended long ago, for the next purge: on a disk that is full, what adds nothing to a table would still succeed. */
const probe = 'insert into used (key, keep_until) values (uuid_send(gen_random_uuid()), 0)'

export interface PostgresStoreOptions {
  readonly now?: Date | undefined
}

/**
 * Opens a store in a PostgreSQL database (version 13 or newer), and makes its tables where there are none. Any number of processes
 * on any number of machines may share it.
 *
 * @param url `postgres://user:password@host:5432/database?sslmode=verify-full&max=10`
 * @throws {PkjwtError} `config_invalid` when the URL or what it names cannot be used, or the schema is newer.
 * @throws {StoreError} `store_unavailable` when PostgreSQL cannot be reached now.
 */
export async function openPostgresStore(url: string, options: PostgresStoreOptions = {}): Promise<Store> {
  const { now = new Date() } = options
  const connection = await openConnection(url, { now: Math.floor(now.getTime() / 1000) })
  return {
    name: connection.name,
    async ready() {
      await connection.writeOne((queries) => queries.run(probe))
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
