import { createId } from '../../ids.js'
import type { Role, RoleDraft, Seconds } from '../../records.js'
import { readRole } from '../../rows.js'
import type { Edit, PartStore } from '../../store.js'
import type { Connection } from '../connection.js'
import type { SqlDatabase } from '../driver.js'
import { raiseVersion, refuseEdit } from './appVersion.js'

type RoleStore = Pick<PartStore, 'addRole' | 'listRoles' | 'removeRole' | 'hasActiveRole'>
type OwnedRoleDraft = RoleDraft & { readonly clientId: string }

export function createRoleStore({ read, writeApp }: Connection): RoleStore {
  return {
    addRole: (draft, edit) => writeApp((database) => addRole(database, draft, edit)),
    listRoles: (clientId) => read((database) => readRoles(database, clientId)),
    removeRole: (role, edit) => writeApp((database) => removeRole(database, role, edit)),
    hasActiveRole: (type) =>
      read((database) => {
        const holder = database
          .sql(`select 1 from roles join apps using (client_id) where type = ? and apps.status = 'ACTIVE' limit 1`)
          .get(type)
        return holder !== undefined
      }),
  }
}

/** @returns the id, or `undefined` when the app has the role already */
export function insertRole(database: SqlDatabase, draft: OwnedRoleDraft, now: Seconds): string | undefined {
  const { clientId, id = createId('role'), type } = draft
  const inserted = database
    .sql('insert into roles (id, client_id, type, created) values (?, ?, ?, ?) on conflict (client_id, type) do nothing')
    .run(id, clientId, type, now)
  return inserted === 1 ? id : undefined
}

/** Makes a list the roles of an app. One that stays keeps its id. */
export function replaceRoles(database: SqlDatabase, clientId: string, drafts: readonly RoleDraft[], now: Seconds): void {
  for (const role of readRoles(database, clientId)) {
    if (!drafts.some(({ type }) => type === role.type)) database.sql('delete from roles where id = ?').run(role.id)
  }
  for (const draft of drafts) insertRole(database, { ...draft, clientId }, now)
}

function addRole(database: SqlDatabase, draft: OwnedRoleDraft, edit: Edit): Awaited<ReturnType<RoleStore['addRole']>> {
  const { clientId, type } = draft
  const refused = refuseEdit(database, clientId, edit)
  if (refused !== undefined) return refused
  const id = insertRole(database, draft, edit.now)
  if (id === undefined) return 'exists'
  raiseVersion(database, clientId, edit.now)
  return { id, clientId, type, created: edit.now }
}

function removeRole(
  database: SqlDatabase,
  { clientId, roleId }: Parameters<RoleStore['removeRole']>[0],
  edit: Edit,
): Awaited<ReturnType<RoleStore['removeRole']>> {
  const refused = refuseEdit(database, clientId, edit)
  if (refused !== undefined) return refused
  const removed = database.sql('delete from roles where id = ? and client_id = ?').run(roleId, clientId)
  if (removed === 0) return 'absent'
  raiseVersion(database, clientId, edit.now)
  return 'removed'
}

function readRoles(database: SqlDatabase, clientId: string): readonly Role[] {
  return database.sql('select * from roles where client_id = ? order by position').all(clientId).map(readRole)
}
