import { verifyLog } from '@pkjwt/server'
import { generateKey } from 'pkjwt/keys'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../packages/server/src/store/sqlite/driver.js'
import { startHttpServer } from '../server/support.js'
import { adminToken, appBody } from './support.js'

const headers = { authorization: `SSWS ${adminToken}`, 'content-type': 'application/json' }

/** A server with some changes in its log. */
async function startWithLog(entries = 5) {
  const server = await startHttpServer({ adminToken, instance: 'one' })
  const body = JSON.stringify(appBody(await generateKey({ alg: 'ES256' })))
  for (let index = 0; index < entries; index++) {
    const { status } = await fetch(`${server.url}/api/v1/apps`, { method: 'POST', headers, body })
    expect(status).toBe(200)
  }
  return server
}

function change(path: string, sql: string): void {
  const database = openDatabase(path)
  database.script(sql)
  database.close()
}

describe('verifyLog()', () => {
  it('finds nothing wrong while the server writes, and gives the head', async () => {
    await using server = await startWithLog()
    const { chains, holds } = await verifyLog(server.storePath)
    expect(chains).toMatchObject([{ instance: 'one', entries: 5, removed: 0, fault: undefined }])
    const heads = chains.map(({ head }) => head)
    expect(holds).toBe(true)
    expect(await verifyLog(server.storePath, { heads })).toMatchObject({ holds: true, headsMissing: [] })
    expect(await verifyLog(server.storePath, { heads: ['0'.repeat(63).concat('1')] })).toMatchObject({ holds: false })
  })

  it.each([
    ['a byte of a detail', "update log set detail = replace(detail, 'SUCCESS', 'FAILURE') where seq = 3", 'changed', 3],
    ['a type', "update log set type = 'user.session.start' where seq = 2", 'changed', 2],
    ['a time', 'update log set time = time + 1 where seq = 4', 'changed', 4],
    ['a hash', "update log set hash = replace(hex(randomblob(32)), 'A', 'a') where seq = 5", 'changed', 5],
    ['an entry that is gone', 'delete from log where seq = 3', 'missing', 3],
    ['the last entry that is gone', 'delete from log where seq = 5', 'missing', 5],
  ])('finds %s', async (_name, sql, fault, seq) => {
    await using server = await startWithLog()
    const before = await verifyLog(server.storePath)
    change(server.storePath, sql)
    const after = await verifyLog(server.storePath)
    expect(before.holds).toBe(true)
    expect(after).toMatchObject({ holds: false, chains: [{ fault: { fault, seq } }] })
  })

  it('goes on to hold when retention took the oldest away', async () => {
    await using server = await startWithLog()
    const { openStore } = await import('@pkjwt/server')
    const store = await openStore(server.storePath)
    await store.trimLog({ before: Math.floor(Date.now() / 1000) + 10, limit: 2 })
    await store.close()
    expect(await verifyLog(server.storePath)).toMatchObject({ holds: true, chains: [{ entries: 3, removed: 2 }] })
  })
})
