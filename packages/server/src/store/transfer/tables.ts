import { PkjwtError } from 'pkjwt/errors'
import type { SqlRow } from '../row.js'

/** What a column holds, in every database. */
export type ColumnKind = 'text' | 'integer' | 'bool' | 'bytes'

/** A table as it is carried from one store to another. */
export interface TableFacts {
  readonly name: string
  readonly columns: Readonly<Record<string, ColumnKind>>
  /** The columns that name a row, in whose order rows are read. */
  readonly key: readonly string[]
  /** Rows that a fresh store has already, which those of the export replace. */
  readonly isSeeded?: boolean
}

/** A row in its form as JSON: bytes are hex. */
export type PortableRow = Readonly<Record<string, string | number | boolean | null>>

const text = 'text'
const integer = 'integer'
const owned = { position: integer, id: text, client_id: text } as const

/** Every table whose loss would be noticed; what refers to another one stands below it. Who has which duty is found out anew. */
export const portableTables: readonly TableFacts[] = [
  {
    name: 'apps',
    key: ['client_id'],
    columns: {
      client_id: text,
      client_name: text,
      status: text,
      token_endpoint_auth_method: text,
      grant_types: text,
      jwks_uri: text,
      dpop_bound_access_tokens: 'bool',
      profile: text,
      network: text,
      settings: text,
      created: integer,
      last_updated: integer,
      ever_granted: 'bool',
      tokens_valid_from: integer,
      version: integer,
    },
  },
  {
    name: 'deleted_apps',
    key: ['client_id'],
    columns: { client_id: text, deleted: integer, ever_granted: 'bool', version: integer },
  },
  {
    name: 'app_keys',
    key: ['position'],
    columns: {
      ...owned,
      kid: text,
      thumbprint: text,
      jwk: text,
      use: text,
      status: text,
      created: integer,
      last_updated: integer,
      last_used: integer,
    },
  },
  { name: 'grants', key: ['position'], columns: { ...owned, scope: text, issuer: text, created: integer, created_by: text } },
  { name: 'roles', key: ['position'], columns: { ...owned, type: text, created: integer } },
  {
    name: 'users',
    key: ['id'],
    columns: { id: text, login: text, status: text, created: integer, last_updated: integer, profile: text, details: text },
  },
  {
    name: 'authorization_servers',
    key: ['id'],
    columns: { id: text, audience: text, scopes: text, default_scopes: text, created: integer, last_updated: integer },
  },
  {
    name: 'signing_keys',
    key: ['position'],
    columns: {
      position: integer,
      kid: text,
      alg: text,
      public_jwk: text,
      secret: text,
      sealed: 'bool',
      created: integer,
      not_before: integer,
      not_after: integer,
    },
  },
  { name: 'settings', key: ['name'], columns: { name: text, value: text } },
  { name: 'purged', key: ['name'], columns: { name: text, until: integer }, isSeeded: true },
  { name: 'used', key: ['key'], columns: { key: 'bytes', keep_until: integer } },
  { name: 'revoked_tokens', key: ['jti'], columns: { jti: text, exp: integer } },
  {
    name: 'log_chains',
    key: ['instance'],
    columns: { instance: text, removed_seq: integer, removed_hash: text, last_seq: integer, last_hash: text },
  },
  {
    name: 'log',
    key: ['instance', 'seq'],
    columns: { instance: text, seq: integer, time: integer, type: text, detail: text, previous_hash: text, hash: text },
  },
]

/** A database that is read from, or written to, as a whole. */
export interface OpenTables {
  /** For a sentence. */
  readonly name: string
  /** All rows of a table, a thousand at once, as of the moment at which the first table was read. */
  pages(table: TableFacts): AsyncIterable<readonly SqlRow[]>
  isEmpty(table: TableFacts): Promise<boolean>
  clear(table: TableFacts): Promise<void>
  insert(table: TableFacts, rows: readonly PortableRow[]): Promise<void>
  /** Keeps what was inserted. Without it, `close` undoes everything. */
  commit(): Promise<void>
  close(): Promise<void>
}

export const rowsPerPage = 1000

/** Reads a row of an export; nothing in it is believed before. */
export function readPortableRow(value: unknown, { name, columns }: TableFacts): PortableRow {
  if (typeof value !== 'object' || value === null) throw malformed(name)
  const given = new Map<string, unknown>(Object.entries(value))
  const row = Object.entries(columns).map(([column, kind]) => {
    const cell = given.get(column)
    if (!isCell(cell, kind)) throw malformed(`${name}.${column}`)
    return [column, cell] as const
  })
  if (given.size !== row.length) throw malformed(name)
  return Object.fromEntries(row)
}

function isCell(cell: unknown, kind: ColumnKind): cell is PortableRow[string] {
  if (cell === null) return true
  if (kind === 'integer') return Number.isSafeInteger(cell)
  if (kind === 'bool') return typeof cell === 'boolean'
  return typeof cell === 'string' && (kind === 'text' || /^(?:[0-9a-f]{2})+$/.test(cell))
}

function malformed(what: string): PkjwtError {
  return new PkjwtError('json_invalid', `Cannot import: a row of ${what} is not one that this version exports`, {
    hint: 'Export it again, with the same version as here',
  })
}
