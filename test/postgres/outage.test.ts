import { generateKey, type SigningKey } from 'pkjwt/keys'
import { createAssertion } from 'pkjwt/protocol'
import postgres from 'postgres'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ask, type HttpServer, readAnswer, seedApp, startHttpServer } from '../server/support.js'
import { startPostgres, type TestPostgres } from './startPostgres.js'

const clientId = '0oaOutage00000000000'
let key: SigningKey
let database: TestPostgres
let server: HttpServer

beforeAll(async () => {
  key = await generateKey({ alg: 'ES256' })
})

beforeEach(async () => {
  database = await startPostgres()
  server = await startHttpServer({
    // A second is as good as five to see that it is not waited for longer.
    store: `${database.url}?statement_timeout=1000`,
    signingAlg: 'ES256',
    seed: { apps: [seedApp(clientId, key)] },
  })
  expect((await ask(server.url, { clientId, key })).status).toBe(200)
})

afterEach(async () => {
  await server.close()
  await database.close()
})

const sign = () => createAssertion({ clientId, audience: `${server.url}/oauth2/v1/token`, key })

async function statusOf(path: string): Promise<number> {
  const response = await fetch(`${server.url}${path}`)
  await response.arrayBuffer()
  return response.status
}

async function expectAway(assertion?: string): Promise<void> {
  const answer = await ask(server.url, { clientId, key, ...(assertion === undefined ? {} : { assertion }) })
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('1')
  expect(await readAnswer(answer)).toMatchObject({ error: 'temporarily_unavailable' })
}

async function expectBack(): Promise<void> {
  await expect.poll(() => statusOf('/health/ready'), { timeout: 10_000 }).toBe(200)
  expect((await ask(server.url, { clientId, key })).status).toBe(200)
}

/** As whoever administers the database. */
async function administer(...statements: readonly string[]): Promise<void> {
  const sql = postgres(database.url, { max: 1, onnotice: () => {} })
  for (const statement of statements) await sql.unsafe(statement)
  await sql.end()
}

describe('a server whose PostgreSQL', () => {
  it('is stopped answers 503 and turns red, and is back without help when PostgreSQL is', async () => {
    await database.stop()
    await expectAway()
    expect(await statusOf('/health/ready')).toBe(503)
    expect(await statusOf('/health/live')).toBe(200)
    await database.start()
    await expectBack()
  })

  it('crashes in the middle of requests gives no token twice for them', async () => {
    const assertions = await Promise.all(Array.from({ length: 60 }, sign))
    const send = async (assertion: string) => {
      const response = await ask(server.url, { clientId, key, assertion })
      await response.arrayBuffer()
      return response.status
    }
    const sent = assertions.map(send)
    await Promise.race(sent)
    await database.stop('kill')
    const before = await Promise.all(sent)
    await database.start()
    await expectBack()
    const after = await Promise.all(assertions.map(send))
    for (const [index, status] of before.entries()) expect([200, 401, 503]).toContain(status === 200 ? after[index] : status)
    expect(before.filter((status, index) => status === 200 && after[index] === 200)).toEqual([])
  })

  it('ends every connection goes on with new ones', async () => {
    await administer(
      'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
    )
    await expectBack()
  })

  it('is read-only answers 503 and turns red, and recovers', async () => {
    await administer(`alter database postgres set default_transaction_read_only = on`)
    await administer(
      'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
    )
    await expectAway()
    expect(await statusOf('/health/ready')).toBe(503)
    const sql = postgres(database.url, { max: 1, onnotice: () => {} })
    await sql`set default_transaction_read_only = off`
    await sql`alter database postgres reset default_transaction_read_only`
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()`
    await sql.end()
    await expectBack()
  })

  it('holds a lock for too long answers 503 within the time-out, and recovers', async () => {
    const sql = postgres(database.url, { max: 1 })
    const held = await sql.reserve()
    await held`begin`
    await held`lock table used in access exclusive mode`
    const started = performance.now()
    await expectAway()
    expect(performance.now() - started).toBeLessThan(4_000)
    await held`rollback`
    held.release()
    await sql.end()
    await expectBack()
  })

  it('lost a table answers 503 and turns red', async () => {
    await administer('alter table used rename to elsewhere')
    await expectAway()
    await administer('alter table elsewhere rename to used')
    await expectBack()
  })
})
