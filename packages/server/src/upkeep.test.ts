import { expect, it } from 'vitest'
import { createAudit } from './log/audit.js'
import { createLog } from './log/log.js'
import { createMetrics } from './log/metrics.js'
import { openStore } from './store/open.js'
import { createSigningKeys } from './tokens/signingKeys.js'
import { tendAll } from './upkeep.js'

async function start() {
  const store = await openStore(':memory:')
  let now = 1_770_091_506
  const clock = () => new Date(now * 1000)
  const metrics = createMetrics()
  const log = createLog({ clock, metrics })
  const signingKeys = createSigningKeys({ store, clock, log, alg: 'ES256' })
  const instance = 'one'
  return {
    store,
    audit: createAudit({ store, clock, instance, log, metrics }),
    tend: () => tendAll({ store, clock, instance, metrics, signingKeys }, { isStopped: () => false }),
    forward: (seconds: number) => {
      now += seconds
    },
    now: () => now,
    stop: () => store.close(),
  }
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
  const { store, audit, tend, forward, stop } = await start()
  audit.note('application.lifecycle.create', {})
  await audit.settled()
  forward(91 * 86_400)
  audit.note('application.lifecycle.update', {})
  await audit.settled()
  await tend()
  expect((await store.listLog()).map(({ type }) => type)).toEqual(['application.lifecycle.update'])
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
