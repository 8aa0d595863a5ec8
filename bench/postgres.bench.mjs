// The token endpoint on PostgreSQL beside SQLite and a bare handler, one instance and two; two workers beside one; and how the store alone
// takes a million records. PostgreSQL runs on this machine, on the same cores, and waits for the disk.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '@pkjwt/server'
import { generateKey } from 'pkjwt/keys'
import { createAssertion, writeTokenRequest } from 'pkjwt/protocol'
import connect from 'postgres'
import { median, printTable } from './harness.mjs'
import { sendLoad, writeRequest } from './loadClient.mjs'
import { loadPostgres } from './loadPostgres.mjs'

const clientId = '0oaBench000000000000'
const quick = process.env.PKJWT_BENCH_QUICK === '1'
const sliceMilliseconds = quick ? 500 : 1200
const rounds = quick ? 3 : 7
const records = Number(process.env.PKJWT_BENCH_RECORDS ?? (quick ? 100_000 : 1_000_000))
const limit = 'bare node:http (limit)'
const sqlite = 'pkjwt, SQLite'

const key = await generateKey({ alg: 'ES256' })
const { startPostgres } = await loadPostgres()
const database = await startPostgres({ fsync: true })

async function startServer(file, settings) {
  const folder = mkdtempSync(join(tmpdir(), 'pkjwt-bench-'))
  const child = fork(new URL(`./tokenServers/${file}.mjs`, import.meta.url), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  child.send({ settings: { clientId, clientJwk: key.publicKey.jwk, alg: 'ES256', folder, ...settings } })
  const [{ started }] = await once(child, 'message')
  return { child, folder, ...started }
}

async function makeRequests({ port, path, audience }, count) {
  const requests = []
  for (let index = 0; index < count; index++) {
    const assertion = await createAssertion({ clientId, audience, key, check: false, lifetimeSeconds: 3500 })
    requests.push(writeRequest({ port, path, body: writeTokenRequest({ assertion, scopes: ['okta.users.read'] }) }))
  }
  return requests
}

/** A slice over one or several servers at once, the connections shared out among them. */
async function slice(servers, connections, expected) {
  const made = []
  for (const server of servers) made.push(await makeRequests(server, Math.ceil(expected / servers.length)))
  const each = connections / servers.length
  const send = ({ port }, index) =>
    sendLoad({ port, requests: made[index], connections: each, durationMilliseconds: sliceMilliseconds })
  const loads = await Promise.all(servers.map(send))
  for (const { answered, granted } of loads)
    if (granted !== answered) throw new Error(`${answered - granted} requests were refused`)
  return {
    perSecond: loads.reduce((sum, load) => sum + load.perSecond, 0),
    milliseconds: loads.flatMap(({ milliseconds }) => milliseconds),
  }
}

function percentile(values, share) {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length * share)]
}

async function compare(title, candidates, { connections, against }) {
  const slices = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]))
  const expected = {}
  for (const [name, servers] of Object.entries(candidates)) {
    const { perSecond } = await slice(servers, connections, 3000)
    expected[name] = Math.min(14_000, Math.ceil((perSecond * 2 * sliceMilliseconds) / 1000 + 500))
  }
  for (let round = 0; round < rounds; round++) {
    for (const [name, servers] of Object.entries(candidates)) slices[name].push(await slice(servers, connections, expected[name]))
  }
  const ratio = (name, other) => median(slices[name].map(({ perSecond }, round) => perSecond / slices[other][round].perSecond))
  const rows = Object.entries(slices).map(([name, all]) => ({
    server: name,
    ...Object.fromEntries(against.map((other) => [`req/s × ${other}`, ratio(name, other)])),
    'req/s, best': Math.max(...all.map(({ perSecond }) => perSecond)),
    'p50 ms': median(all.map(({ milliseconds }) => percentile(milliseconds, 0.5))),
    'p99 ms': median(all.map(({ milliseconds }) => percentile(milliseconds, 0.99))),
  }))
  printTable(`${title}, ${connections} connections`, rows)
}

function stop(servers) {
  for (const { child, folder } of servers) {
    child.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

const issuer = 'https://id.example.com'
const store = await database.createDatabase('tokens')
const first = await startServer('pkjwt', { store, issuer })
const second = await startServer('pkjwt', { store, issuer })
const candidates = {
  [limit]: [await startServer('bare')],
  [sqlite]: [await startServer('pkjwt')],
  'pkjwt, PostgreSQL': [first],
  'pkjwt, PostgreSQL, two instances': [first, second],
}
for (const connections of [16, 64]) {
  await compare('Access tokens ES256', candidates, { connections, against: [limit, sqlite] })
}
stop(new Set(Object.values(candidates).flat()))

const workers = {
  'one worker, SQLite': [await startServer('workers', { workers: 1 })],
  'two workers, SQLite': [await startServer('workers', { workers: 2 })],
}
await compare('Workers', workers, { connections: 64, against: ['one worker, SQLite'] })
stop(Object.values(workers).flat())

// The store alone.
const keepUntil = Math.floor(Date.now() / 1000) + 3600
const makeGroup = (count, until = keepUntil) =>
  Array.from({ length: count }, (_, index) => ({
    key: crypto.getRandomValues(new Uint8Array(16)),
    keepUntil: until + (index % 300),
  }))
const alone = await openStore(await database.createDatabase('records'))
const timeOf = async (groups) => {
  const made = Array.from({ length: groups }, () => makeGroup(64))
  const before = performance.now()
  for (const group of made) await alone.rememberEach(group)
  return ((performance.now() - before) * 1000) / (groups * 64)
}
await alone.rememberEach(makeGroup(1000))
await timeOf(20)
const few = []
for (let round = 0; round < 25; round++) few.push(await timeOf(10))
for (let done = 0; done < records; done += 1000) await alone.rememberEach(makeGroup(1000))
const many = []
for (let round = 0; round < 25; round++) many.push(await timeOf(10))
const sql = connect(`${database.url.replace(/postgres$/, 'records')}`, { max: 1 })
const [{ bytes, count }] = await sql`select pg_total_relation_size('used')::float8 as bytes, count(*)::int as count from used`
await sql.end()
let removed = 0
const before = performance.now()
for (let step = 0; step < 40; step++) removed += (await alone.purge({ now: keepUntil + 400, limit: 500 })).removed
const purgeMilliseconds = performance.now() - before
await alone.close()
printTable('Remembering a use, 64 at once, every group durable', [
  { records: '1,000 and more', 'µs each, median': median(few), ratio: 1 },
  { records: count.toLocaleString('en'), 'µs each, median': median(many), ratio: median(many) / median(few) },
])
printTable('What they take, and forgetting them in steps of 500', [
  {
    'bytes a record': bytes / count,
    'records removed a second': (removed * 1000) / purgeMilliseconds,
    'ms a step': purgeMilliseconds / 40,
  },
])
await database.close()
