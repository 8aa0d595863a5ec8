import { Pool, type PoolClient } from 'pg'
import { columnTypes, createQueries, createStatementNames, type Queries } from './queries.js'
import type { PostgresSettings } from './settings.js'

/** Connections, each used by one statement or one transaction at a time. */
export interface Connections {
  readonly queries: Queries
  transact<T>(statements: (queries: Queries) => Promise<T>): Promise<T>
  end(): Promise<void>
}

export function openPool({ config, isPreparing }: PostgresSettings): Connections {
  const pool = new Pool({ ...config, types: columnTypes })
  const nameOf = isPreparing ? createStatementNames() : () => undefined
  // A connection that breaks while nobody uses it is replaced; whoever uses one is told by the statement.
  pool.on('error', () => {})
  return {
    queries: createQueries(pool, nameOf),
    async transact(statements) {
      const client = await pool.connect()
      const broken = (error: Error) => void error
      client.on('error', broken)
      try {
        const value = await runTransaction(client, () => statements(createQueries(client, nameOf)))
        client.release()
        return value
      } catch (error) {
        // What state the connection is in is known only when PostgreSQL itself refused, and undid it.
        client.release(!(isRefusal(error) && (await isUndone(client))))
        throw error
      } finally {
        client.off('error', broken)
      }
    },
    end: () => pool.end(),
  }
}

async function runTransaction<T>(client: PoolClient, statements: () => Promise<T>): Promise<T> {
  await client.query('begin')
  const value = await statements()
  await client.query('commit')
  return value
}

async function isUndone(client: PoolClient): Promise<boolean> {
  try {
    await client.query('rollback')
    return true
  } catch {
    return false
  }
}

/** An error that came as an answer of PostgreSQL, on a connection that goes on. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'severity' in error && error.severity === 'ERROR'
}
