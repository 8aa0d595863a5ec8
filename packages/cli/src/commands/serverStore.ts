import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { CliError } from '../cliError.js'
import { defineCommand, type Outcome } from '../command.js'
import { text } from '../flags.js'
import { stdinName, systemCode, unreadable } from '../input.js'
import type { Io } from '../io.js'
import { loadServer } from '../loadServer.js'
import { readStore, withoutPassword } from '../storeName.js'

const store = text('Server', 'STORE', 'a file (./pkjwt.db by default), postgres://…, or env:NAME of one')
const output = text('Output', 'FILE', 'where it goes, for this user alone; stdout by default', { short: 'o', isFile: true })
const where = (given: string | undefined, io: Io) => readStore(given ?? './pkjwt.db', io.env)

/** `server store migrate`: the schema, apart from the start of a server. */
export const serverStoreMigrate = defineCommand({
  name: 'server store migrate',
  summary: 'bring the schema of a store to this version',
  examples: [['before the servers of a new version start', 'pkjwt server store migrate --store env:PKJWT_STORE']],
  flags: { store },
  notes: ['A server does the same when it starts. Several may start at once: one migrates, the others wait for it.'],
  async run({ flags, io }): Promise<Outcome> {
    const { migrateStore } = await loadServer()
    const name = await migrateStore(where(flags.store, io))
    return { text: `${name} is up to date`, data: { store: name } }
  },
})

/** `server store export`: everything, as lines of JSON. */
export const serverStoreExport = defineCommand({
  name: 'server store export',
  summary: 'write everything that a store knows, as lines of JSON',
  examples: [['a backup, while servers run', 'pkjwt server store export --store ./pkjwt.db -o backup.jsonl']],
  flags: { store, output },
  notes: ['The private keys that sign access tokens are among it: keep it as you keep those.'],
  async run({ flags, io, json }): Promise<Outcome> {
    const { exportStore } = await loadServer()
    const from = where(flags.store, io)
    const { output: file = stdinName } = flags
    if (json && file === stdinName) {
      throw new CliError('flag_conflict', 'Cannot print lines and an envelope on one stdout', { hint: 'Give -o FILE' })
    }
    let lines = 0
    const count = async function* () {
      for await (const line of exportStore(from)) {
        lines += 1
        yield `${line}\n`
      }
    }
    if (file !== stdinName) {
      await writeLines(file, count())
      return { text: `wrote ${lines} lines to ${file}`, data: { store: withoutPassword(from), file, lines } }
    }
    for await (const line of count()) io.stdout.write(line)
    return { isWritten: true }
  },
})

/** `server store import`: the other half of export. */
export const serverStoreImport = defineCommand({
  name: 'server store import',
  summary: 'write an export into a store that is empty',
  takes: 'FILE',
  wordsMax: 1,
  examples: [['from SQLite to PostgreSQL', 'pkjwt server store import backup.jsonl --store env:PKJWT_STORE']],
  flags: { store },
  notes: ['All of it is written, or nothing. No server may run on the store meanwhile. FILE may be -.'],
  async run({ flags, words: [file], io }): Promise<Outcome> {
    if (file === undefined) {
      throw new CliError('argument_missing', 'Cannot import: no file is named', {
        hint: 'Name what export wrote',
        showHelp: true,
      })
    }
    const { importStore } = await loadServer()
    const lines = await openLines(file)
    const { name, rows } = await importStore(where(flags.store, io), lines)
    return { text: `${name} got ${rows} rows`, data: { store: name, rows } }
  },
})

/** A file that is not there yet, readable by this user alone. An import finds out when its end is missing. */
async function writeLines(file: string, lines: AsyncIterable<string>): Promise<void> {
  const handle = await open(file, 'wx', 0o600).catch((cause: unknown) => {
    const reason = systemCode(cause) === 'EEXIST' ? 'it exists' : systemCode(cause)
    throw new CliError('file_unwritable', `Cannot write ${file}: ${reason}`, {
      hint: 'Name a file that does not exist yet',
      cause,
    })
  })
  try {
    for await (const line of lines) await handle.write(line)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Opens it at once, so that a file that is not there is told as such, and reads it line by line. */
async function openLines(file: string): Promise<AsyncIterable<string>> {
  const handle = file === stdinName ? undefined : await openFile(file)
  return readLines(handle)
}

/** A generator starts to read when the first line is wanted: what a reader of lines says before is lost. */
async function* readLines(handle: FileHandle | undefined): AsyncGenerator<string, void> {
  const input = handle?.createReadStream() ?? createReadStream('', { fd: 0, autoClose: false })
  yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file)
  } catch (cause) {
    throw unreadable(file, 'the export', cause)
  }
}
