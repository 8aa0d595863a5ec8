import { createId } from '../../ids.js'
import { fillKeyDraft, refuseKeyList } from '../../keyList.js'
import type { AppKey, KeyDraft, Seconds } from '../../records.js'
import { isStorableText, orNull } from '../../row.js'
import { readKey } from '../../rows.js'
import { type Edit, keysPerAppMax, type PartStore } from '../../store.js'
import type { Connection } from '../connection.js'
import type { SqlDatabase } from '../driver.js'
import { raiseVersion, refuseEdit } from './appVersion.js'

type KeyStore = Pick<PartStore, 'addKey' | 'findKey' | 'listKeys' | 'setKeyStatus' | 'removeKey' | 'markKeyUsed'>
type OwnedKeyDraft = KeyDraft & { readonly clientId: string }
type KeyName = { readonly clientId: string; readonly keyId: string }

export function createKeyStore({ read, writeApp, writeOne }: Connection): KeyStore {
  return {
    addKey: (draft, edit) => writeApp((database) => addKey(database, draft, edit)),
    findKey: async (clientId, keyId) =>
      isStorableText(clientId + keyId) ? read((database) => findKey(database, { clientId, keyId })) : undefined,
    listKeys: (clientId) => read((database) => readKeys(database, clientId)),
    setKeyStatus: (key, edit) => writeApp((database) => setKeyStatus(database, key, edit)),
    removeKey: (key, edit) => writeApp((database) => removeKey(database, key, edit)),
    markKeyUsed: (keyId, now) =>
      writeOne((database) => {
        database
          .sql('update app_keys set last_used = ? where id = ? and (last_used is null or last_used + 60 <= ?)')
          .run(now, keyId, now)
      }),
  }
}

export function readKeys(database: SqlDatabase, clientId: string): readonly AppKey[] {
  return database.sql('select * from app_keys where client_id = ? order by position').all(clientId).map(readKey)
}

export function insertKey(database: SqlDatabase, draft: OwnedKeyDraft, now: Seconds): string {
  const { clientId, id = createId('key'), kid, thumbprint, jwk, use = 'sig', status = 'ACTIVE' } = draft
  database
    .sql(
      `insert into app_keys (id, client_id, kid, thumbprint, jwk, use, status, created, last_updated)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(id, clientId, orNull(kid), thumbprint, JSON.stringify(jwk), use, status, now, now)
  return id
}

/** Makes a list the keys of an app. The same key under the same `kid` stays itself, with its id and its times. */
export function replaceKeys(database: SqlDatabase, clientId: string, drafts: readonly KeyDraft[], now: Seconds): void {
  const before = readKeys(database, clientId)
  const stays = ({ kid, thumbprint, use }: AppKey) =>
    drafts.map(fillKeyDraft).find((draft) => draft.kid === kid && draft.thumbprint === thumbprint && draft.use === use)

  for (const key of before) {
    const draft = stays(key)
    if (draft === undefined) database.sql('delete from app_keys where id = ?').run(key.id)
    else {
      const lastUpdated = draft.status === key.status ? key.lastUpdated : now
      database
        .sql('update app_keys set jwk = ?, status = ?, last_updated = ? where id = ?')
        .run(JSON.stringify(draft.jwk), draft.status, lastUpdated, key.id)
    }
  }
  const kept = new Set(before.filter(stays).map(({ thumbprint }) => thumbprint))
  for (const draft of drafts) if (!kept.has(draft.thumbprint)) insertKey(database, { ...draft, clientId }, now)
}

function addKey(database: SqlDatabase, draft: OwnedKeyDraft, edit: Edit): Awaited<ReturnType<KeyStore['addKey']>> {
  const { clientId } = draft
  const refused = refuseEdit(database, clientId, edit)
  if (refused !== undefined) return refused
  const before = readKeys(database, clientId)
  const refusal = before.length >= keysPerAppMax ? 'too_many' : refuseKeyList([...before, draft])
  if (refusal !== undefined) return refusal

  const keyId = insertKey(database, draft, edit.now)
  raiseVersion(database, clientId, edit.now)
  return findKey(database, { clientId, keyId }) ?? 'absent'
}

function setKeyStatus(
  database: SqlDatabase,
  { clientId, keyId, status }: Parameters<KeyStore['setKeyStatus']>[0],
  edit: Edit,
): Awaited<ReturnType<KeyStore['setKeyStatus']>> {
  const refused = refuseEdit(database, clientId, edit)
  if (refused !== undefined) return refused
  const key = findKey(database, { clientId, keyId })
  if (key === undefined) return 'absent'
  if (key.status === status) return key

  const changed = status === 'ACTIVE' ? activateKey(database, key, edit.now) : deactivateKey(database, key, edit.now)
  if (!changed) return status === 'ACTIVE' ? 'encryption_key_active' : 'last_live'
  raiseVersion(database, clientId, edit.now)
  return { ...key, status, lastUpdated: edit.now }
}

/** One statement: of two that take the last two keys away at once, only one succeeds. */
function deactivateKey(database: SqlDatabase, { id, clientId }: AppKey, now: Seconds): boolean {
  const changed = database
    .sql(
      `update app_keys set status = 'INACTIVE', last_updated = ?
      where id = ? and (
        use <> 'sig'
        or exists (select 1 from apps where apps.client_id = app_keys.client_id and token_endpoint_auth_method <> 'private_key_jwt')
        or exists (select 1 from app_keys other
          where other.client_id = ? and other.id <> app_keys.id and other.use = 'sig' and other.status = 'ACTIVE'))`,
    )
    .run(now, id, clientId)
  return changed === 1
}

function activateKey(database: SqlDatabase, { id, clientId }: AppKey, now: Seconds): boolean {
  const changed = database
    .sql(
      `update app_keys set status = 'ACTIVE', last_updated = ?
      where id = ? and (use = 'sig' or not exists (select 1 from app_keys other
        where other.client_id = ? and other.use = 'enc' and other.status = 'ACTIVE'))`,
    )
    .run(now, id, clientId)
  return changed === 1
}

function removeKey(database: SqlDatabase, { clientId, keyId }: KeyName, edit: Edit): Awaited<ReturnType<KeyStore['removeKey']>> {
  const refused = refuseEdit(database, clientId, edit)
  if (refused !== undefined) return refused
  const removed = database.sql(`delete from app_keys where id = ? and client_id = ? and status = 'INACTIVE'`).run(keyId, clientId)
  if (removed === 0) return findKey(database, { clientId, keyId }) === undefined ? 'absent' : 'active'
  raiseVersion(database, clientId, edit.now)
  return 'removed'
}

function findKey(database: SqlDatabase, { clientId, keyId }: KeyName): AppKey | undefined {
  const row = database.sql('select * from app_keys where id = ? and client_id = ?').get(keyId, clientId)
  return row && readKey(row)
}
