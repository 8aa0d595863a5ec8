import { createId } from '../../ids.js'
import type { Role, RoleDraft, Seconds } from '../../records.js'
import { readRole } from '../../rows.js'
import type { Edit, PartStore } from '../../store.js'
import type { Connection } from '../connection.js'
import type { Queries } from '../queries.js'
import { raiseVersion, refuseEdit } from './appVersion.js'

type RoleStore = Pick<PartStore, 'addRole' | 'listRoles' | 'removeRole' | 'hasActiveRole'>
type OwnedRoleDraft = RoleDraft & { readonly clientId: string }

export function createRoleStore({ read, writeApp }: Connection): RoleStore {
  return {
    addRole: (draft, edit) => writeApp((queries) => addRole(queries, draft, edit)),
    listRoles: (clientId) => read((queries) => readRoles(queries, clientId)),
    removeRole: (role, edit) => writeApp((queries) => removeRole(queries, role, edit)),
    hasActiveRole: (type) =>
      read(async (queries) => {
        // The order makes it go along the index on the type: where a type is taken for a common one, it would read all roles instead.
        const statement = `select 1 from roles
          where type between $1 and $1 and (select status from apps where apps.client_id = roles.client_id) = 'ACTIVE'
          order by type limit 1`
        return (await queries.get(statement, type)) !== undefined
      }),
  }
}

/** @returns the id, or `undefined` when the app has the role already */
export async function insertRole(queries: Queries, draft: OwnedRoleDraft, now: Seconds): Promise<string | undefined> {
  const { clientId, id = createId('role'), type } = draft
  const statement =
    'insert into roles (id, client_id, type, created) values ($1, $2, $3, $4) on conflict (client_id, type) do nothing'
  return (await queries.run(statement, id, clientId, type, now)) === 1 ? id : undefined
}

/** Makes a list the roles of an app. One that stays keeps its id. */
export async function replaceRoles(
  queries: Queries,
  clientId: string,
  drafts: readonly RoleDraft[],
  now: Seconds,
): Promise<void> {
  for (const role of await readRoles(queries, clientId)) {
    if (!drafts.some(({ type }) => type === role.type)) await queries.run('delete from roles where id = $1', role.id)
  }
  for (const draft of drafts) await insertRole(queries, { ...draft, clientId }, now)
}

async function addRole(queries: Queries, draft: OwnedRoleDraft, edit: Edit): ReturnType<RoleStore['addRole']> {
  const { clientId, type } = draft
  const refused = await refuseEdit(queries, clientId, edit)
  if (refused !== undefined) return refused
  const id = await insertRole(queries, draft, edit.now)
  if (id === undefined) return 'exists'
  await raiseVersion(queries, clientId, edit.now)
  return { id, clientId, type, created: edit.now }
}

async function removeRole(
  queries: Queries,
  { clientId, roleId }: Parameters<RoleStore['removeRole']>[0],
  edit: Edit,
): ReturnType<RoleStore['removeRole']> {
  const refused = await refuseEdit(queries, clientId, edit)
  if (refused !== undefined) return refused
  const removed = await queries.run('delete from roles where id = $1 and client_id = $2', roleId, clientId)
  if (removed === 0) return 'absent'
  await raiseVersion(queries, clientId, edit.now)
  return 'removed'
}

async function readRoles(queries: Queries, clientId: string): Promise<readonly Role[]> {
  return (await queries.all('select * from roles where client_id = $1 order by position', clientId)).map(readRole)
}
