import { createId } from '../../ids.js'
import { pageLimit } from '../../page.js'
import type { Seconds, User, UserDraft } from '../../records.js'
import { isStorableText } from '../../row.js'
import { readUser } from '../../rows.js'
import type { ServerStore } from '../../store.js'
import type { Connection } from '../connection.js'
import type { SqlDatabase } from '../driver.js'

type UserStore = Pick<ServerStore, 'createUser' | 'findUser' | 'listUsers' | 'updateUser'>

export function createUserStore({ read, write }: Connection): UserStore {
  return {
    createUser: (draft, { now }) => write((database) => createUser(database, draft, now)),
    findUser: async (idOrLogin) => (isStorableText(idOrLogin) ? read((database) => findUser(database, idOrLogin)) : undefined),
    listUsers: ({ after = '', limit } = {}) =>
      read((database) =>
        database.sql('select * from users where id > ? order by id limit ?').all(after, pageLimit(limit)).map(readUser),
      ),
    updateUser: (user, { now }) => write((database) => updateUser(database, user, now)),
  }
}

function createUser(database: SqlDatabase, draft: UserDraft, now: Seconds): User | 'exists' {
  const { id = createId('user'), status = 'ACTIVE', created = now, lastUpdated = now, profile, details = {} } = draft
  const inserted = database
    .sql(
      `insert into users (id, login, status, created, last_updated, profile, details) values (?, ?, ?, ?, ?, ?, ?)
      on conflict do nothing`,
    )
    .run(id, profile.login, status, created, lastUpdated, JSON.stringify(profile), JSON.stringify(details))
  return inserted === 1 ? { id, status, created, lastUpdated, profile, details } : 'exists'
}

function updateUser(
  database: SqlDatabase,
  change: Parameters<UserStore['updateUser']>[0],
  now: Seconds,
): Awaited<ReturnType<UserStore['updateUser']>> {
  const { id, profile } = change
  const before = database.sql('select * from users where id = ?').get(id)
  if (before === undefined) return 'absent'
  const taken = database.sql('select 1 from users where login = ? and id <> ?').get(profile.login, id)
  if (taken !== undefined) return 'exists'
  const user: User = { ...readUser(before), lastUpdated: now, ...change }
  database
    .sql('update users set login = ?, status = ?, created = ?, last_updated = ?, profile = ?, details = ? where id = ?')
    .run(profile.login, user.status, user.created, user.lastUpdated, JSON.stringify(profile), JSON.stringify(user.details), id)
  return user
}

function findUser(database: SqlDatabase, idOrLogin: string): User | undefined {
  const row = database
    .sql('select * from users where id = ? union all select * from users where login = ?')
    .get(idOrLogin, idOrLogin)
  return row && readUser(row)
}
