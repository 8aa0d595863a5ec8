import { profiles } from 'pkjwt/profiles'
import { expect, it } from 'vitest'
import { createAddresses } from './addresses.js'
import { startServer, stopServer } from './app.js'
import { openStore } from './store/open.js'
import { tendAll } from './upkeep.js'

async function start() {
  const store = await openStore(':memory:')
  let now = 1_770_091_506
  const options = { store, issuer: 'https://id.example.com', clock: () => new Date(now * 1000), signingAlg: 'ES256' } as const
  const started = await startServer(options, { addresses: createAddresses(options), profile: profiles.okta })
  await started.context.signingKeys.ready()
  const tend = () => tendAll(started.context, { isStopped: () => false })
  const stop = async () => {
    await stopServer(started, options)
    await store.close()
  }
  return { store, context: started.context, tend, forward: (seconds: number) => (now += seconds), now: () => now, stop }
}

it('forgets used assertions when they are over, and not before', async () => {
  const { store, tend, forward, now, stop } = await start()
  const record = { key: new Uint8Array(16), keepUntil: now() + 60 }
  await store.rememberOnce(record)
  await tend()
  expect(await store.rememberOnce(record)).toBe(false)
  forward(61)
  await tend()
  expect(await store.rememberOnce(record)).toBe('expired')
  await stop()
})

it('shortens the audit log to its days, and the rest of the chain still verifies', async () => {
  const { store, context, tend, forward, stop } = await start()
  context.audit.note('first', {})
  await context.audit.settled()
  forward(91 * 86_400)
  context.audit.note('second', {})
  await context.audit.settled()
  await tend()
  expect((await store.listLog()).map(({ type }) => type)).toEqual(['second'])
  await stop()
})

it('is done by one of two processes on a store', async () => {
  const { store, tend, now, stop } = await start()
  await store.claimDuty({ name: 'upkeep', holder: 'another', until: now() + 60 }, { now: now() })
  await store.rememberOnce({ key: new Uint8Array(16), keepUntil: now() - 1 })
  const record = { key: new Uint8Array(16).fill(1), keepUntil: now() }
  await store.rememberOnce(record)
  await tend()
  expect(await store.rememberOnce(record)).toBe(false)
  await stop()
})
