import { createId } from '../../ids.js'
import type { Grant, GrantDraft, Seconds } from '../../records.js'
import { isStorableText, text } from '../../row.js'
import { readGrant } from '../../rows.js'
import type { Edit, PartStore } from '../../store.js'
import type { Connection } from '../connection.js'
import type { Queries } from '../queries.js'
import { raiseVersion, refuseEdit } from './appVersion.js'

type GrantStore = Pick<PartStore, 'addGrant' | 'findGrant' | 'listGrants' | 'removeGrant' | 'listGrantedScopes'>
type OwnedGrantDraft = GrantDraft & { readonly clientId: string }

export function createGrantStore({ read, writeApp }: Connection): GrantStore {
  return {
    addGrant: (draft, edit) => writeApp((queries) => addGrant(queries, draft, edit)),
    findGrant: async (clientId, grantId) =>
      isStorableText(clientId + grantId) ? read((queries) => findGrant(queries, clientId, grantId)) : undefined,
    listGrants: (clientId) => read((queries) => readGrants(queries, clientId)),
    removeGrant: (grant, edit) => writeApp((queries) => removeGrant(queries, grant, edit)),
    listGrantedScopes: () => read(async (queries) => (await queries.all(grantedScopes)).map((row) => text(row, 'scope'))),
  }
}

/** From one scope to the next along the index; `distinct` would read every grant. */
const grantedScopes = `
  with recursive scopes (scope) as (
    select min(scope) from grants
    union all select (select min(scope) from grants where scope > scopes.scope) from scopes where scopes.scope is not null)
  select scope from scopes where scope is not null order by scope`

/** @returns the id, or `undefined` when the scope is granted already */
export async function insertGrant(queries: Queries, draft: OwnedGrantDraft, now: Seconds): Promise<string | undefined> {
  const { clientId, id = createId('grant'), scope, issuer, createdBy } = draft
  const inserted = await queries.run(
    `insert into grants (id, client_id, scope, issuer, created, created_by) values ($1, $2, $3, $4, $5, $6)
    on conflict (client_id, scope, issuer) do nothing`,
    id,
    clientId,
    scope,
    issuer,
    now,
    createdBy,
  )
  return inserted === 1 ? id : undefined
}

/** Makes a list the grants of an app. One that stays keeps its id. */
export async function replaceGrants(
  queries: Queries,
  clientId: string,
  drafts: readonly GrantDraft[],
  now: Seconds,
): Promise<void> {
  for (const grant of await readGrants(queries, clientId)) {
    const stays = drafts.some(({ scope, issuer }) => scope === grant.scope && issuer === grant.issuer)
    if (!stays) await queries.run('delete from grants where id = $1', grant.id)
  }
  for (const draft of drafts) await insertGrant(queries, { ...draft, clientId }, now)
}

async function addGrant(queries: Queries, draft: OwnedGrantDraft, edit: Edit): ReturnType<GrantStore['addGrant']> {
  const { clientId } = draft
  const refused = await refuseEdit(queries, clientId, edit)
  if (refused !== undefined) return refused
  const id = await insertGrant(queries, draft, edit.now)
  if (id === undefined) return 'exists'
  await queries.run('update apps set ever_granted = true where client_id = $1', clientId)
  await raiseVersion(queries, clientId, edit.now)
  return (await findGrant(queries, clientId, id)) ?? 'absent'
}

async function removeGrant(
  queries: Queries,
  { clientId, grantId }: Parameters<GrantStore['removeGrant']>[0],
  edit: Edit,
): ReturnType<GrantStore['removeGrant']> {
  const refused = await refuseEdit(queries, clientId, edit)
  if (refused !== undefined) return refused
  const removed = await queries.run('delete from grants where id = $1 and client_id = $2', grantId, clientId)
  if (removed === 0) return 'absent'
  await raiseVersion(queries, clientId, edit.now)
  return 'removed'
}

async function readGrants(queries: Queries, clientId: string): Promise<readonly Grant[]> {
  return (await queries.all('select * from grants where client_id = $1 order by position', clientId)).map(readGrant)
}

async function findGrant(queries: Queries, clientId: string, grantId: string): Promise<Grant | undefined> {
  const row = await queries.get('select * from grants where id = $1 and client_id = $2', grantId, clientId)
  return row && readGrant(row)
}
