import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { writePrivateKey } from 'pkjwt/keys'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testKey, until } from './harness.js'
import { startTokenServer, type TokenServer } from './tokenServer.js'

// Real processes with the built library and one folder of tokens between them.
const built = (file: string) => resolve(import.meta.dirname, '../../packages/pkjwt/dist', file)
if (!existsSync(built('index.js'))) throw new Error('Cannot start processes: the library is not built, run npm run build')

let folder: string
let server: TokenServer
const children: ChildProcess[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pkjwt-processes-'))
  server = await startTokenServer({ key: await testKey() })
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await server.close()
  await rm(folder, { recursive: true })
})

/** Starts a process that asks for the token. */
async function start(): Promise<{ readonly child: ChildProcess; readonly output: Promise<string> }> {
  const given = {
    library: pathToFileURL(built('index.js')).href,
    node: pathToFileURL(built('node/index.js')).href,
    org: server.origin,
    clientId: '0oa1',
    key: await writePrivateKey(await testKey(), 'jwk'),
    folder,
  }
  const env = { PATH: process.env['PATH'], PKJWT_ASK: JSON.stringify(given) }
  const child = spawn(process.execPath, [resolve(import.meta.dirname, 'askOnce.mjs')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const output = text(child.stdout)
  return { child, output }
}

test('ten processes that want the same token make one request', async () => {
  const started = await Promise.all(Array.from({ length: 10 }, start))
  expect(await Promise.all(started.map(({ output }) => output))).toEqual(Array.from({ length: 10 }, () => 'token-1'))
  expect(server.requests).toHaveLength(1)
})

test('a process that is killed while it holds the lock holds nobody up', async () => {
  // The first request is never answered, so its process waits with the lock in its hands.
  server.faults.push(() => true)
  const holder = await start()
  await until(() => server.requests.length === 1)
  expect((await readdir(folder)).filter((name) => name.endsWith('.lock'))).toHaveLength(1)
  const waiting = await start()
  holder.child.kill('SIGKILL')
  expect(await waiting.output).toBe('token-1')
  expect(server.requests).toHaveLength(2)
  expect((await readdir(folder)).filter((name) => name.endsWith('.lock'))).toEqual([])
})
