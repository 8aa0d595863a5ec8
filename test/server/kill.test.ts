import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '@pkjwt/server'
import { generateKey } from 'pkjwt/keys'
import { createAssertion } from 'pkjwt/protocol'
import { expect, it } from 'vitest'
import { bundleScript, startServerProcess } from './child.js'
import { killRounds } from './killRounds.js'
import { ask, seedApp } from './support.js'

it('kill -9 in the middle of load, three times: nothing that got a token is accepted again', async () => {
  const report = await killRounds({ rounds: 3 })
  expect(report).toMatchObject({ acceptedAgain: 0, acceptedMoreThanOnce: 0, tokensOpened: [true, true, true] })
  expect(report.granted).toBeGreaterThan(30)
}, 120_000)

it('a clock set back, two processes and 100,000 others in between: none accepted again', async () => {
  const [issuer, clientId] = ['https://id.example.com', '0oaClock000000000000']
  const key = await generateKey({ alg: 'ES256' })
  const folder = await mkdtemp(join(tmpdir(), 'pkjwt-clock-'))
  using bundle = await bundleScript('test/server/childMain.ts')
  const store = join(folder, 'pkjwt.db')
  const settings = { store, issuer, signingAlg: 'ES256', seed: { apps: [seedApp(clientId, key)] } }
  const start = (clockOffsetSeconds: number) =>
    Promise.all([0, 1].map(() => startServerProcess(bundle, { ...settings, clockOffsetSeconds })))
  const now = Math.floor(Date.now() / 1000)
  const claims = { iat: undefined, exp: now + 300 }
  const assertions = await Promise.all(
    Array.from({ length: 40 }, () =>
      createAssertion({ clientId, audience: `${issuer}/oauth2/v1/token`, key, claims, check: false }),
    ),
  )
  const statusesAt = async (urls: readonly string[]) =>
    Promise.all(
      assertions.map(async (assertion, index) => {
        const response = await ask(urls[index % 2] ?? '', { clientId, key, assertion })
        await response.arrayBuffer()
        return response.status
      }),
    )

  const before = await start(0)
  expect(new Set(await statusesAt(before.map(({ url }) => url)))).toEqual(new Set([200]))
  await Promise.all(before.map((process) => process.kill()))

  const open = await openStore(store)
  for (let part = 0; part < 100; part++) {
    const others = Array.from({ length: 1000 }, () => ({ key: crypto.getRandomValues(new Uint8Array(16)), keepUntil: now + 300 }))
    await open.rememberEach(others)
  }
  await open.close()

  // An hour back "exp" lies further ahead than is allowed; fifty minutes back the assertion itself would be good again.
  for (const offset of [-3600, -3000]) {
    const after = await start(offset)
    expect(new Set(await statusesAt(after.map(({ url }) => url).reverse()))).toEqual(new Set([401]))
    await Promise.all(after.map((process) => process.kill()))
  }
  await rm(folder, { recursive: true, force: true })
}, 120_000)
