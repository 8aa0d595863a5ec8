import type { ServerRecord } from '../../records.js'
import { isStorableText } from '../../row.js'
import { readServer } from '../../rows.js'
import type { ServerStore } from '../../store.js'
import type { Connection } from '../connection.js'
import type { SqlDatabase } from '../driver.js'

type AuthorizationServerStore = Pick<ServerStore, 'createServer' | 'findServer' | 'listServers' | 'updateServer'>

export function createAuthorizationServerStore({ read, write }: Connection): AuthorizationServerStore {
  return {
    createServer: ({ id, audience, scopes, defaultScopes }, { now }) =>
      write((database) => {
        const inserted = database
          .sql(
            `insert into authorization_servers (id, audience, scopes, default_scopes, created, last_updated)
            values (?, ?, ?, ?, ?, ?) on conflict (id) do nothing`,
          )
          .run(id, audience, JSON.stringify(scopes), JSON.stringify(defaultScopes), now, now)
        return inserted === 1 ? { id, audience, scopes, defaultScopes, created: now, lastUpdated: now } : 'exists'
      }),
    findServer: async (id) => (isStorableText(id) ? read((database) => findServer(database, id)) : undefined),
    listServers: () => read((database) => database.sql('select * from authorization_servers order by id').all().map(readServer)),
    updateServer: ({ id, audience, scopes, defaultScopes }, { now }) =>
      write((database) => {
        database
          .sql('update authorization_servers set audience = ?, scopes = ?, default_scopes = ?, last_updated = ? where id = ?')
          .run(audience, JSON.stringify(scopes), JSON.stringify(defaultScopes), now, id)
        return findServer(database, id) ?? 'absent'
      }),
  }
}

function findServer(database: SqlDatabase, id: string): ServerRecord | undefined {
  const row = database.sql('select * from authorization_servers where id = ?').get(id)
  return row && readServer(row)
}
