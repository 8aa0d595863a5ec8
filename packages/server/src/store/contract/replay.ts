import assert from 'node:assert/strict'
import { proofKey, replayKey } from '../replayKey.js'
import type { Store } from '../store.js'
import { now, type StoreCase, storeCase, twoStoresCase } from './case.js'

const use = (clientId: string, jti: string, keepUntil = now + 300) => ({ key: replayKey(clientId, jti), keepUntil })

/** Purges until every record was looked at. */
async function purgeAll(store: Store, at: number, limit = 1000): Promise<number> {
  let removed = 0
  for (let steps = 0; steps < 1000; steps += 1) {
    const step = await store.purge({ now: at, limit })
    removed += step.removed
    if (step.done) return removed
  }
  throw new Error('purge() did not come to an end in 1000 steps')
}

const once: readonly StoreCase[] = [
  storeCase('rememberOnce() answers true the first time only', async (store) => {
    assert.equal(await store.rememberOnce(use('0oa1', 'a')), true)
    assert.equal(await store.rememberOnce(use('0oa1', 'a')), false)
  }),
  storeCase('rememberOnce() answers true once for fifty equal uses at once', async (store) => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => store.rememberOnce(use('0oa1', 'a'))))
    assert.equal(answers.filter((answer) => answer === true).length, 1)
    assert.equal(answers.filter((answer) => answer === false).length, 49)
  }),
  twoStoresCase('rememberOnce() answers true once for fifty equal uses at once on two stores', async (first, second) => {
    const stores = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? first : second))
    const answers = await Promise.all(stores.map((store) => store.rememberOnce(use('0oa1', 'a'))))
    assert.equal(answers.filter((answer) => answer === true).length, 1)
  }),
  storeCase('rememberOnce() finds a use again whatever its new keepUntil', async (store) => {
    await store.rememberOnce(use('0oa1', 'a', now + 300))
    assert.equal(await store.rememberOnce(use('0oa1', 'a', now + 3600)), false)
  }),
  storeCase('rememberOnce() keeps the clients apart', async (store) => {
    assert.equal(await store.rememberOnce(use('a', 'bc')), true)
    assert.equal(await store.rememberOnce(use('ab', 'c')), true)
    assert.equal(await store.rememberOnce(use('A', 'bc')), true)
    assert.equal(await store.rememberOnce(use('a', 'bC')), true)
  }),
  storeCase('rememberOnce() keeps assertions and DPoP proofs apart', async (store) => {
    assert.equal(await store.rememberOnce(use('a', 'b')), true)
    assert.equal(await store.rememberOnce({ key: proofKey('a', 'b'), keepUntil: now + 300 }), true)
    assert.equal(await store.rememberOnce({ key: proofKey('a', 'b'), keepUntil: now + 300 }), false)
  }),
  storeCase('rememberEach() answers for each use in its place', async (store) => {
    const answers = await store.rememberEach([use('0oa1', 'a'), use('0oa1', 'b'), use('0oa1', 'a')])
    assert.deepEqual(answers, [true, true, false])
    assert.deepEqual(await store.rememberEach([]), [])
  }),
  storeCase('rememberOnce() refuses a key that is none', async (store) => {
    await assert.rejects(store.rememberOnce({ key: new Uint8Array(8), keepUntil: now }), { code: 'option_invalid' })
    await assert.rejects(store.rememberOnce({ key: new Uint8Array(16), keepUntil: now + 0.5 }), { code: 'option_invalid' })
  }),
  {
    name: 'rememberOnce() finds a use again after the store was closed and opened',
    again: true,
    async run(open) {
      const before = await open()
      await before.rememberOnce(use('0oa1', 'a'))
      await before.close()
      const after = await open()
      assert.equal(await after.rememberOnce(use('0oa1', 'a')), false)
      await after.close()
    },
  },
]

