import { createId } from '../../ids.js'
import type { Grant, GrantDraft, Seconds } from '../../records.js'
import { isStorableText, text } from '../../row.js'
import { readGrant } from '../../rows.js'
import type { Edit, PartStore } from '../../store.js'
import type { Connection } from '../connection.js'
import type { SqlDatabase } from '../driver.js'
import { raiseVersion, refuseEdit } from './appVersion.js'

type GrantStore = Pick<PartStore, 'addGrant' | 'findGrant' | 'listGrants' | 'removeGrant' | 'listGrantedScopes'>
type OwnedGrantDraft = GrantDraft & { readonly clientId: string }

export function createGrantStore({ read, writeApp }: Connection): GrantStore {
  return {
    addGrant: (draft, edit) => writeApp((database) => addGrant(database, draft, edit)),
    findGrant: async (clientId, grantId) =>
      isStorableText(clientId + grantId) ? read((database) => findGrant(database, clientId, grantId)) : undefined,
    listGrants: (clientId) => read((database) => readGrants(database, clientId)),
    removeGrant: (grant, edit) => writeApp((database) => removeGrant(database, grant, edit)),
    listGrantedScopes: () =>
      read((database) =>
        database
          .sql(grantedScopes)
          .all()
          .map((row) => text(row, 'scope')),
      ),
  }
}

/** From one scope to the next along the index; `distinct` would read every grant. */
const grantedScopes = `
  with recursive scopes (scope) as (
    select min(scope) from grants
    union all select (select min(scope) from grants where scope > scopes.scope) from scopes where scopes.scope is not null)
  select scope from scopes where scope is not null order by scope`

/** @returns the id, or `undefined` when the scope is granted already */
export function insertGrant(database: SqlDatabase, draft: OwnedGrantDraft, now: Seconds): string | undefined {
  const { clientId, id = createId('grant'), scope, issuer, createdBy } = draft
  const inserted = database
    .sql(
      `insert into grants (id, client_id, scope, issuer, created, created_by) values (?, ?, ?, ?, ?, ?)
      on conflict (client_id, scope, issuer) do nothing`,
    )
    .run(id, clientId, scope, issuer, now, createdBy)
  return inserted === 1 ? id : undefined
}

/** Makes a list the grants of an app. One that stays keeps its id. */
export function replaceGrants(database: SqlDatabase, clientId: string, drafts: readonly GrantDraft[], now: Seconds): void {
  for (const grant of readGrants(database, clientId)) {
    const stays = drafts.some(({ scope, issuer }) => scope === grant.scope && issuer === grant.issuer)
    if (!stays) database.sql('delete from grants where id = ?').run(grant.id)
  }
  for (const draft of drafts) insertGrant(database, { ...draft, clientId }, now)
}

function addGrant(database: SqlDatabase, draft: OwnedGrantDraft, edit: Edit): Awaited<ReturnType<GrantStore['addGrant']>> {
  const { clientId } = draft
  const refused = refuseEdit(database, clientId, edit)
  if (refused !== undefined) return refused
  const id = insertGrant(database, draft, edit.now)
  if (id === undefined) return 'exists'
  database.sql('update apps set ever_granted = 1 where client_id = ?').run(clientId)
  raiseVersion(database, clientId, edit.now)
  return findGrant(database, clientId, id) ?? 'absent'
}

function removeGrant(
  database: SqlDatabase,
  { clientId, grantId }: Parameters<GrantStore['removeGrant']>[0],
  edit: Edit,
): Awaited<ReturnType<GrantStore['removeGrant']>> {
  const refused = refuseEdit(database, clientId, edit)
  if (refused !== undefined) return refused
  const removed = database.sql('delete from grants where id = ? and client_id = ?').run(grantId, clientId)
  if (removed === 0) return 'absent'
  raiseVersion(database, clientId, edit.now)
  return 'removed'
}

function readGrants(database: SqlDatabase, clientId: string): readonly Grant[] {
  return database.sql('select * from grants where client_id = ? order by position').all(clientId).map(readGrant)
}

function findGrant(database: SqlDatabase, clientId: string, grantId: string): Grant | undefined {
  const row = database.sql('select * from grants where id = ? and client_id = ?').get(grantId, clientId)
  return row && readGrant(row)
}
