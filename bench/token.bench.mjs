// The token endpoint beside others, in turns over one machine: requests per second, CPU of the server for each, and how long answers take.
// Clients sign with ES256; every request carries a fresh assertion that was signed before the slice began.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from 'pkjwt/keys'
import { createAssertion, writeTokenRequest } from 'pkjwt/protocol'
import { median, printTable, recordRatios } from './harness.mjs'
import { sendLoad, writeRequest } from './loadClient.mjs'

const clientId = '0oaBench000000000000'
const quick = process.env.PKJWT_BENCH_QUICK === '1'
const sliceMilliseconds = quick ? 400 : 1200
const roundsOf = { 16: quick ? 3 : 7, 64: quick ? 3 : 7 }
const requestsAtMost = 14_000

const servers = {
  'bare node:http (limit)': 'bare',
  pkjwt: 'pkjwt',
  '@node-oauth/oauth2-server + jose': 'nodeOauth',
  'oidc-provider, in memory': 'oidcProvider',
  'oauth2-mock-server (verifies nothing)': 'mockServer',
}

const key = await generateKey({ alg: 'ES256' })

async function startServer(file, alg) {
  const folder = mkdtempSync(join(tmpdir(), 'pkjwt-bench-'))
  const before = performance.now()
  const child = fork(new URL(`./tokenServers/${file}.mjs`, import.meta.url), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  child.send({ settings: { clientId, clientJwk: key.publicKey.jwk, alg, folder } })
  const [{ started }] = await once(child, 'message')
  const [request] = await makeRequests(started, 1)
  await sendLoad({ port: started.port, requests: [request], connections: 1, durationMilliseconds: 1000 })
  const startMilliseconds = performance.now() - before
  return { child, folder, startMilliseconds, ...started }
}

async function makeRequests({ port, path, audience }, count) {
  const requests = []
  for (let index = 0; index < count; index++) {
    const assertion = await createAssertion({ clientId, audience, key, check: false, lifetimeSeconds: 3500 })
    requests.push(writeRequest({ port, path, body: writeTokenRequest({ assertion, scopes: ['okta.users.read'] }) }))
  }
  return requests
}

async function measure(child) {
  child.send({ measure: true })
  const [message] = await once(child, 'message')
  return message
}

async function slice(server, connections, expected) {
  const requests = await makeRequests(server, expected)
  const before = await measure(server.child)
  const load = await sendLoad({ port: server.port, requests, connections, durationMilliseconds: sliceMilliseconds })
  const after = await measure(server.child)
  if (load.granted !== load.answered) throw new Error(`${load.answered - load.granted} requests were refused`)
  const cpu = after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system
  return { ...load, cpuEach: cpu / load.answered, rss: after.rss }
}

function percentile(values, share) {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length * share)]
}

for (const alg of ['ES256', 'RS256']) {
  const running = {}
  for (const [name, file] of Object.entries(servers)) running[name] = await startServer(file, alg)
  for (const connections of [16, 64]) {
    const rounds = Object.fromEntries(Object.keys(servers).map((name) => [name, []]))
    // The first slice warms up and says how many requests the next one can need.
    const expected = {}
    for (const [name, server] of Object.entries(running)) {
      const { perSecond } = await slice(server, connections, 3000)
      expected[name] = Math.min(requestsAtMost, Math.ceil((perSecond * 2 * sliceMilliseconds) / 1000 + 500))
    }
    for (let round = 0; round < roundsOf[connections]; round++) {
      for (const [name, server] of Object.entries(running)) rounds[name].push(await slice(server, connections, expected[name]))
    }
    const limit = rounds['bare node:http (limit)']
    const rows = Object.entries(rounds).map(([name, slices]) => ({
      server: name,
      'req/s × limit': median(slices.map(({ perSecond }, round) => perSecond / limit[round].perSecond)),
      'CPU × limit': median(slices.map(({ cpuEach }, round) => cpuEach / limit[round].cpuEach)),
      'req/s, best': Math.max(...slices.map(({ perSecond }) => perSecond)),
      'CPU µs, least': Math.min(...slices.map(({ cpuEach }) => cpuEach)),
      'p50 ms': median(slices.map(({ milliseconds }) => percentile(milliseconds, 0.5))),
      'p99 ms': median(slices.map(({ milliseconds }) => percentile(milliseconds, 0.99))),
      'RSS MiB': Math.max(...slices.map(({ rss }) => rss)) / 1_048_576,
      'start to first token ms': running[name].startMilliseconds,
    }))
    printTable(`Access tokens ${alg}, ${connections} connections`, rows)
    recordRatios({
      what: `${alg} tokens, ${connections} connections`,
      limit: 'bare node:http that verifies and signs',
      target: alg === 'ES256' ? 0.85 : 1.3,
      ratios: Object.fromEntries(
        rows.flatMap((row) => (row.server.startsWith('bare') ? [] : [[row.server, row['req/s × limit']]])),
      ),
    })
  }
  for (const { child, folder } of Object.values(running)) {
    child.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}