const purging: readonly StoreCase[] = [
  storeCase('purge() removes a use at its keepUntil, not before', async (store) => {
    await store.rememberOnce(use('0oa1', 'a', now + 300))
    assert.equal(await purgeAll(store, now + 299), 0)
    assert.equal(await store.rememberOnce(use('0oa1', 'a', now + 300)), false)
    assert.equal(await purgeAll(store, now + 300), 1)
  }),
  storeCase('a clock set back opens nothing: a use as old as one that was purged is expired', async (store) => {
    await store.rememberOnce(use('0oa1', 'a', now + 300))
    await purgeAll(store, now + 3600)
    assert.equal(await store.rememberOnce(use('0oa1', 'a', now + 300)), 'expired')
    assert.equal(await store.rememberOnce(use('0oa1', 'new', now + 299)), 'expired')
    assert.equal(await store.rememberOnce(use('0oa1', 'new', now + 301)), true)
  }),
  storeCase('purge() never takes back what it refuses', async (store) => {
    await store.rememberOnce(use('0oa1', 'a', now + 300))
    await purgeAll(store, now + 300)
    await store.rememberOnce(use('0oa1', 'b', now + 310))
    await purgeAll(store, now)
    assert.equal(await store.rememberOnce(use('0oa1', 'a', now + 300)), 'expired')
  }),
  storeCase('purge() with a clock that ran ahead refuses no more than it forgot', async (store) => {
    await store.rememberOnce(use('0oa1', 'a', now + 300))
    await purgeAll(store, now + 1_000_000)
    assert.equal(await store.rememberOnce(use('0oa1', 'b', now + 301)), true)
  }),
  storeCase('purge() goes in steps, and keeps what is still needed', async (store) => {
    const old = Array.from({ length: 40 }, (_, index) => use('0oa1', `old ${index}`, now + 10))
    const young = Array.from({ length: 25 }, (_, index) => use('0oa1', `young ${index}`, now + 300))
    await store.rememberEach([...old, ...young])
    const step = await store.purge({ now: now + 10, limit: 10 })
    assert.ok(step.removed <= 10 && !step.done)
    assert.equal(step.removed + (await purgeAll(store, now + 10, 10)), 40)
    assert.deepEqual(
      await store.rememberEach(young),
      young.map(() => false),
    )
    assert.deepEqual(
      await store.rememberEach(old),
      old.map(() => 'expired'),
    )
  }),
  twoStoresCase('purge() on one store is seen by the other', async (first, second) => {
    await first.rememberOnce(use('0oa1', 'a', now + 300))
    await purgeAll(second, now + 300)
    assert.equal(await first.rememberOnce(use('0oa1', 'a', now + 300)), 'expired')
  }),
]

const revoking: readonly StoreCase[] = [
  storeCase('isTokenRevoked() finds a token that was revoked, and no other', async (store) => {
    await store.revokeToken({ jti: 'AT.1', exp: now + 3600 })
    await store.revokeToken({ jti: 'AT.1', exp: now + 3600 })
    assert.equal(await store.isTokenRevoked({ jti: 'AT.1', exp: now + 3600 }), true)
    assert.equal(await store.isTokenRevoked({ jti: 'AT.2', exp: now + 3600 }), false)
  }),
  storeCase('a revoked token that was purged stays revoked when the clock is set back', async (store) => {
    await store.revokeToken({ jti: 'AT.1', exp: now + 3600 })
    await store.revokeToken({ jti: 'AT.2', exp: now + 7200 })
    assert.equal(await purgeAll(store, now + 3600, 1), 1)
    assert.equal(await store.isTokenRevoked({ jti: 'AT.1', exp: now + 3600 }), true)
    assert.equal(await store.isTokenRevoked({ jti: 'AT.2', exp: now + 7200 }), true)
    assert.equal(await store.isTokenRevoked({ jti: 'AT.3', exp: now + 3601 }), false)
  }),
]

export const replayCases: readonly StoreCase[] = [...once, ...purging, ...revoking]
