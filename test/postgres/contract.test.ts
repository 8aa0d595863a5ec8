import postgres from 'postgres'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { openPostgresStore } from '../../packages/server/src/store/postgres.js'
import { testStore } from '../../packages/server/src/store/storeContract.js'
import { startPostgres, type TestPostgres } from './startPostgres.js'

let server: TestPostgres

beforeAll(async () => {
  server = await startPostgres()
})

afterAll(() => server.close())

testStore('on PostgreSQL', async (place) => openPostgresStore(`${server.url}?max=3&search_path=${await schema(place)}`), {
  describe,
  it,
})

const schemas = new Map<string, Promise<string>>()

function schema(place: string): Promise<string> {
  const known = schemas.get(place) ?? createSchema(place.replaceAll('-', '_'))
  schemas.set(place, known)
  return known
}

async function createSchema(name: string): Promise<string> {
  const sql = postgres(server.url, { max: 1 })
  await sql`create schema ${sql(name)}`
  await sql.end()
  return name
}
