import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { PkjwtError } from 'pkjwt/errors'
import type { Options, PostgresType } from 'postgres'

/** What the URL of a store says. */
export interface PostgresSettings {
  /** For logs: without user and password. */
  readonly name: string
  readonly url: string
  readonly options: Options<{ bigint: PostgresType<number> }>
  /** How long an answer may take altogether, before the store counts as away. */
  readonly answerMilliseconds: number
}

/** How long PostgreSQL works on a statement, and waits for a row that another instance holds. */
const statementMilliseconds = 5_000
const lockMilliseconds = 3_000

/** When it does not answer at all: the connection hangs, or the machine is gone. */
const answerMilliseconds = 8_000

const connectionsDefault = 10

/**
 * Reads `postgres://user:password@host:port/database?sslmode=verify-full&max=20`. Times, `search_path` and every other parameter of a
 * session may stand in the query too.
 *
 * @throws {PkjwtError} `config_invalid`
 */
export function readPostgresUrl(where: string): PostgresSettings {
  const url = parseUrl(where)
  const { searchParams: given } = url
  const database = url.pathname.slice(1)
  if (database === '') throw invalid('it names no database', 'Give postgres://user@host:5432/database')
  const max = readCount(given, 'max', connectionsDefault)
  given.delete('max')
  const statement = readCount(given, 'statement_timeout', statementMilliseconds)
  const ssl = readTls(url)
  for (const name of ['sslmode', 'ssl', 'sslrootcert']) given.delete(name)
  return {
    name: `PostgreSQL ${url.host}/${database}`,
    url: url.href,
    answerMilliseconds: Math.max(answerMilliseconds, statement + lockMilliseconds),
    options: {
      max,
      ssl,
      connect_timeout: 5,
      // The next request tries again: whoever waits here would be told too late.
      backoff: () => 0.05,
      fetch_types: false,
      onnotice: () => {},
      types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
      connection: {
        application_name: 'pkjwt',
        statement_timeout: statement,
        lock_timeout: lockMilliseconds,
        idle_in_transaction_session_timeout: answerMilliseconds,
        // What was promised survives power loss, whatever the server's default is. With standbys that it waits for, they have it too.
        synchronous_commit: 'on',
      },
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

function readCount(given: URLSearchParams, name: string, otherwise: number): number {
  const text = given.get(name)
  if (text === null) return otherwise
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw invalid(`its "${name}" is not a positive whole number`, `Give a number, such as ${name}=${otherwise}`)
}

/** Names of libpq: `require` encrypts, `verify-full` also knows whom it talks to. `prefer` would fall back to none: it is refused. */
function readTls(url: URL): NonNullable<PostgresSettings['options']['ssl']> {
  const mode = url.searchParams.get('sslmode') ?? url.searchParams.get('ssl') ?? 'disable'
  const servername = isIP(url.hostname) === 0 ? { servername: url.hostname } : {}
  if (mode === 'disable' || mode === 'false') return false
  if (mode === 'require' || mode === 'true') return { rejectUnauthorized: false, ...servername }
  if (mode === 'verify-full') return { rejectUnauthorized: true, ...servername, ...readRoots(url) }
  throw invalid(`its sslmode "${mode.slice(0, 20)}" is not known`, 'Give sslmode=verify-full, require or disable')
}

function readRoots(url: URL): { readonly ca?: string } {
  const path = url.searchParams.get('sslrootcert')
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
