import { chown } from 'node:fs/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type Bundle, bundleScript, startServerProcess } from '../server/child.js'
import { canMount, expectSurvives, fullSettings, limitFiles, openSmallDisk } from '../server/fullDisk.js'
import { startPostgres, type TestPostgres } from './startPostgres.js'

let bundle: Bundle
let database: TestPostgres

beforeAll(async () => {
  bundle = await bundleScript('test/server/childMain.ts')
  database = await startPostgres({ isSmall: true })
})

afterAll(async () => {
  bundle[Symbol.dispose]()
  await database.close()
})

/** As whoever administers the database. */
async function administer(url: string, ...statements: readonly string[]): Promise<number> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  let size = 0
  for (const statement of statements) size = Number((await sql.unsafe(statement))[0]?.['size'] ?? 0)
  await sql.end()
  return size
}

// What a process may write is limited as Linux does it.
describe.runIf(process.platform === 'linux')('a server whose PostgreSQL', () => {
  it('may not let its files grow answers 503, and recovers when it may', { timeout: 90_000 }, async () => {
    const url = await database.createDatabase('limited')
    const server = await startServerProcess(bundle, { store: url, ...fullSettings })
    await expectSurvives(server, {
      // The table of used assertions becomes the longest file of all, and then it may grow no more.
      async fill() {
        const size = await administer(
          url,
          `insert into used select uuid_send(gen_random_uuid()), 4000000000 from generate_series(1, 60000)`,
          `select pg_relation_size('used') as size`,
        )
        limitFiles(database.processes(), size)
      },
      makeRoom: () => limitFiles(database.processes(), 'unlimited'),
    })
    await server.stop()
  })

  it.runIf(canMount)('is on a full disk answers 503, and recovers when there is room', { timeout: 90_000 }, async () => {
    using disk = openSmallDisk(4)
    await chown(disk.folder, 65534, 65534)
    const url = await database.createDatabase('full')
    const server = await startServerProcess(bundle, { store: url, ...fullSettings })
    await administer(url, `create tablespace small location '${disk.folder}'`, 'alter table used set tablespace small')
    await expectSurvives(server, disk)
    await server.stop()
  })
})
