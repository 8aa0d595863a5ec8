import { PkjwtError } from 'pkjwt/errors'
import type { Seconds, UseRecord } from '../../records.js'
import { replayKeyBytes } from '../../replayKey.js'
import { integer, isStorableText } from '../../row.js'
import type { Remembered, ReplayStore } from '../../store.js'
import type { Connection } from '../connection.js'
import type { SqlDatabase } from '../driver.js'

// Before every key.
const start = new Uint8Array(0)

export function createReplayStore({ read, write, writeOne }: Connection): ReplayStore {
  const rememberOnce = async (record: UseRecord) => {
    checkUse(record)
    return writeOne((database) => rememberUse(database, record))
  }
  // Where the walk over the records of used assertions stands. It starts again with the process.
  let walkedTo: Uint8Array = start

  return {
    rememberOnce,
    rememberEach: (records) => Promise.all(records.map(rememberOnce)),
    revokeToken: ({ jti, exp }) =>
      writeOne((database) => {
        database
          .sql('insert into revoked_tokens (jti, exp) values (?, ?) on conflict (jti) do update set exp = max(exp, excluded.exp)')
          .run(jti, exp)
      }),
    isTokenRevoked: async ({ jti, exp }) =>
      // Nothing that could not be stored was ever issued.
      !isStorableText(jti) || read((database) => isTokenRevoked(database, { jti, exp })),
    async purge({ now, limit }) {
      const from = walkedTo
      const stretch = await read((database) => readStretch(database, { from, limit, now }))
      const revokedEnded = await read((database) => hasEndedRevocation(database, now))
      walkedTo = stretch.to ?? start

      // A step that has nothing to remove writes nothing.
      if (stretch.newestEnded === undefined && !revokedEnded) return { removed: 0, done: stretch.to === undefined }
      const removed = await write(
        (database) => purgeUsed(database, { from, stretch, now }) + purgeRevoked(database, { now, limit }),
      )
      const revokedLeft = await read((database) => hasEndedRevocation(database, now))
      return { removed, done: stretch.to === undefined && !revokedLeft }
    },
  }
}

function checkUse({ key, keepUntil }: UseRecord): void {
  if (key.length === replayKeyBytes && Number.isSafeInteger(keepUntil)) return
  throw new PkjwtError('option_invalid', `Cannot remember a use: it takes ${replayKeyBytes} bytes and a time in whole seconds`, {
    hint: 'Make the key with replayKey() or proofKey()',
  })
}

/** The one gate: a single statement inserts the record, unless it is there or could have been there before a purge. */
function rememberUse(database: SqlDatabase, { key, keepUntil }: UseRecord): Remembered {
  const inserted = database
    .sql(
      `insert into used (key, keep_until) select ?, ? from purged where name = 'used' and until < ?
      on conflict (key) do nothing`,
    )
    .run(key, keepUntil, keepUntil)
  if (inserted === 1) return true
  return keepUntil <= purgedUntil(database, 'used') ? 'expired' : false
}

function purgedUntil(database: SqlDatabase, name: 'used' | 'revoked_tokens'): Seconds {
  const row = database.sql('select until from purged where name = ?').get(name)
  if (row === undefined) throw new Error(`the time up to which ${name} was purged is missing`)
  return integer(row, 'until')
}

/** It rises to the newest record removed, not to the clock: a clock that ran ahead for a while refuses no more than it forgot. */
function raisePurgedUntil(database: SqlDatabase, name: 'used' | 'revoked_tokens', until: Seconds): void {
  database.sql('update purged set until = max(until, ?) where name = ?').run(until, name)
}

/** A piece of the walk: where it ends, `undefined` at the end of the table, and the newest record in it that may go. */
interface Stretch {
  readonly to: Uint8Array | undefined
  readonly newestEnded: Seconds | undefined
}

function readStretch(database: SqlDatabase, { from, limit, now }: { from: Uint8Array; limit: number; now: Seconds }): Stretch {
  const row = database
    .sql(
      `select count(*) as looked_at, max(key) as last, max(case when keep_until <= ? then keep_until end) as newest_ended
      from (select key, keep_until from used where key > ? order by key limit ?)`,
    )
    .get(now, from, limit)
  const last = row?.['last']
  const newestEnded = row?.['newest_ended']
  return {
    to: last instanceof Uint8Array && row !== undefined && integer(row, 'looked_at') === limit ? last : undefined,
    newestEnded: typeof newestEnded === 'number' ? newestEnded : undefined,
  }
}

function purgeUsed(database: SqlDatabase, { from, stretch, now }: { from: Uint8Array; stretch: Stretch; now: Seconds }): number {
  if (stretch.newestEnded === undefined) return 0
  const until = Math.min(stretch.newestEnded, now)
  raisePurgedUntil(database, 'used', until)
  // Not `now` but `until`: what came into the stretch since it was looked at stays for the next round, as do its times.
  if (stretch.to === undefined) return database.sql('delete from used where key > ? and keep_until <= ?').run(from, until)
  return database.sql('delete from used where key > ? and key <= ? and keep_until <= ?').run(from, stretch.to, until)
}

function hasEndedRevocation(database: SqlDatabase, now: Seconds): boolean {
  return database.sql('select 1 from revoked_tokens where exp <= ? limit 1').get(now) !== undefined
}

function purgeRevoked(database: SqlDatabase, { now, limit }: { now: Seconds; limit: number }): number {
  const ended = database
    .sql('select max(exp) as newest from (select exp from revoked_tokens where exp <= ? order by exp limit ?)')
    .get(now, limit)
  const newest = ended?.['newest']
  if (typeof newest !== 'number') return 0
  raisePurgedUntil(database, 'revoked_tokens', newest)
  return database
    .sql('delete from revoked_tokens where jti in (select jti from revoked_tokens where exp <= ? order by exp, jti limit ?)')
    .run(newest, limit)
}

function isTokenRevoked(database: SqlDatabase, { jti, exp }: { jti: string; exp: Seconds }): boolean {
  if (database.sql('select 1 from revoked_tokens where jti = ?').get(jti) !== undefined) return true
  return exp <= purgedUntil(database, 'revoked_tokens')
}
