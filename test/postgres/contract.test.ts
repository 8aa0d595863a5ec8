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

async function schema(place: string): Promise<string> {
  const name = place.replaceAll('-', '_')
  const sql = postgres(server.url, { max: 1, onnotice: () => {} })
  await sql`create schema if not exists ${sql(name)}`
  await sql.end()
  return name
}
