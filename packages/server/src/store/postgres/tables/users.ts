import { createId } from '../../ids.js'
import { pageLimit } from '../../page.js'
import type { Seconds, User, UserDraft } from '../../records.js'
import { isStorableText } from '../../row.js'
import { readUser } from '../../rows.js'
import type { ServerStore } from '../../store.js'
import type { Connection } from '../connection.js'
import type { Queries } from '../queries.js'

type UserStore = Pick<ServerStore, 'createUser' | 'findUser' | 'listUsers' | 'updateUser'>

export function createUserStore({ read, write, writeOne }: Connection): UserStore {
  return {
    createUser: (draft, { now }) => writeOne((queries) => createUser(queries, draft, now)),
    findUser: async (idOrLogin) => (isStorableText(idOrLogin) ? read((queries) => findUser(queries, idOrLogin)) : undefined),
    listUsers: ({ after = '', limit } = {}) =>
      read(async (queries) =>
        (await queries.all('select * from users where id > $1 order by id limit $2', after, pageLimit(limit))).map(readUser),
      ),
    updateUser: (user, { now }) => write((queries) => updateUser(queries, user, now)),
  }
}

async function createUser(queries: Queries, draft: UserDraft, now: Seconds): Promise<User | 'exists'> {
  const { id = createId('user'), status = 'ACTIVE', created = now, lastUpdated = now, profile, details = {} } = draft
  const inserted = await queries.run(
    `insert into users (id, login, status, created, last_updated, profile, details) values ($1, $2, $3, $4, $5, $6, $7)
    on conflict do nothing`,
    id,
    profile.login,
    status,
    created,
    lastUpdated,
    JSON.stringify(profile),
    JSON.stringify(details),
  )
  return inserted === 1 ? { id, status, created, lastUpdated, profile, details } : 'exists'
}

async function updateUser(
  queries: Queries,
  change: Parameters<UserStore['updateUser']>[0],
  now: Seconds,
): ReturnType<UserStore['updateUser']> {
  const { id, profile } = change
  const before = await queries.get('select * from users where id = $1 for update', id)
  if (before === undefined) return 'absent'
  const taken = await queries.get('select 1 from users where login = $1 and id <> $2', profile.login, id)
  if (taken !== undefined) return 'exists'
  const user: User = { ...readUser(before), lastUpdated: now, ...change }
  await queries.run(
    'update users set login = $1, status = $2, created = $3, last_updated = $4, profile = $5, details = $6 where id = $7',
    profile.login,
    user.status,
    user.created,
    user.lastUpdated,
    JSON.stringify(profile),
    JSON.stringify(user.details),
    id,
  )
  return user
}

async function findUser(queries: Queries, idOrLogin: string): Promise<User | undefined> {
  const row = await queries.get('select * from users where id = $1 union all select * from users where login = $1', idOrLogin)
  return row && readUser(row)
}
