import type { Seconds } from '../../records.js'
import { integer } from '../../row.js'
import type { Absent, Conflict, Edit } from '../../store.js'
import type { Queries } from '../queries.js'

/** Where instances tell each other that an app is not what it was. */
export const appChannel = 'pkjwt_apps'

/** PostgreSQL takes no more than 8000 bytes; an empty text stands for any app. */
const announcedBytesMax = 1000

/** Holds an app until the transaction ends, so that of two changes at once the second one sees the first. */
export async function refuseEdit(
  queries: Queries,
  clientId: string,
  { ifVersion }: Edit,
): Promise<Absent | Conflict | undefined> {
  const row = await queries.get('select version from apps where client_id = $1 for update', clientId)
  if (row === undefined) return 'absent'
  return ifVersion === undefined || integer(row, 'version') === ifVersion ? undefined : 'conflict'
}

/** Every change of what belongs to an app is a change of the app. */
export async function raiseVersion(queries: Queries, clientId: string, now: Seconds): Promise<void> {
  await queries.run(
    'update apps set version = version + 1, last_updated = greatest(last_updated, $1) where client_id = $2',
    now,
    clientId,
  )
  await announceApp(queries, clientId)
}

/** Tells every instance when, and only if, the transaction is committed. */
export async function announceApp(queries: Queries, clientId: string): Promise<void> {
  const text = Buffer.byteLength(clientId) <= announcedBytesMax ? clientId : ''
  await queries.get('select pg_notify($1, $2)', appChannel, text)
}
