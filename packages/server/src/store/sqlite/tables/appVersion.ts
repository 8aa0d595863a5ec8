import type { Seconds } from '../../records.js'
import { integer } from '../../row.js'
import type { Absent, Conflict, Edit } from '../../store.js'
import type { SqlDatabase } from '../driver.js'

/** Why an app cannot be changed as an edit wants it, or `undefined` when it can. */
export function refuseEdit(database: SqlDatabase, clientId: string, { ifVersion }: Edit): Absent | Conflict | undefined {
  const row = database.sql('select version from apps where client_id = ?').get(clientId)
  if (row === undefined) return 'absent'
  return ifVersion === undefined || integer(row, 'version') === ifVersion ? undefined : 'conflict'
}

/** Every change of what belongs to an app is a change of the app. */
export function raiseVersion(database: SqlDatabase, clientId: string, now: Seconds): void {
  database
    .sql('update apps set version = version + 1, last_updated = max(last_updated, ?) where client_id = ?')
    .run(now, clientId)
}
