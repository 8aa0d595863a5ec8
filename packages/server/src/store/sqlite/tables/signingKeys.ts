import type { SigningKeyRecord } from '../../records.js'
import { orNull } from '../../row.js'
import { readSigningKey } from '../../rows.js'
import type { ServerStore } from '../../store.js'
import type { Connection } from '../connection.js'
import type { SqlDatabase } from '../driver.js'

type SigningKeyStore = Pick<ServerStore, 'addSigningKey' | 'listSigningKeys' | 'removeSigningKey'>

export function createSigningKeyStore({ read, write, writeOne }: Connection): SigningKeyStore {
  return {
    addSigningKey: (key, previous) => write((database) => addSigningKey(database, key, previous)),
    listSigningKeys: () =>
      read((database) => database.sql('select * from signing_keys order by position desc').all().map(readSigningKey)),
    removeSigningKey: (kid) =>
      writeOne((database) => (database.sql('delete from signing_keys where kid = ?').run(kid) === 1 ? 'removed' : 'absent')),
  }
}

function addSigningKey(
  database: SqlDatabase,
  key: SigningKeyRecord,
  { after, notAfter }: Parameters<SigningKeyStore['addSigningKey']>[1],
): boolean {
  const inserted = database
    .sql(
      `insert into signing_keys (kid, alg, public_jwk, secret, sealed, created, not_before, not_after)
      select ?, ?, ?, ?, ?, ?, ?, ?
      where (select kid from signing_keys where alg = ? order by position desc limit 1) is ?
      on conflict (kid) do nothing`,
    )
    .run(
      key.kid,
      key.alg,
      JSON.stringify(key.publicJwk),
      key.secret,
      key.sealed ? 1 : 0,
      key.created,
      key.notBefore,
      orNull(key.notAfter),
      key.alg,
      orNull(after),
    )
  if (inserted === 0) return false
  if (after !== undefined) database.sql('update signing_keys set not_after = ? where kid = ?').run(orNull(notAfter), after)
  return true
}
