import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthorizationServer, openStore } from '@pkjwt/server'
import { generateKey } from 'pkjwt/keys'
import { expect, it } from 'vitest'
import { ask, seedApp } from './support.js'

it('one million used assertions come and go while the server keeps answering', async () => {
  const clientId = '0oaMillion0000000000'
  const key = await generateKey({ alg: 'ES256' })
  const folder = await mkdtemp(join(tmpdir(), 'pkjwt-million-'))
  const store = await openStore(join(folder, 'pkjwt.db'))
  let offset = 0
  const clock = () => new Date(Date.now() + offset * 1000)
  const server = createAuthorizationServer({ store, clock, signingAlg: 'ES256', seed: { apps: [seedApp(clientId, key)] } })
  const { url } = await server.listen({ port: 0 })
  const milliseconds: number[] = []
  const statuses = new Set<number>()
  let isOver = false
  const client = (async () => {
    while (!isOver) {
      const before = performance.now()
      const response = await ask(url, { clientId, key, now: clock() })
      await response.arrayBuffer()
      milliseconds.push(performance.now() - before)
      statuses.add(response.status)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()

  const keepUntil = Math.floor(Date.now() / 1000) + 600
  for (let part = 0; part < 1000; part++) {
    await store.rememberEach(Array.from({ length: 1000 }, () => ({ key: crypto.getRandomValues(new Uint8Array(16)), keepUntil })))
  }
  offset = 3600
  const purged = async () => {
    const text = await (await fetch(`${url}/metrics`)).text()
    return Number(/pkjwt_records_purged_total (\d+)/.exec(text)?.[1] ?? 0)
  }
  while ((await purged()) < 1_000_000) await new Promise((resolve) => setTimeout(resolve, 500))
  isOver = true
  await client
  await server.close()
  await store.close()
  await rm(folder, { recursive: true, force: true })
  expect(statuses).toEqual(new Set([200]))
  milliseconds.sort((one, other) => one - other)
  expect(milliseconds[Math.floor(milliseconds.length * 0.95)]).toBeLessThan(1000)
})
