import { PkjwtError } from 'pkjwt/errors'
import { createGroupCommit, type GroupCommit } from '../groupCommit.js'
import { StoreError } from '../storeError.js'
import { type MigrateOptions, migrate } from './migrate.js'
import { type Connections, openPool } from './pool.js'
import type { Queries } from './queries.js'
import { type PostgresSettings, readPostgresUrl } from './settings.js'
import { type AppFeed, createAppFeed } from './watch.js'

/** Connections to PostgreSQL behind the manners of the store: one kind of error, and nothing that waits without end. */
export interface Connection {
  readonly name: string
  /** One statement, or several that need not agree. */
  read<T>(query: (queries: Queries) => Promise<T>): Promise<T>
  /** One statement that writes: it is a transaction by itself. */
  writeOne<T>(statement: (queries: Queries) => Promise<T>): Promise<T>
  /** Several statements in one transaction. It is run again when another one came in its way. */
  write<T>(statements: (queries: Queries) => Promise<T>): Promise<T>
  /** The same for what belongs to an app: this process forgets at once what it keeps of apps. */
  writeApp<T>(statements: (queries: Queries) => Promise<T>): Promise<T>
  readonly watchApps: AppFeed['watch']
  /** Writes what comes in one turn of the event loop, and while such a write is under way, together. */
  gather<Item, Answer>(
    write: (queries: Queries, items: readonly Item[]) => Promise<readonly Answer[]>,
    options: GatherOptions,
  ): (item: Item) => Promise<Answer>
  close(): Promise<void>
}

export interface GatherOptions {
  /** Whether the write has several statements. */
  readonly inTransaction: boolean
  readonly groupMax?: number | undefined
}

/**
 * Connects, and brings the schema to the newest version.
 *
 * @throws {PkjwtError} `config_invalid` when the URL cannot be used, or the schema is another one.
 * @throws {StoreError} `store_unavailable`
 */
export async function openConnection(url: string, options: Omit<MigrateOptions, 'where'>): Promise<Connection> {
  const settings = readPostgresUrl(url)
  await migrateFirst(settings, options)
  return createConnection(openPool(settings), { name: settings.name, feed: createAppFeed(settings) })
}

/** One transaction for as long as it takes: an export or an import. */
export interface OpenTransaction {
  readonly name: string
  readonly queries: Queries
  commit(): Promise<void>
  /** Undoes what was not committed. */
  close(): Promise<void>
}

/** Brings the schema to the newest version, and begins a transaction that sees what is there now. */
export async function openTransaction(url: string): Promise<OpenTransaction> {
  const settings = readPostgresUrl(url)
  const { name } = settings
  await migrateFirst(settings, { now: Math.floor(Date.now() / 1000) })
  const pool = openPool(patient(settings))
  const { queries } = pool
  await queries.script('begin isolation level repeatable read')
  return {
    name,
    queries,
    commit: () => queries.script('commit'),
    async close() {
      await queries.script('rollback')
      await pool.end()
    },
  }
}

async function migrateFirst(settings: PostgresSettings, options: Omit<MigrateOptions, 'where'>): Promise<void> {
  const pool = openPool(patient(settings))
  try {
    await pool.transact((queries) => migrate(queries, { ...options, where: settings.name }))
  } catch (error) {
    throw openError(settings.name, error)
  } finally {
    await pool.end()
  }
}

/** One connection, for work that takes its time: an index is built, or another instance builds it. */
function patient(settings: PostgresSettings): PostgresSettings {
  const times = {
    statement_timeout: 600_000,
    lock_timeout: 600_000,
    query_timeout: 610_000,
    idle_in_transaction_session_timeout: 600_000,
    idleTimeoutMillis: 0,
  }
  return { ...settings, config: { ...settings.config, max: 1, ...times } }
}

function createConnection(
  { queries, transact, end }: Connections,
  { name, feed }: { readonly name: string; readonly feed: AppFeed },
): Connection {
  const underway = new Set<Promise<unknown>>()
  const groups = new Set<Pick<GroupCommit<unknown, unknown>, 'settled'>>()
  let closing: Promise<void> | undefined

  const checkOpen = () => {
    if (closing !== undefined) throw new StoreError(`Cannot use the store ${name}: it is closed`)
  }
  const answerOf = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const answer = work()
    underway.add(answer)
    try {
      return await answer
    } catch (cause) {
      throw storeError(`Cannot ${what} the store ${name}`, cause)
    } finally {
      underway.delete(answer)
    }
  }
  const use = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    checkOpen()
    return answerOf(what, work)
  }
  return {
    name,
    read: (query) => use('read from', () => query(queries)),
    writeOne: (statement) => use('write to', () => again(() => statement(queries))),
    write: (statements) => use('write to', () => again(() => transact(statements))),
    // Also when it failed: a commit may have gone through although its answer was lost.
    writeApp: (statements) => use('write to', () => again(() => transact(statements))).finally(feed.forget),
    watchApps: feed.watch,
    gather(write, { inTransaction, groupMax }) {
      const group = createGroupCommit<Parameters<typeof write>[1][number], Awaited<ReturnType<typeof write>>[number]>(
        async (items) => {
          const run = () => (inTransaction ? transact((one) => write(one, items)) : write(queries, items))
          const answers = await answerOf('write to', () => again(run))
          return answers.map((value) => ({ value }))
        },
        { groupMax },
      )
      groups.add(group)
      return async (item) => {
        checkOpen()
        return group.add(item)
      }
    },
    close() {
      closing ??= settleAll(groups, underway).then(async () => {
        await Promise.all([feed.end(), end()])
      })
      return closing
    },
  }
}

async function settleAll(groups: Iterable<{ settled(): Promise<void> }>, underway: Iterable<Promise<unknown>>): Promise<void> {
  await Promise.all(Array.from(groups, (group) => group.settled()))
  await Promise.allSettled([...underway])
}

/** PostgreSQL undid a transaction because of another one, and asks to try again: serialization_failure, deadlock_detected. */
const againCodes: readonly unknown[] = ['40001', '40P01']

async function again<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run()
    } catch (error) {
      if (tries === 3 || !againCodes.includes(errorCode(error))) throw error
    }
  }
}

/** Password, database, permission, parameter: what waiting will not mend. */
const settingCodes = /^(28...|3D000|3F000|42501|42704|22023)$/

function openError(name: string, error: unknown): PkjwtError {
  if (error instanceof PkjwtError) return error
  if (settingCodes.test(String(errorCode(error)))) {
    return new PkjwtError('config_invalid', `Cannot open the store ${name}: ${messageOf(error)}`, {
      hint: 'Give the URL of a database that this user may create tables in',
      cause: error,
    })
  }
  return storeError(`Cannot open the store ${name}`, error)
}

function storeError(what: string, error: unknown): PkjwtError {
  if (error instanceof PkjwtError) return error
  return new StoreError(`${what}: ${messageOf(error)}`, { cause: error })
}

function messageOf(error: unknown): string {
  // A host with two addresses gives an AggregateError, which has a code and no words.
  return error instanceof Error && error.message !== '' ? error.message : String(errorCode(error) ?? error)
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
