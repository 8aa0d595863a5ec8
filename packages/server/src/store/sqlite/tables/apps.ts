import { appDefaults, takesLastKey, tokensValidFrom, withKeysFrom } from '../../appRules.js'
import { createId } from '../../ids.js'
import { refuseKeyList } from '../../keyList.js'
import { pageLimit } from '../../page.js'
import type { App, AppChange, AppDraft, AppParts, AppSettings, Seconds } from '../../records.js'
import { bool, integer, isStorableText, jsonOrNull, orNull } from '../../row.js'
import { readApp } from '../../rows.js'
import type { AppStore, Edit } from '../../store.js'
import type { Connection } from '../connection.js'
import type { SqlDatabase } from '../driver.js'
import { raiseVersion, refuseEdit } from './appVersion.js'
import { insertGrant, replaceGrants } from './grants.js'
import { insertKey, readKeys, replaceKeys } from './keys.js'
import { insertRole, replaceRoles } from './roles.js'

export function createAppStore({ read, writeApp }: Connection): AppStore {
  return {
    createApp: (draft, { now }) => writeApp((database) => createApp(database, draft, now)),
    findApp: async (clientId) => (isStorableText(clientId) ? read((database) => findApp(database, clientId)) : undefined),
    listApps: ({ after = '', limit } = {}) =>
      read((database) =>
        database
          .sql('select * from apps where client_id > ? order by client_id limit ?')
          .all(after, pageLimit(limit))
          .map(readApp),
      ),
    updateApp: (change, edit) => writeApp((database) => updateApp(database, change, edit)),
    deleteApp: (clientId, edit) => writeApp((database) => deleteApp(database, clientId, edit)),
    findDeletion: (clientId) =>
      read((database) => {
        const row = database.sql('select deleted from deleted_apps where client_id = ?').get(clientId)
        return row && integer(row, 'deleted')
      }),
  }
}

function findApp(database: SqlDatabase, clientId: string): App | undefined {
  const row = database.sql('select * from apps where client_id = ?').get(clientId)
  return row && readApp(row)
}

function createApp(database: SqlDatabase, draft: AppDraft, now: Seconds): Awaited<ReturnType<AppStore['createApp']>> {
  const { clientId = createId('app'), keys = [], grants = [], roles = [] } = draft
  const refusal = refuseKeyList(keys)
  if (refusal !== undefined) return refusal

  const settings = { ...appDefaults, ...draft }
  const deleted = database.sql('select deleted, ever_granted, version from deleted_apps where client_id = ?').get(clientId)
  const created = database
    .sql(
      `insert into apps (client_name, status, token_endpoint_auth_method, grant_types, jwks_uri, dpop_bound_access_tokens, profile,
        network, settings, client_id, created, last_updated, ever_granted, tokens_valid_from, version)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
    )
    .run(
      ...settingValues(settings),
      clientId,
      now,
      now,
      grants.length > 0 || (deleted !== undefined && bool(deleted, 'ever_granted')) ? 1 : 0,
      // A token of the deleted app must not come back to life.
      deleted === undefined ? 0 : integer(deleted, 'deleted') + 1,
      deleted === undefined ? 1 : integer(deleted, 'version') + 1,
    )
  if (created === 0) return 'exists'
  insertParts(database, clientId, { keys, grants, roles }, now)
  return existing(database, clientId)
}

function insertParts(
  database: SqlDatabase,
  clientId: string,
  { keys = [], grants = [], roles = [] }: AppParts,
  now: Seconds,
): void {
  for (const key of keys) insertKey(database, { ...key, clientId }, now)
  for (const grant of grants) insertGrant(database, { ...grant, clientId }, now)
  for (const role of roles) insertRole(database, { ...role, clientId }, now)
}

function updateApp(database: SqlDatabase, change: AppChange, edit: Edit): Awaited<ReturnType<AppStore['updateApp']>> {
  const { clientId } = change
  const { now } = edit
  const refused = refuseEdit(database, clientId, edit)
  if (refused !== undefined) return refused
  const refusal = refuseKeyList(change.keys ?? [])
  if (refusal !== undefined) return refusal

  const app = existing(database, clientId)
  const changed = { ...app, ...withKeysFrom(change) }
  if (takesLastKey(app, { change, changed, keys: readKeys(database, clientId) })) return 'last_live'
  database
    .sql(
      `update apps set client_name = ?, status = ?, token_endpoint_auth_method = ?, grant_types = ?, jwks_uri = ?,
        dpop_bound_access_tokens = ?, profile = ?, network = ?, settings = ?, tokens_valid_from = ?,
        ever_granted = max(ever_granted, ?) where client_id = ?`,
    )
    .run(...settingValues(changed), tokensValidFrom(app, { changed, now }), change.grants?.length ? 1 : 0, clientId)
  if (changed.jwksUri !== undefined) replaceKeys(database, clientId, [], now)
  else if (change.keys !== undefined) replaceKeys(database, clientId, change.keys, now)
  if (change.grants !== undefined) replaceGrants(database, clientId, change.grants, now)
  if (change.roles !== undefined) replaceRoles(database, clientId, change.roles, now)
  raiseVersion(database, clientId, now)
  return existing(database, clientId)
}

function deleteApp(database: SqlDatabase, clientId: string, edit: Edit): Awaited<ReturnType<AppStore['deleteApp']>> {
  const refused = refuseEdit(database, clientId, edit)
  if (refused !== undefined) return refused
  database
    .sql(
      `insert into deleted_apps (client_id, deleted, ever_granted, version)
      select client_id, max(?, tokens_valid_from), ever_granted, version from apps where client_id = ? and status = 'INACTIVE'
      on conflict (client_id) do update
        set deleted = excluded.deleted, ever_granted = excluded.ever_granted, version = excluded.version`,
    )
    .run(edit.now, clientId)
  const deleted = database.sql(`delete from apps where client_id = ? and status = 'INACTIVE'`).run(clientId)
  return deleted === 1 ? 'deleted' : 'active'
}

function existing(database: SqlDatabase, clientId: string): App {
  const app = findApp(database, clientId)
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
    settings.dpopBoundAccessTokens ? 1 : 0,
    orNull(settings.profile),
    jsonOrNull(settings.network),
    JSON.stringify(settings.settings),
  ]
}
