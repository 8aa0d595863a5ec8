// Every operation of a store that grows with its rows, at 1,000 rows of each table and at 1,000,000, on SQLite and PostgreSQL. What
// is written waits for the disk.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '@pkjwt/server'
import { generateKey } from 'pkjwt/keys'
import connect from 'postgres'
import { openDatabase } from '../packages/server/dist/store/sqlite/driver.js'
import { printTable } from './harness.mjs'
import { loadPostgres } from './loadPostgres.mjs'
import { appId, fillStatements, instance, keepUntil, logStart, template } from './storeRows.mjs'

const few = 1_000
const many = Number(process.env.PKJWT_BENCH_RECORDS ?? (process.env.PKJWT_BENCH_QUICK === '1' ? 50_000 : 1_000_000))
const rounds = 15
const key = await generateKey({ alg: 'ES256' })
const { kid, thumbprint, publicKey } = key
const keys = [{ kid, thumbprint, jwk: publicKey.jwk }]
const grants = [{ scope: 'okta.users.read', issuer: '', createdBy: 'bench' }]
const now = logStart
let names = 0
const fresh = () => `fresh${++names}`
const bytes = () => crypto.getRandomValues(new Uint8Array(16))

/** Each takes a store and the number of rows, and is timed as a whole. */
const operations = {
  'find an app': (store, rows) => store.findApp(appId(random(rows))),
  'find an app that is not there': (store) => store.findApp('nobody'),
  'list apps, first page': (store) => store.listApps({ limit: 20 }),
  'list apps, a page in the middle': (store, rows) => store.listApps({ limit: 20, after: appId(rows / 2) }),
  'create an app, deactivate and delete it': async (store) => {
    const clientId = fresh()
    await store.createApp({ clientId, clientName: 'x', keys, grants }, { now })
    await store.updateApp({ clientId, status: 'INACTIVE' }, { now })
    await store.deleteApp(clientId, { now })
  },
  'change an app': (store, rows) => store.updateApp({ clientId: appId(random(rows)), clientName: fresh() }, { now }),
  'find when an app was deleted': (store, rows) => store.findDeletion(`gone${random(rows)}`),
  'list the keys of an app': (store, rows) => store.listKeys(appId(random(rows))),
  'find a key': (store, rows) => {
    const number = random(rows)
    return store.findKey(appId(number), `key${number}`)
  },
  'add a key, deactivate and remove it': async (store, rows) => {
    const clientId = appId(random(rows))
    const added = await store.addKey({ clientId, kid: fresh(), thumbprint: fresh(), jwk: publicKey.jwk }, { now })
    await store.setKeyStatus({ clientId, keyId: added.id, status: 'INACTIVE' }, { now })
    await store.removeKey({ clientId, keyId: added.id }, { now })
  },
  'note the use of a key': (store, rows) => store.markKeyUsed(`key${random(rows)}`, now + ++names * 100),
  'list the grants of an app': (store, rows) => store.listGrants(appId(random(rows))),
  'add a grant and remove it': async (store, rows) => {
    const clientId = appId(random(rows))
    const grant = await store.addGrant({ clientId, scope: 'okta.apps.read', issuer: fresh(), createdBy: 'bench' }, { now })
    await store.removeGrant({ clientId, grantId: grant.id }, { now })
  },
  'list the scopes that are granted': (store) => store.listGrantedScopes(),
  'add a role and remove it': async (store, rows) => {
    const clientId = appId(random(rows))
    const role = await store.addRole({ clientId, type: 'ORG_ADMIN' }, { now })
    await store.removeRole({ clientId, roleId: role.id }, { now })
  },
  'whether an app holds a role': (store) => store.hasActiveRole('APP_ADMIN'),
  'whether an app holds a role that none has': (store) => store.hasActiveRole('HELP_DESK_ADMIN'),
  'find a user by login': (store, rows) => store.findUser(`login${random(rows)}`),
  'list users, a page in the middle': (store, rows) =>
    store.listUsers({ limit: 20, after: `user${String(rows / 2).padStart(7, '0')}` }),
  'remember a use': (store) => store.rememberOnce({ key: bytes(), keepUntil }),
  'remember 64 at once': (store) => store.rememberEach(Array.from({ length: 64 }, () => ({ key: bytes(), keepUntil }))),
  'revoke a token': (store) => store.revokeToken({ jti: fresh(), exp: keepUntil }),
  'whether a token is revoked': (store, rows) => store.isTokenRevoked({ jti: `jti${random(rows)}`, exp: keepUntil }),
  'one step of a purge, nothing has ended': (store) => store.purge({ now, limit: 500 }),
  'append to the log': (store) => store.appendLog({ instance, time: keepUntil, type: 't', detail: {} }),
  'list the log, newest 100': (store) => store.listLog({ order: 'descending', limit: 100 }),
  'list the log, the next 100 in the middle': (store) => store.listLog({ after: cursors.get(store), limit: 100 }),
  'list the log, from a time on': (store, rows) => store.listLog({ since: logStart + rows / 2, limit: 100 }),
  'list the log, newest 100 before a time': (store, rows) =>
    store.listLog({ until: logStart + rows / 2, order: 'descending', limit: 100 }),
  'list the log, a type that is rare': (store) => store.listLog({ types: ['rare'], limit: 100 }),
  'list the log, a type that never came': (store) => store.listLog({ types: ['never', 'neither'], limit: 100 }),
  'list the log of an instance that wrote little': (store) => store.listLog({ instance: 'quiet', limit: 100 }),
  'list a chain of the log': (store, rows) => store.listLogChain(instance, { seq: rows / 2, limit: 100 }),
  'list the log, 100 of a type that is common': (store) =>
    store.listLog({ types: ['app.oauth2.token.grant'], after: cursors.get(store), limit: 100 }),
  'one step of retention, most is old enough': (store, rows) => store.trimLog({ before: logStart + rows * 0.9, limit: 1 }),
  'one step of retention, nothing is old enough': (store) => store.trimLog({ before: logStart, limit: 100 }),
}

