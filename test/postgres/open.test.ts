import { createServer, type Server } from 'node:net'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../packages/server/src/store/open.js'
import { openPool } from '../../packages/server/src/store/postgres/pool.js'
import { readPostgresUrl } from '../../packages/server/src/store/postgres/settings.js'
import { startPostgres, type TestPostgres } from './startPostgres.js'

let server: TestPostgres

beforeAll(async () => {
  server = await startPostgres()
})

afterAll(() => server.close())

async function administer(url: string, statement: string): Promise<readonly unknown[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return [...(await sql.unsafe(statement))]
  } finally {
    await sql.end()
  }
}

async function refusal(url: string): Promise<unknown> {
  return openStore(url).then(
    () => 'it was opened',
    (error: unknown) => error,
  )
}

describe('openStore() with the URL of a PostgreSQL database', () => {
  it('applies each migration once when many instances start at once', async () => {
    const url = await server.createDatabase('many')
    const stores = await Promise.all(Array.from({ length: 8 }, () => openStore(`${url}?max=2`)))
    await stores[0]?.saveSetting('a', '1')
    expect(await stores[7]?.findSetting('a')).toBe('1')
    await Promise.all(stores.map((store) => store.close()))
    expect(await administer(url, 'select number, name from migrations order by number')).toEqual([
      { number: '1', name: '001-first.sql' },
      { number: '2', name: '002-log-by-type.sql' },
    ])
  })

  it('refuses a schema that a newer program made', async () => {
    const url = await server.createDatabase('newer')
    await (await openStore(url)).close()
    await administer(url, `insert into migrations values (999, '999-later.sql', 'x', 0)`)
    expect(await refusal(url)).toMatchObject({ code: 'config_invalid', message: expect.stringContaining('999-later.sql') })
  })

  it('refuses a schema that is not the one of its files, and leaves it as it is', async () => {
    const url = await server.createDatabase('edited')
    await (await openStore(url)).close()
    await administer(url, `update migrations set sha256 = 'x' where number = 1`)
    expect(await refusal(url)).toMatchObject({ code: 'config_invalid', message: expect.stringContaining('001-first.sql') })
    expect(await administer(url, 'select sha256 from migrations where number = 1')).toEqual([{ sha256: 'x' }])
  })

  it('undoes a migration that fails, so that the next start finds nothing half done', async () => {
    const url = await server.createDatabase('half')
    await administer(url, 'create table log_chains (x int)')
    expect(await refusal(url)).toMatchObject({ code: 'store_unavailable', message: expect.stringContaining('log_chains') })
    expect(await administer(url, `select to_regclass('apps') as apps, to_regclass('migrations') as migrations`)).toEqual([
      { apps: null, migrations: null },
    ])
  })

  it('refuses a database, a schema or a user that is not there', async () => {
    const { href } = new URL('/nowhere', server.url)
    expect(await refusal(href)).toMatchObject({ code: 'config_invalid', message: expect.stringContaining('nowhere') })
    expect(await refusal(`${server.url}?search_path=nowhere`)).toMatchObject({ code: 'config_invalid' })
    expect(await refusal(server.url.replace('postgres@', 'nobody:secret@'))).toMatchObject({
      code: 'config_invalid',
      message: expect.not.stringContaining('secret'),
    })
  })

  it('says that the store is away when nobody listens, or TLS is wanted and not spoken', async () => {
    const away = { name: 'StoreError', code: 'store_unavailable' }
    expect(await refusal('postgres://postgres@127.0.0.1:9/postgres')).toMatchObject(away)
    expect(await refusal(`${server.url}?sslmode=require`)).toMatchObject(away)
    expect(await refusal(`${server.url}?sslmode=verify-full`)).toMatchObject(away)
  })

  it('does not wait without end for one who accepts and says nothing', async () => {
    const silent = await listen()
    const started = performance.now()
    expect(await refusal(`postgres://postgres@127.0.0.1:${silent.port}/postgres`)).toMatchObject({ code: 'store_unavailable' })
    expect(performance.now() - started).toBeLessThan(9_000)
    silent.server.close()
  })

  it('promises durability whatever the default of the database is', async () => {
    const url = await server.createDatabase('lazy')
    await administer(url, 'alter database lazy set synchronous_commit = off')
    const pool = openPool(readPostgresUrl(url))
    expect(await pool.queries.get('show synchronous_commit')).toEqual({ synchronous_commit: 'on' })
    await pool.end()
  })

  it('names the store without user and password', async () => {
    const url = await server.createDatabase('named')
    const store = await openStore(url.replace('postgres@', 'postgres:secret@'))
    expect(store.name).toBe(`PostgreSQL 127.0.0.1:${server.port}/named`)
    await store.close()
  })
})

async function listen(): Promise<{ readonly server: Server; readonly port: number }> {
  const silent = createServer((socket) => socket.on('error', () => {}))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const address = silent.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port is free')
  return { server: silent, port: address.port }
}
