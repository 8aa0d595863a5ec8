import { appDefaults, takesLastKey, tokensValidFrom, withKeysFrom } from '../../appRules.js'
import { createId } from '../../ids.js'
import { refuseKeyList } from '../../keyList.js'
import { pageLimit } from '../../page.js'
import type { App, AppChange, AppDraft, AppParts, AppSettings, Seconds } from '../../records.js'
import { bool, integer, isStorableText, jsonOrNull, orNull } from '../../row.js'
import { readApp } from '../../rows.js'
import type { AppStore, Edit } from '../../store.js'
import type { Connection } from '../connection.js'
import type { Queries } from '../queries.js'
import { announceApp, raiseVersion, refuseEdit } from './appVersion.js'
import { insertGrant, replaceGrants } from './grants.js'
import { insertKey, readKeys, replaceKeys } from './keys.js'
import { insertRole, replaceRoles } from './roles.js'

export function createAppStore({ read, writeApp }: Connection): AppStore {
  return {
    createApp: (draft, { now }) => writeApp((queries) => createApp(queries, draft, now)),
    findApp: async (clientId) => (isStorableText(clientId) ? read((queries) => findApp(queries, clientId)) : undefined),
    listApps: ({ after = '', limit } = {}) =>
      read(async (queries) => {
        const statement = 'select * from apps where client_id > $1 order by client_id limit $2'
        return (await queries.all(statement, after, pageLimit(limit))).map(readApp)
      }),
    updateApp: (change, edit) => writeApp((queries) => updateApp(queries, change, edit)),
    deleteApp: (clientId, edit) => writeApp((queries) => deleteApp(queries, clientId, edit)),
    findDeletion: (clientId) =>
      read(async (queries) => {
        const row = await queries.get('select deleted from deleted_apps where client_id = $1', clientId)
        return row && integer(row, 'deleted')
      }),
  }
}

async function findApp(queries: Queries, clientId: string): Promise<App | undefined> {
  const row = await queries.get('select * from apps where client_id = $1', clientId)
  return row && readApp(row)
}

async function createApp(queries: Queries, draft: AppDraft, now: Seconds): ReturnType<AppStore['createApp']> {
  const { clientId = createId('app'), keys = [], grants = [], roles = [] } = draft
  const refusal = refuseKeyList(keys)
  if (refusal !== undefined) return refusal

  const deleted = await queries.get('select deleted, ever_granted, version from deleted_apps where client_id = $1', clientId)
  const created = await queries.run(
    `insert into apps (client_name, status, token_endpoint_auth_method, grant_types, jwks_uri, dpop_bound_access_tokens, profile,
      network, settings, client_id, created, last_updated, ever_granted, tokens_valid_from, version)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) on conflict do nothing`,
    ...settingValues({ ...appDefaults, ...draft }),
    clientId,
    now,
    now,
    grants.length > 0 || (deleted !== undefined && bool(deleted, 'ever_granted')),
    // A token of the deleted app must not come back to life.
    deleted === undefined ? 0 : integer(deleted, 'deleted') + 1,
    deleted === undefined ? 1 : integer(deleted, 'version') + 1,
  )
  if (created === 0) return 'exists'
  await insertParts(queries, clientId, { keys, grants, roles }, now)
  await announceApp(queries, clientId)
  return existing(queries, clientId)
}

async function insertParts(
  queries: Queries,
  clientId: string,
  { keys = [], grants = [], roles = [] }: AppParts,
  now: Seconds,
): Promise<void> {
  for (const key of keys) await insertKey(queries, { ...key, clientId }, now)
  for (const grant of grants) await insertGrant(queries, { ...grant, clientId }, now)
  for (const role of roles) await insertRole(queries, { ...role, clientId }, now)
}

async function updateApp(queries: Queries, change: AppChange, edit: Edit): ReturnType<AppStore['updateApp']> {
  const { clientId } = change
  const { now } = edit
  const refused = await refuseEdit(queries, clientId, edit)
  if (refused !== undefined) return refused
  const refusal = refuseKeyList(change.keys ?? [])
  if (refusal !== undefined) return refusal

  const app = await existing(queries, clientId)
  const changed = { ...app, ...withKeysFrom(change) }
  if (takesLastKey(app, { change, changed, keys: await readKeys(queries, clientId) })) return 'last_live'
  await queries.run(
    `update apps set client_name = $1, status = $2, token_endpoint_auth_method = $3, grant_types = $4, jwks_uri = $5,
      dpop_bound_access_tokens = $6, profile = $7, network = $8, settings = $9, tokens_valid_from = $10,
      ever_granted = ever_granted or $11 where client_id = $12`,
    ...settingValues(changed),
    tokensValidFrom(app, { changed, now }),
    change.grants !== undefined && change.grants.length > 0,
    clientId,
  )
  if (changed.jwksUri !== undefined) await replaceKeys(queries, clientId, [], now)
  else if (change.keys !== undefined) await replaceKeys(queries, clientId, change.keys, now)
  if (change.grants !== undefined) await replaceGrants(queries, clientId, change.grants, now)
  if (change.roles !== undefined) await replaceRoles(queries, clientId, change.roles, now)
  await raiseVersion(queries, clientId, now)
  return existing(queries, clientId)
}

async function deleteApp(queries: Queries, clientId: string, edit: Edit): ReturnType<AppStore['deleteApp']> {
  const refused = await refuseEdit(queries, clientId, edit)
  if (refused !== undefined) return refused
  await queries.run(
    `insert into deleted_apps (client_id, deleted, ever_granted, version)
    select client_id, greatest($1, tokens_valid_from), ever_granted, version from apps where client_id = $2 and status = 'INACTIVE'
    on conflict (client_id) do update
      set deleted = excluded.deleted, ever_granted = excluded.ever_granted, version = excluded.version`,
    edit.now,
    clientId,
  )
  const deleted = await queries.run(`delete from apps where client_id = $1 and status = 'INACTIVE'`, clientId)
  await announceApp(queries, clientId)
  return deleted === 1 ? 'deleted' : 'active'
}

async function existing(queries: Queries, clientId: string): Promise<App> {
  const app = await findApp(queries, clientId)
  if (app === undefined) throw new Error(`the app ${clientId} is gone within one transaction`)
  return app
}

function settingValues(settings: AppSettings) {
  return [
    settings.clientName,
    settings.status,
    settings.tokenEndpointAuthMethod,
    JSON.stringify(settings.grantTypes),
    orNull(settings.jwksUri),
    settings.dpopBoundAccessTokens,
    orNull(settings.profile),
    jsonOrNull(settings.network),
    JSON.stringify(settings.settings),
  ]
}
