import { closeSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { PkjwtError } from 'pkjwt/errors'
import { createGroupCommit, type Settled } from '../groupCommit.js'
import { StoreError } from '../storeError.js'
import { type AppFeed, createAppFeed } from './appFeed.js'
import { openDatabase, type SqlDatabase, type SqliteDriver } from './driver.js'
import { migrate, tryRollback } from './migrate.js'

/** A database behind the manners of the store: one kind of error, and writes that share a disk flush. */
export interface Connection {
  readonly name: string
  /** Reads now. What a write promised is seen as soon as its promise resolved. */
  read<T>(query: (database: SqlDatabase) => T): Promise<T>
  /** Writes with one statement: the whole group shares its fate. */
  writeOne<T>(statement: (database: SqlDatabase) => T): Promise<T>
  /** Writes with several statements: when it throws, what it did is undone, and the rest of the group is not touched. */
  write<T>(statements: (database: SqlDatabase) => T): Promise<T>
  /** The same for what belongs to an app: this process forgets at once what it keeps of apps. */
  writeApp<T>(statements: (database: SqlDatabase) => T): Promise<T>
  readonly watchApps: AppFeed['watch']
  /** @throws {StoreError} when the file that is open is no longer the file at its path */
  check(): void
  close(): Promise<void>
}

export interface ConnectionOptions {
  /** How long a statement waits for another process that writes. It blocks the event loop so long. Default 5000. */
  readonly busyTimeoutMilliseconds?: number | undefined
  readonly driver?: SqliteDriver | undefined
  readonly now: number
}

interface Job {
  readonly alone: boolean
  readonly run: (database: SqlDatabase) => void
}

export function openConnection(path: string, options: ConnectionOptions): Connection {
  const { busyTimeoutMilliseconds = 5000, driver, now } = options
  const name = `SQLite ${path}`
  const database = openFile(path, { driver, busyTimeoutMilliseconds, now })
  const place = path === ':memory:' ? undefined : placeOf(path)
  const feed = createAppFeed(database)
  const group = createGroupCommit<Job, void>((jobs) => commitGroup(database, { jobs, busyTimeoutMilliseconds }))
  let closing: Promise<void> | undefined

  const checkOpen = () => {
    if (closing !== undefined) throw new StoreError(`Cannot use the store ${name}: it is closed`)
  }
  const write = async <T>(alone: boolean, statements: (database: SqlDatabase) => T): Promise<T> => {
    checkOpen()
    let answer: { readonly value: T } | undefined
    const run = () => {
      answer = { value: statements(database) }
    }
    try {
      await group.add({ alone, run })
    } catch (cause) {
      throw storeError(`Cannot write to the store ${name}`, cause)
    }
    if (answer === undefined) throw new StoreError(`Cannot write to the store ${name}: the write was not run`)
    return answer.value
  }
  return {
    name,
    async read(query) {
      checkOpen()
      try {
        return query(database)
      } catch (cause) {
        throw storeError(`Cannot read from the store ${name}`, cause)
      }
    },
    writeOne: (statement) => write(false, statement),
    write: (statements) => write(true, statements),
    writeApp: (statements) => write(true, statements).finally(feed.forget),
    watchApps: feed.watch,
    check() {
      checkOpen()
      if (place === undefined || place === placeOf(path)) return
      throw new StoreError(`Cannot use the store ${name}: its file was moved or replaced while it was open`, {
        hint: 'Put the file back and start again',
      })
    },
    close() {
      closing ??= group.settled().then(() => closeDatabase(database))
      return closing
    },
  }
}

interface Group {
  readonly jobs: readonly Job[]
  readonly busyTimeoutMilliseconds: number
}

/** All jobs in one transaction, one flush for all of them. */
function commitGroup(database: SqlDatabase, group: Group): readonly Settled<void>[] | Promise<readonly Settled<void>[]> {
  return tryBegin(database, group) ? commitBegun(database, group) : commitLater(database, group)
}

/**
 * Another process holds the lock for the time of one flush. Asking again soon, and answering others meanwhile, beats the waiting of
 * SQLite, which blocks the event loop and grows to a tenth of a second.
 */
async function commitLater(database: SqlDatabase, group: Group): Promise<readonly Settled<void>[]> {
  const end = performance.now() + group.busyTimeoutMilliseconds
  while (performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 1))
    if (tryBegin(database, group)) return commitBegun(database, group)
  }
  throw new Error('database is locked')
}

