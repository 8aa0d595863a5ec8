import { isStorableText } from '../../row.js'
import { readServer } from '../../rows.js'
import type { ServerStore } from '../../store.js'
import type { Connection } from '../connection.js'

type AuthorizationServerStore = Pick<ServerStore, 'createServer' | 'findServer' | 'listServers' | 'updateServer'>

export function createAuthorizationServerStore({ read, writeOne }: Connection): AuthorizationServerStore {
  return {
    createServer: ({ id, audience, scopes, defaultScopes }, { now }) =>
      writeOne(async (queries) => {
        const inserted = await queries.run(
          `insert into authorization_servers (id, audience, scopes, default_scopes, created, last_updated)
          values ($1, $2, $3, $4, $5, $5) on conflict (id) do nothing`,
          id,
          audience,
          JSON.stringify(scopes),
          JSON.stringify(defaultScopes),
          now,
        )
        return inserted === 1 ? { id, audience, scopes, defaultScopes, created: now, lastUpdated: now } : 'exists'
      }),
    findServer: async (id) => {
      if (!isStorableText(id)) return undefined
      const row = await read((queries) => queries.get('select * from authorization_servers where id = $1', id))
      return row && readServer(row)
    },
    listServers: () =>
      read(async (queries) => (await queries.all('select * from authorization_servers order by id')).map(readServer)),
    updateServer: ({ id, audience, scopes, defaultScopes }, { now }) =>
      writeOne(async (queries) => {
        const row = await queries.get(
          `update authorization_servers set audience = $1, scopes = $2, default_scopes = $3, last_updated = $4
          where id = $5 returning *`,
          audience,
          JSON.stringify(scopes),
          JSON.stringify(defaultScopes),
          now,
          id,
        )
        return row === undefined ? 'absent' : readServer(row)
      }),
  }
}
