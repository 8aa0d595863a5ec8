import { openStore, type Store } from '@pkjwt/server'
import { generateKey, type SigningKey } from 'pkjwt/keys'
import { createAssertion, writeTokenRequest } from 'pkjwt/protocol'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ask, formType, type HttpServer, readAnswer, seedApp, startHttpServer } from '../server/support.js'
import { startPostgres, type TestPostgres } from './startPostgres.js'

const issuer = 'https://id.example.com'
const clientId = '0oaChanges0000000000'
const now = () => Math.floor(Date.now() / 1000)

let database: TestPostgres
let keys: readonly SigningKey[]
let instances: readonly HttpServer[]
let store: Store

beforeAll(async () => {
  database = await startPostgres()
  keys = await Promise.all(['k1', 'k2'].map((kid) => generateKey({ alg: 'ES256', kid })))
})

afterAll(() => database.close())

beforeEach(async ({ task }) => {
  const url = await database.createDatabase(task.id.replaceAll('-', '_'))
  const [first] = keys
  if (first === undefined) throw new Error('there is no key')
  const app = seedApp(clientId, first, { jwks: { keys: keys.map(({ publicKey }) => publicKey.jwk) } })
  const start = () => startHttpServer({ store: `${url}?max=3`, issuer, signingAlg: 'ES256', seed: { apps: [app] } })
  instances = [await start(), await start()]
  store = await openStore(`${url}?max=2`)
  // Until every instance listens, it reads for each request, which is right and no test of what it keeps.
  await expect.poll(() => countListeners(url)).toBe(2)
  expect(await statuses()).toEqual([200, 200])
})

afterEach(async () => {
  await Promise.all(instances.map((instance) => instance.close()))
  await store.close()
})

/** What each instance answers to a fresh assertion of the first key. */
async function statuses(): Promise<number[]> {
  const [key] = keys
  if (key === undefined) throw new Error('there is no key')
  return Promise.all(
    instances.map(async ({ url }) => {
      const assertion = await createAssertion({ clientId, audience: `${issuer}/oauth2/v1/token`, key })
      const response = await ask(url, { clientId, key, assertion })
      await response.arrayBuffer()
      return response.status
    }),
  )
}

async function countListeners(url: string): Promise<number> {
  const sql = postgres(url, { max: 1 })
  const [row] = await sql`
    select count(*)::int as count from pg_stat_activity where datname = current_database() and application_name = 'pkjwt listens'`
  await sql.end()
  return row?.['count']
}

/** A request goes out at every moment of the second: none of those that start after it may succeed. */
async function expectRefusedWithinOneSecond(): Promise<void> {
  const changedAt = performance.now()
  while ((await statuses()).includes(200)) expect(performance.now() - changedAt).toBeLessThan(1000)
  expect(await statuses()).toEqual([401, 401])
}

describe('what is changed by one instance is known to every instance within a second', () => {
  it('when a key is deactivated', async () => {
    const [key] = (await store.listKeys(clientId)).filter(({ kid }) => kid === 'k1')
    await store.setKeyStatus({ clientId, keyId: key?.id ?? '', status: 'INACTIVE' }, { now: now() })
    await expectRefusedWithinOneSecond()
  })

  it('when an app is deactivated', async () => {
    await store.updateApp({ clientId, status: 'INACTIVE' }, { now: now() })
    await expectRefusedWithinOneSecond()
  })

  it('when the connection that listens was lost just before', async () => {
    const sql = postgres(database.url, { max: 1 })
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pkjwt listens'`
    await sql.end()
    await store.updateApp({ clientId, status: 'INACTIVE' }, { now: now() })
    await expectRefusedWithinOneSecond()
  })

  it('when a token is revoked', async () => {
    const [key] = keys
    const [one, two] = instances
    if (key === undefined || one === undefined || two === undefined) throw new Error('nothing was started')
    const ours = await createAssertion({ clientId, audience: `${issuer}/oauth2/v1/token`, key })
    const { access_token: token } = await readAnswer(await ask(one.url, { clientId, key, assertion: ours }))
    const isActive = async (url: string) => (await post(url, 'introspect', { key, token: String(token) }))['active']
    expect(await Promise.all(instances.map(({ url }) => isActive(url)))).toEqual([true, true])
    await post(one.url, 'revoke', { key, token: String(token) })
    expect(await Promise.all(instances.map(({ url }) => isActive(url)))).toEqual([false, false])
  })
})

async function post(
  url: string,
  endpoint: 'introspect' | 'revoke',
  { key, token }: { readonly key: SigningKey; readonly token: string },
): Promise<Record<string, unknown>> {
  const assertion = await createAssertion({ clientId, audience: `${issuer}/oauth2/v1/${endpoint}`, key })
  const body = new URLSearchParams(writeTokenRequest({ assertion, scopes: [] }))
  body.delete('grant_type')
  body.delete('scope')
  body.set('token', token)
  const response = await fetch(`${url}/oauth2/v1/${endpoint}`, { method: 'POST', body, headers: { 'content-type': formType } })
  const text = await response.text()
  expect([response.status, text]).toEqual([200, expect.any(String)])
  return text === '' ? {} : JSON.parse(text)
}

describe('watchApps()', () => {
  it('names the app that another instance changed, and any app when it listens anew', async () => {
    const told: (string | undefined)[] = []
    const watch = store.watchApps?.((id) => told.push(id))
    await expect.poll(() => watch?.isCurrent()).toBe(true)
    expect(told).toEqual([undefined])
    const other = await openStore(`${database.url.replace(/postgres$/, databaseName())}?max=1`)
    await other.updateApp({ clientId, clientName: 'Other' }, { now: now() })
    await expect.poll(() => told.at(-1)).toBe(clientId)
    await other.close()
  })
})

function databaseName(): string {
  return store.name.replace(/^.*\//, '')
}
