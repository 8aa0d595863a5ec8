import type { SigningKeyRecord } from '../../records.js'
import { orNull } from '../../row.js'
import { readSigningKey } from '../../rows.js'
import type { ServerStore } from '../../store.js'
import type { Connection } from '../connection.js'
import type { Queries } from '../queries.js'

type SigningKeyStore = Pick<ServerStore, 'addSigningKey' | 'listSigningKeys' | 'removeSigningKey'>

export function createSigningKeyStore({ read, write, writeOne }: Connection): SigningKeyStore {
  return {
    addSigningKey: (key, previous) => write((queries) => addSigningKey(queries, key, previous)),
    listSigningKeys: () =>
      read(async (queries) => (await queries.all('select * from signing_keys order by position desc')).map(readSigningKey)),
    removeSigningKey: (kid) =>
      writeOne(async (queries) =>
        (await queries.run('delete from signing_keys where kid = $1', kid)) === 1 ? 'removed' : 'absent',
      ),
  }
}

async function addSigningKey(
  queries: Queries,
  key: SigningKeyRecord,
  { after, notAfter }: Parameters<SigningKeyStore['addSigningKey']>[1],
): Promise<boolean> {
  // Where there is no key yet there is no row to hold: one that adds holds the table against others, and lets readers in.
  await queries.script('lock table signing_keys in share row exclusive mode')
  const inserted = await queries.run(
    `insert into signing_keys (kid, alg, public_jwk, secret, sealed, created, not_before, not_after)
    select $1, $2, $3, $4, $5, $6, $7, $8
    where (select kid from signing_keys where alg = $2 order by position desc limit 1) is not distinct from $9
    on conflict (kid) do nothing`,
    key.kid,
    key.alg,
    JSON.stringify(key.publicJwk),
    key.secret,
    key.sealed,
    key.created,
    key.notBefore,
    orNull(key.notAfter),
    orNull(after),
  )
  if (inserted === 0) return false
  if (after !== undefined) await queries.run('update signing_keys set not_after = $1 where kid = $2', orNull(notAfter), after)
  return true
}
