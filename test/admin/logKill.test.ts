import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifyLog } from '@pkjwt/server'
import { generateKey } from 'pkjwt/keys'
import { expect, it } from 'vitest'
import { bundleScript, type ServerProcess, startServerProcess } from '../server/child.js'
import { ask, seedApp } from '../server/support.js'
import { adminToken, appBody } from './support.js'

const clientId = '0oaLogged00000000000'

it('kill -9 under load, three times on one store: the log holds, and so does every head that was noted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pkjwt-log-'))
  using bundle = await bundleScript('test/server/childMain.ts')
  const key = await generateKey({ alg: 'ES256' })
  const store = join(folder, 'pkjwt.db')
  const heads: string[] = []
  const answered: string[] = []
  for (let round = 0; round < 3; round++) {
    // The same name, so that the chain that was cut off is the one that goes on.
    const settings = { store, adminToken, signingAlg: 'ES256', instance: 'one', seed: { apps: [seedApp(clientId, key)] } }
    const server = await startServerProcess(bundle, settings)
    const until = Date.now() + 1000
    const loads = Promise.allSettled([
      ...Array.from({ length: 8 }, () => repeat(until, () => buy(server))),
      repeat(until, async () => void answered.push(await createApp(server))),
    ])
    await new Promise((resolve) => setTimeout(resolve, 700))
    heads.push(...(await verifyLog(store)).chains.map(({ head }) => head))
    await server.kill()
    await loads
  }
  const verified = await verifyLog(store, { heads })
  expect(verified).toMatchObject({ holds: true, chains: [{ instance: 'one' }], headsMissing: [] })
  expect(verified.chains[0]?.entries).toBeGreaterThan(10)
  expect(await namesIn(store)).toEqual(expect.arrayContaining(answered))
  await rm(folder, { recursive: true, force: true })

  async function buy({ url }: ServerProcess): Promise<void> {
    await (await ask(url, { clientId, key })).arrayBuffer()
  }

  /** An app that was answered for has to be in the log, whatever came after. */
  async function createApp({ url }: ServerProcess): Promise<string> {
    const label = randomBytes(6).toString('hex')
    const headers = { authorization: `SSWS ${adminToken}`, 'content-type': 'application/json' }
    const response = await fetch(`${url}/api/v1/apps`, { method: 'POST', headers, body: JSON.stringify(appBody(key, { label })) })
    if (response.status !== 200) throw new Error(`${response.status}`)
    await response.arrayBuffer()
    return label
  }
}, 60_000)

async function repeat(until: number, work: () => Promise<void>): Promise<void> {
  while (Date.now() < until) await work()
}

async function namesIn(path: string): Promise<readonly string[]> {
  const { openStore } = await import('@pkjwt/server')
  const store = await openStore(path)
  const entries = await store.listLog({ types: ['application.lifecycle.create'], limit: 1000 })
  await store.close()
  return entries.map(({ text }) => /"displayName":"([^"]+)"/.exec(text)?.[1] ?? '')
}