/** @returns whether the transaction began; false when another process writes */
function tryBegin(database: SqlDatabase, { busyTimeoutMilliseconds }: Group): boolean {
  database.script('pragma busy_timeout=0')
  try {
    database.script('begin immediate')
    return true
  } catch (error) {
    if (/locked|busy/i.test(messageOf(error))) return false
    throw error
  } finally {
    database.script(`pragma busy_timeout=${Number(busyTimeoutMilliseconds)}`)
  }
}

function commitBegun(database: SqlDatabase, { jobs }: Group): readonly Settled<void>[] {
  try {
    const answers = jobs.map((job) => (job.alone ? runAlone(database, job) : runTogether(database, job)))
    database.script('commit')
    return answers
  } catch (error) {
    tryRollback(database)
    throw error
  }
}

function runTogether(database: SqlDatabase, { run }: Job): Settled<void> {
  run(database)
  return { value: undefined }
}

function runAlone(database: SqlDatabase, { run }: Job): Settled<void> {
  database.script('savepoint job')
  try {
    run(database)
    database.script('release job')
    return { value: undefined }
  } catch (error) {
    // When this throws too, the transaction is gone, and all jobs fail.
    database.script('rollback to job; release job')
    return { error }
  }
}

/** Pages in the -wal, 16 MiB of them, before they go into the file: one that changes often goes once. SQLite's own number is 1000. */
const pagesPerCheckpoint = 4000

function openFile(path: string, { driver, busyTimeoutMilliseconds, now }: ConnectionOptions): SqlDatabase {
  if (path !== ':memory:') createPrivately(path)
  let database: SqlDatabase | undefined
  try {
    database = openDatabase(path, driver)
    database.script(`pragma busy_timeout=${Number(busyTimeoutMilliseconds)}`)
    if (path !== ':memory:') useWriteAheadLog(database)
    if (path !== ':memory:') database.script(`pragma wal_autocheckpoint=${pagesPerCheckpoint}`)
    // FULL: a commit is on the disk before it returns, also when the power fails. What is deleted (old private keys) is wiped.
    database.script('pragma synchronous=full; pragma foreign_keys=on; pragma secure_delete=fast')
    migrate(database, { where: path, now })
    return database
  } catch (error) {
    database?.close()
    throw openError(path, error)
  }
}

/** SQLite gives its -wal and -shm files the mode of the file, and the file holds the server's private key. */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'ax', 0o600))
  } catch (cause) {
    const code = errorCode(cause)
    if (code === 'EEXIST') return
    const reason = code === 'ENOENT' ? `there is no folder ${JSON.stringify(dirname(path))}` : String(code ?? cause)
    throw new PkjwtError('config_invalid', `Cannot create the store ${path}: ${reason}`, {
      hint: 'Give a path where this user may make a file',
      cause,
    })
  }
}

// The change to WAL wants the file alone, and SQLite does not wait for it: when two processes start at once, one is told to
// come again. Waiting here blocks the event loop, as every wait of SQLite does.
function useWriteAheadLog(database: SqlDatabase): void {
  const cell = new Int32Array(new SharedArrayBuffer(4))
  for (let tries = 1; ; tries += 1) {
    try {
      database.sql('pragma journal_mode=wal').get()
      return
    } catch (error) {
      if (tries === 100 || !/locked|busy/i.test(messageOf(error))) throw error
      Atomics.wait(cell, 0, 0, 50)
    }
  }
}

/** Brings everything into the one file: libsql's own close leaves it in the -wal. */
function closeDatabase(database: SqlDatabase): void {
  try {
    database.sql('pragma wal_checkpoint(truncate)').get()
  } catch {
    // Another process is reading. What was committed is in the -wal, and the next one to open the file finds it.
  }
  database.close()
}

function placeOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path)
    return `${dev}:${ino}`
  } catch {
    return 'gone'
  }
}

function openError(path: string, error: unknown): PkjwtError {
  if (error instanceof PkjwtError) return error
  if (/not a database|malformed|encrypted/i.test(messageOf(error))) {
    return new PkjwtError('config_invalid', `Cannot open the store ${path}: the file is not an SQLite database`, {
      hint: 'Give the path of another file, or of none that exists yet',
      cause: error,
    })
  }
  return storeError(`Cannot open the store ${path}`, error)
}

function storeError(what: string, error: unknown): PkjwtError {
  if (error instanceof PkjwtError) return error
  return new StoreError(`${what}: ${messageOf(error)}`, { cause: error })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
