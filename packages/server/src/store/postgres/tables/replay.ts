import { PkjwtError } from 'pkjwt/errors'
import type { Seconds, UseRecord } from '../../records.js'
import { replayKeyBytes } from '../../replayKey.js'
import { integer, isStorableText, type SqlRow, text } from '../../row.js'
import type { Remembered, ReplayStore } from '../../store.js'
import type { Connection } from '../connection.js'
import { arrayOf, type Queries } from '../queries.js'

export function createReplayStore({ read, write, writeOne, gather }: Connection): ReplayStore {
  const remember = gather<NamedUse, Remembered>(rememberUses, { inTransaction: false })
  const rememberOnce = async (record: UseRecord) => remember(nameUse(record))
  return {
    rememberOnce,
    rememberEach: (records) => Promise.all(records.map(rememberOnce)),
    revokeToken: ({ jti, exp }) =>
      writeOne(async (queries) => {
        await queries.run(
          `insert into revoked_tokens (jti, exp) values ($1, $2)
          on conflict (jti) do update set exp = greatest(revoked_tokens.exp, excluded.exp)`,
          jti,
          exp,
        )
      }),
    isTokenRevoked: async ({ jti, exp }) =>
      // Nothing that could not be stored was ever issued.
      !isStorableText(jti) || read((queries) => isTokenRevoked(queries, { jti, exp })),
    async purge({ now, limit }) {
      // A step that has nothing to remove writes nothing.
      if (!(await read((queries) => hasEnded(queries, now)))) return { removed: 0, done: true }
      return write(async (queries) => {
        const used = await purgeOldest(queries, 'used', { now, limit })
        const revoked = await purgeOldest(queries, 'revoked_tokens', { now, limit })
        return { removed: used + revoked, done: used < limit && revoked < limit }
      })
    },
  }
}

/** A use with its key as hex. */
interface NamedUse {
  readonly name: string
  readonly keepUntil: Seconds
}

function nameUse({ key, keepUntil }: UseRecord): NamedUse {
  if (key.length === replayKeyBytes && Number.isSafeInteger(keepUntil)) {
    return { name: Buffer.from(key.buffer, key.byteOffset, key.length).toString('hex'), keepUntil }
  }
  throw new PkjwtError('option_invalid', `Cannot remember a use: it takes ${replayKeyBytes} bytes and a time in whole seconds`, {
    hint: 'Make the key with replayKey() or proofKey()',
  })
}

/**
 * The one gate: a single statement inserts each record, unless it is there or could have been there before a purge. The row of
 * `purged` is held: a purge waits for it, and whoever waited for a purge sees the time to which it moved. The records go in by the
 * order of their keys, so that two instances never wait for each other.
 */
const rememberStatement = `
  with gate as materialized (select until from purged where name = 'used' for share),
  inserted as (
    insert into used (key, keep_until)
    select decode(use.name, 'hex'), use.keep_until
    from gate, unnest($1::text[], $2::bigint[]) with ordinality as use (name, keep_until, place)
    where gate.until < use.keep_until order by use.name, use.place
    on conflict (key) do nothing returning key, keep_until)
  select null as name, until as time from gate
  union all select encode(key, 'hex'), keep_until from inserted`

async function rememberUses(queries: Queries, uses: readonly NamedUse[]): Promise<readonly Remembered[]> {
  const rows = await queries.all(
    rememberStatement,
    arrayOf(uses.map(({ name }) => name)),
    arrayOf(uses.map(({ keepUntil }) => keepUntil)),
  )
  const gate = rows.find((row) => row['name'] === null)
  if (gate === undefined) throw new Error('the time up to which used was purged is missing')
  const until = integer(gate, 'time')
  const firsts = readInserted(rows.filter((row) => row !== gate))
  return uses.map(({ name, keepUntil }) => {
    if (keepUntil <= until) return 'expired'
    // Of several equal uses in one group, the first one takes it.
    return firsts.get(name) === keepUntil && firsts.delete(name)
  })
}

function readInserted(rows: readonly SqlRow[]): Map<string, Seconds> {
  return new Map(rows.map((row) => [text(row, 'name'), integer(row, 'time')]))
}

async function hasEnded(queries: Queries, now: Seconds): Promise<boolean> {
  const row = await queries.get(
    // The oldest of each, from the end of its index: `exists` would be looked for from the start of the table.
    `select coalesce((select min(keep_until) from used) <= $1, false)
      or coalesce((select min(exp) from revoked_tokens) <= $1, false) as ended`,
    now,
  )
  return row?.['ended'] === true
}

const purges = {
  used: {
    newest:
      'select max(time) as newest from (select keep_until as time from used where keep_until <= $1 order by time limit $2) as oldest',
    remove:
      'delete from used where ctid = any (array (select ctid from used where keep_until <= $1 order by keep_until limit $2))',
  },
  revoked_tokens: {
    newest:
      'select max(time) as newest from (select exp as time from revoked_tokens where exp <= $1 order by time limit $2) as oldest',
    remove:
      'delete from revoked_tokens where ctid = any (array (select ctid from revoked_tokens where exp <= $1 order by exp limit $2))',
  },
} as const

/** The time rises to the newest record removed, not to the clock: a clock that ran ahead for a while refuses no more than it forgot. */
async function purgeOldest(
  queries: Queries,
  name: keyof typeof purges,
  { now, limit }: Parameters<ReplayStore['purge']>[0],
): Promise<number> {
  // Held first, as a statement of its own: what follows sees every record that anyone was told of.
  await queries.get('select until from purged where name = $1 for update', name)
  const row = await queries.get(purges[name].newest, now, limit)
  const newest = row?.['newest']
  if (typeof newest !== 'number') return 0
  await queries.run('update purged set until = greatest(until, $1) where name = $2', newest, name)
  return queries.run(purges[name].remove, newest, limit)
}

async function isTokenRevoked(queries: Queries, { jti, exp }: { jti: string; exp: Seconds }): Promise<boolean> {
  const row = await queries.get(
    `select exists (select 1 from revoked_tokens where jti = $1)
      or $2 <= (select until from purged where name = 'revoked_tokens') as revoked`,
    jti,
    exp,
  )
  return row?.['revoked'] === true
}