// Where a page in the middle of the log begins.
const cursors = new Map()

function random(rows) {
  return 1 + Math.floor(Math.random() * rows)
}

async function plantTemplate(store) {
  const roles = [{ type: 'APP_ADMIN' }]
  await store.createApp({ clientId: template, clientName: 'Template', keys, grants, roles }, { now })
  await store.createUser({ id: template, profile: { login: template } }, { now })
  await store.appendLog({ instance, time: logStart, type: 'app.oauth2.token.grant', detail: { clientId: template } })
  await store.appendLog({ instance: 'quiet', time: logStart, type: 'app.oauth2.token.grant', detail: { clientId: template } })
}

/** @param run runs statements on the database of the store */
async function prepare(store, rows, { dialect, run }) {
  await plantTemplate(store)
  for (const statement of fillStatements(rows, dialect)) await run(statement)
  const [middle] = await store.listLog({ since: logStart + rows / 2, limit: 1 })
  cursors.set(store, middle.cursor)
  return { store, rows }
}

async function compare(title, sizes) {
  const table = []
  for (const [operation, run] of Object.entries(operations)) {
    const times = sizes.map(() => [])
    const calls = await countCalls(run, sizes[0])
    for (let round = 0; round < rounds; round++) {
      for (const [index, { store, rows }] of sizes.entries()) times[index].push(await timeOf(() => run(store, rows), calls))
    }
    // The fastest round of each: what else the machine did meanwhile is not the store's doing.
    const [small, large] = times.map((all) => Math.min(...all))
    table.push({
      operation,
      [`µs at ${few.toLocaleString('en')}`]: small,
      [`µs at ${many.toLocaleString('en')}`]: large,
      ratio: large / small,
    })
  }
  printTable(title, table)
}

/** As many calls as take some milliseconds. */
async function countCalls(run, { store, rows }) {
  await run(store, rows)
  return Math.max(1, Math.min(200, Math.floor(10_000 / (await timeOf(() => run(store, rows), 3)))))
}

async function timeOf(run, calls) {
  const before = performance.now()
  for (let call = 0; call < calls; call++) await run()
  return ((performance.now() - before) * 1000) / calls
}

const folder = mkdtempSync(join(tmpdir(), 'pkjwt-store-'))
const sqlite = []
for (const rows of [few, many]) {
  const path = join(folder, `${rows}.db`)
  const store = await openStore(path)
  const database = openDatabase(path)
  sqlite.push(await prepare(store, rows, { dialect: 'sqlite', run: (statement) => database.script(statement) }))
  database.close()
}
await compare('SQLite', sqlite)
for (const { store } of sqlite) await store.close()
rmSync(folder, { recursive: true, force: true })

const { startPostgres } = await loadPostgres()
const server = await startPostgres({ fsync: true })
const postgres = []
for (const rows of [few, many]) {
  const url = await server.createDatabase(`rows_${rows}`)
  const store = await openStore(url)
  const sql = connect(url, { max: 1, onnotice: () => {} })
  postgres.push(await prepare(store, rows, { dialect: 'postgres', run: (statement) => sql.unsafe(statement) }))
  await sql.end()
}
await compare('PostgreSQL', postgres)
for (const { store } of postgres) await store.close()
await server.close()
