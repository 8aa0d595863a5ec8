import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportStore, importStore, openStore, type Store } from '@pkjwt/server'
import { generateKey, type SigningKey } from 'pkjwt/keys'
import { createAssertion } from 'pkjwt/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addApp, keyDraft, now } from '../../packages/server/src/store/contract/case.js'
import { ask, readAnswer, seedApp, startHttpServer } from '../server/support.js'
import { startPostgres, type TestPostgres } from './startPostgres.js'

let database: TestPostgres
let folder: string

beforeAll(async () => {
  database = await startPostgres()
  folder = await mkdtemp(join(tmpdir(), 'pkjwt-transfer-'))
})

afterAll(async () => {
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

const file = (name: string) => join(folder, name)

/** Something of everything, and of some things more than fits in a page. */
async function fill(store: Store): Promise<void> {
  await addApp(store, ['k1', 'k2'])
  await store.addGrant({ clientId: '0oa1', scope: 'okta.users.read', issuer: '', createdBy: 'seed' }, { now })
  await store.addRole({ clientId: '0oa1', type: 'SUPER_ADMIN' }, { now })
  await store.createApp(
    { clientId: '0oa2', clientName: '“Quoted” \\ {x}, "y"', status: 'INACTIVE', keys: [keyDraft(undefined)] },
    { now },
  )
  await store.createApp({ clientId: '0oa3', clientName: 'Gone', status: 'INACTIVE' }, { now })
  await store.deleteApp('0oa3', { now })
  await store.createUser({ id: '00u1', profile: { login: 'ada@example.com' } }, { now })
  await store.createServer({ id: 'default', audience: 'api://default', scopes: ['a'], defaultScopes: [] }, { now })
  await store.saveSetting('secret', 'NULL')
  await store.rememberEach(Array.from({ length: 2500 }, (_, index) => ({ key: keyOf(index), keepUntil: now + (index % 7) })))
  await store.purge({ now, limit: 5000 })
  await store.revokeToken({ jti: 'AT.1', exp: now + 60 })
  await store.appendLogEach(
    [1, 2, 3].map((n) => ({ instance: 'one', time: now, type: 't', detail: { n, text: 'Füße\u0000👣' } })),
  )
  await store.trimLog({ before: now + 1, limit: 1 })
}

function keyOf(index: number): Uint8Array {
  const key = new Uint8Array(16)
  new DataView(key.buffer).setUint32(0, (index * 2_654_435_761) % 2 ** 32)
  return key
}

async function exported(where: string): Promise<readonly string[]> {
  const lines: string[] = []
  for await (const line of exportStore(where)) lines.push(line)
  return lines
}

async function* each(lines: readonly string[]) {
  yield* lines
}

describe('a store that is exported', () => {
  it('and imported, from SQLite into PostgreSQL and back, is the same', async () => {
    const store = await openStore(file('first.db'))
    await fill(store)
    await store.close()
    const lines = await exported(file('first.db'))
    const url = await database.createDatabase('second')
    expect(await importStore(url, each(lines))).toMatchObject({ rows: lines.length - 2 })
    expect(await exported(url)).toEqual(lines)
    await importStore(file('third.db'), each(await exported(url)))
    expect(await exported(file('third.db'))).toEqual(lines)
  })

  it('goes on in PostgreSQL where it was: keys, ids and the log follow the last ones', async () => {
    const url = await database.createDatabase('goes_on')
    await importStore(url, each(await exported(file('first.db'))))
    const store = await openStore(url)
    expect(await store.addKey({ ...keyDraft('k3'), clientId: '0oa1' }, { now })).toMatchObject({ kid: 'k3' })
    expect((await store.listKeys('0oa1')).map(({ kid }) => kid)).toEqual(['k1', 'k2', 'k3'])
    expect((await store.appendLog({ instance: 'one', time: now, type: 't', detail: {} })).seq).toBe(4)
    expect(await store.rememberOnce({ key: keyOf(8), keepUntil: now + 60 })).toBe(false)
    expect(await store.rememberOnce({ key: keyOf(7), keepUntil: now })).toBe('expired')
    await store.close()
  })

  it('is not imported when it is cut off, changed, or the store holds something: nothing is kept', async () => {
    const url = await database.createDatabase('refusing')
    const lines = await exported(file('first.db'))
    for (const bad of [lines.slice(0, -1), lines.slice(1), [...lines.slice(0, 5), '{', ...lines.slice(5)], []]) {
      await expect(importStore(url, each(bad))).rejects.toMatchObject({ code: 'json_invalid' })
    }
    const odd = lines.map((line) => line.replace('"client_name"', '"client_name; drop table apps"'))
    await expect(importStore(url, each(odd))).rejects.toMatchObject({ code: 'json_invalid' })
    expect(await exported(url)).toHaveLength(4)
    await importStore(url, each(lines))
    await expect(importStore(url, each(lines))).rejects.toMatchObject({ code: 'config_invalid' })
  })
})

it('a server that moved from SQLite to PostgreSQL gives the same answers', async () => {
  const [issuer, clientId] = ['https://id.example.com', '0oaMoves000000000000']
  const key = await generateKey({ alg: 'ES256' })
  const sign = () => createAssertion({ clientId, audience: `${issuer}/oauth2/v1/token`, key })
  const settings = { issuer, signingAlg: 'ES256', seed: { apps: [seedApp(clientId, key)] } } as const
  const before = await startHttpServer({ ...settings, store: file('moves.db') })
  const used = await sign()
  const granted = await readAnswer(await ask(before.url, { clientId, key, assertion: used }))
  const published = await readAnswer(await fetch(`${before.url}/oauth2/v1/keys`))
  await before.close()
  const url = await database.createDatabase('moves')
  await importStore(url, each(await exported(file('moves.db'))))

  const after = await startHttpServer({ ...settings, store: url })
  expect(await statusOf(after.url, key, { clientId, assertion: used })).toBe(401)
  expect(await statusOf(after.url, key, { clientId, assertion: await sign() })).toBe(200)
  expect(await readAnswer(await fetch(`${after.url}/oauth2/v1/keys`))).toEqual(published)
  const authorization = `Bearer ${granted['access_token']}`
  expect((await fetch(`${after.url}/api/v1/users`, { headers: { authorization } })).status).toBe(200)
  await after.close()
})

async function statusOf(url: string, key: SigningKey, options: { clientId: string; assertion: string }): Promise<number> {
  const response = await ask(url, { key, ...options })
  await response.arrayBuffer()
  return response.status
}
