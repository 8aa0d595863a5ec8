import { createId } from '../../ids.js'
import { fillKeyDraft, refuseKeyList } from '../../keyList.js'
import type { AppKey, KeyDraft, Seconds } from '../../records.js'
import { isStorableText, orNull } from '../../row.js'
import { readKey } from '../../rows.js'
import { type Edit, keysPerAppMax, type PartStore } from '../../store.js'
import type { Connection } from '../connection.js'
import type { Queries } from '../queries.js'
import { raiseVersion, refuseEdit } from './appVersion.js'

type KeyStore = Pick<PartStore, 'addKey' | 'findKey' | 'listKeys' | 'setKeyStatus' | 'removeKey' | 'markKeyUsed'>
type OwnedKeyDraft = KeyDraft & { readonly clientId: string }
type KeyName = { readonly clientId: string; readonly keyId: string }

export function createKeyStore({ read, writeApp, writeOne }: Connection): KeyStore {
  return {
    addKey: (draft, edit) => writeApp((queries) => addKey(queries, draft, edit)),
    findKey: async (clientId, keyId) =>
      isStorableText(clientId + keyId) ? read((queries) => findKey(queries, { clientId, keyId })) : undefined,
    listKeys: (clientId) => read((queries) => readKeys(queries, clientId)),
    setKeyStatus: (key, edit) => writeApp((queries) => setKeyStatus(queries, key, edit)),
    removeKey: (key, edit) => writeApp((queries) => removeKey(queries, key, edit)),
    markKeyUsed: (keyId, now) =>
      writeOne(async (queries) => {
        const statement = 'update app_keys set last_used = $1 where id = $2 and (last_used is null or last_used + 60 <= $1)'
        await queries.run(statement, now, keyId)
      }),
  }
}

export async function readKeys(queries: Queries, clientId: string): Promise<readonly AppKey[]> {
  return (await queries.all('select * from app_keys where client_id = $1 order by position', clientId)).map(readKey)
}

export async function insertKey(queries: Queries, draft: OwnedKeyDraft, now: Seconds): Promise<string> {
  const { clientId, id = createId('key'), kid, thumbprint, jwk, use = 'sig', status = 'ACTIVE' } = draft
  await queries.run(
    `insert into app_keys (id, client_id, kid, thumbprint, jwk, use, status, created, last_updated)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
    id,
    clientId,
    orNull(kid),
    thumbprint,
    JSON.stringify(jwk),
    use,
    status,
    now,
  )
  return id
}

/** Makes a list the keys of an app. The same key under the same `kid` stays itself, with its id and its times. */
export async function replaceKeys(queries: Queries, clientId: string, drafts: readonly KeyDraft[], now: Seconds): Promise<void> {
  const before = await readKeys(queries, clientId)
  const stays = ({ kid, thumbprint, use }: AppKey) =>
    drafts.map(fillKeyDraft).find((draft) => draft.kid === kid && draft.thumbprint === thumbprint && draft.use === use)

  for (const key of before) {
    const draft = stays(key)
    if (draft === undefined) await queries.run('delete from app_keys where id = $1', key.id)
    else {
      const lastUpdated = draft.status === key.status ? key.lastUpdated : now
      const statement = 'update app_keys set jwk = $1, status = $2, last_updated = $3 where id = $4'
      await queries.run(statement, JSON.stringify(draft.jwk), draft.status, lastUpdated, key.id)
    }
  }
  const kept = new Set(before.filter(stays).map(({ thumbprint }) => thumbprint))
  for (const draft of drafts) if (!kept.has(draft.thumbprint)) await insertKey(queries, { ...draft, clientId }, now)
}

async function addKey(queries: Queries, draft: OwnedKeyDraft, edit: Edit): ReturnType<KeyStore['addKey']> {
  const { clientId } = draft
  const refused = await refuseEdit(queries, clientId, edit)
  if (refused !== undefined) return refused
  const before = await readKeys(queries, clientId)
  const refusal = before.length >= keysPerAppMax ? 'too_many' : refuseKeyList([...before, draft])
  if (refusal !== undefined) return refusal

  const keyId = await insertKey(queries, draft, edit.now)
  await raiseVersion(queries, clientId, edit.now)
  return (await findKey(queries, { clientId, keyId })) ?? 'absent'
}

/** The app is held, so of two that take the last two keys away at once the second one finds one key left. */
async function setKeyStatus(
  queries: Queries,
  { clientId, keyId, status }: Parameters<KeyStore['setKeyStatus']>[0],
  edit: Edit,
): ReturnType<KeyStore['setKeyStatus']> {
  const refused = await refuseEdit(queries, clientId, edit)
  if (refused !== undefined) return refused
  const key = await findKey(queries, { clientId, keyId })
  if (key === undefined) return 'absent'
  if (key.status === status) return key

  const changed = status === 'ACTIVE' ? await activateKey(queries, key, edit.now) : await deactivateKey(queries, key, edit.now)
  if (!changed) return status === 'ACTIVE' ? 'encryption_key_active' : 'last_live'
  await raiseVersion(queries, clientId, edit.now)
  return { ...key, status, lastUpdated: edit.now }
}

async function deactivateKey(queries: Queries, { id, clientId }: AppKey, now: Seconds): Promise<boolean> {
  const changed = await queries.run(
    `update app_keys set status = 'INACTIVE', last_updated = $1
    where id = $2 and (
      use <> 'sig'
      or exists (select 1 from apps where apps.client_id = app_keys.client_id and token_endpoint_auth_method <> 'private_key_jwt')
      or exists (select 1 from app_keys other
        where other.client_id = $3 and other.id <> app_keys.id and other.use = 'sig' and other.status = 'ACTIVE'))`,
    now,
    id,
    clientId,
  )
  return changed === 1
}

async function activateKey(queries: Queries, { id, clientId }: AppKey, now: Seconds): Promise<boolean> {
  const changed = await queries.run(
    `update app_keys set status = 'ACTIVE', last_updated = $1
    where id = $2 and (use = 'sig' or not exists (select 1 from app_keys other
      where other.client_id = $3 and other.use = 'enc' and other.status = 'ACTIVE'))`,
    now,
    id,
    clientId,
  )
  return changed === 1
}

async function removeKey(queries: Queries, { clientId, keyId }: KeyName, edit: Edit): ReturnType<KeyStore['removeKey']> {
  const refused = await refuseEdit(queries, clientId, edit)
  if (refused !== undefined) return refused
  const statement = `delete from app_keys where id = $1 and client_id = $2 and status = 'INACTIVE'`
  const removed = await queries.run(statement, keyId, clientId)
  if (removed === 0) return (await findKey(queries, { clientId, keyId })) === undefined ? 'absent' : 'active'
  await raiseVersion(queries, clientId, edit.now)
  return 'removed'
}

async function findKey(queries: Queries, { clientId, keyId }: KeyName): Promise<AppKey | undefined> {
  const row = await queries.get('select * from app_keys where id = $1 and client_id = $2', keyId, clientId)
  return row && readKey(row)
}
