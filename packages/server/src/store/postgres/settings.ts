import { readFileSync } from 'node:fs'
import type { PoolConfig } from 'pg'
import { PkjwtError } from 'pkjwt/errors'

/** What the URL of a store says. */
export interface PostgresSettings {
  /** For logs: without user and password. */
  readonly name: string
  readonly config: PoolConfig
  /** Whether statements are prepared by name; a pooler between may not take that. */
  readonly isPreparing: boolean
}

/** How long PostgreSQL works on a statement, and waits for a row that another instance holds. */
const statementMilliseconds = 5_000
const lockMilliseconds = 3_000

/** How much longer than that an answer may take, before the connection counts as dead. */
const answerMilliseconds = 2_000

/** To connect, or to wait for a connection that is free. */
const connectMilliseconds = 5_000

const connectionsDefault = 10

const parameters = ['max', 'statement_timeout', 'prepare', 'sslmode', 'sslrootcert', 'search_path', 'application_name']

/**
 * Reads `postgres://user:password@host:port/database?sslmode=verify-full&max=20`. What is left out comes from the variables of libpq
 * (`PGUSER`, `PGPASSWORD` …).
 *
 * @throws {PkjwtError} `config_invalid`
 */
export function readPostgresUrl(where: string): PostgresSettings {
  const url = parseUrl(where)
  const { searchParams: given, hostname, port, username, password, pathname } = url
  const unknown = [...given.keys()].find((name) => !parameters.includes(name))
  if (unknown !== undefined) throw invalid(`its parameter "${unknown}" is not known`, `Known are ${parameters.join(', ')}`)
  const database = decode(pathname.slice(1))
  if (database === '') throw invalid('it names no database', 'Give postgres://user@host:5432/database')
  const statement = readCount(given, 'statement_timeout', statementMilliseconds)
  return {
    name: `PostgreSQL ${url.host}/${database}`,
    isPreparing: given.get('prepare') !== 'false',
    config: {
      ...(hostname === '' ? {} : { host: decode(hostname.replace(/^\[(.*)\]$/, '$1')) }),
      ...(port === '' ? {} : { port: Number(port) }),
      ...(username === '' ? {} : { user: decode(username) }),
      ...(password === '' ? {} : { password: decode(password) }),
      database,
      ssl: readTls(given),
      max: readCount(given, 'max', connectionsDefault),
      application_name: given.get('application_name') ?? 'pkjwt',
      options: sessionOptions(given),
      keepAlive: true,
      connectionTimeoutMillis: connectMilliseconds,
      statement_timeout: statement,
      lock_timeout: Math.min(lockMilliseconds, statement),
      query_timeout: statement + answerMilliseconds,
      idle_in_transaction_session_timeout: statement + answerMilliseconds,
    },
  }
}

function parseUrl(where: string): URL {
  try {
    return new URL(where)
  } catch {
    // The text may hold a password, so neither it nor the cause is shown.
    throw invalid('its URL cannot be read', 'Give postgres://user:password@host:5432/database; write special characters as %40')
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid('its URL holds a "%" that encodes nothing', 'Write the percent sign itself as %25')
  }
}

function readCount(given: URLSearchParams, name: string, otherwise: number): number {
  const text = given.get(name)
  if (text === null) return otherwise
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw invalid(`its "${name}" is not a positive whole number`, `Give a number, such as ${name}=${otherwise}`)
}

/**
 * What each session starts with. What was promised survives power loss, whatever the default of the server is; where it waits for
 * standbys, they have it too.
 */
function sessionOptions(given: URLSearchParams): string {
  const path = given.get('search_path')
  const options = { synchronous_commit: 'on', ...(path === null ? {} : { search_path: path }) }
  return Object.entries(options)
    .map(([name, value]) => `-c ${name}=${value.replace(/[\\ ]/g, '\\$&')}`)
    .join(' ')
}

/** Names of libpq: `require` encrypts, `verify-full` also knows whom it talks to. `prefer` would fall back to none: it is refused. */
function readTls(given: URLSearchParams): NonNullable<PoolConfig['ssl']> {
  const mode = given.get('sslmode') ?? 'disable'
  if (mode === 'disable') return false
  if (mode === 'require') return { rejectUnauthorized: false }
  if (mode === 'verify-full') return { rejectUnauthorized: true, ...readRoots(given) }
  throw invalid(`its sslmode "${mode.slice(0, 20)}" is not known`, 'Give sslmode=verify-full, require or disable')
}

function readRoots(given: URLSearchParams): { readonly ca?: string } {
  const path = given.get('sslrootcert')
  if (path === null || path === 'system') return {}
  try {
    return { ca: readFileSync(path, 'utf8') }
  } catch (cause) {
    throw new PkjwtError('config_invalid', `Cannot open the store: its sslrootcert ${path} cannot be read`, { cause })
  }
}

function invalid(what: string, hint: string): PkjwtError {
  return new PkjwtError('config_invalid', `Cannot open the store: ${what}`, { hint })
}
