import assert from 'node:assert/strict'
import { findLogFault, logHashZero } from '../logChain.js'
import type { Store } from '../store.js'
import { now, type StoreCase, storeCase, twoStoresCase } from './case.js'

const event = (seconds: number, type = 'app.oauth2.token.grant', instance = 'one') => ({
  instance,
  time: now + seconds,
  type,
  detail: { actor: '0oa1', text: 'Füße\u0000👣' },
})

async function appendAll(store: Store, seconds: readonly number[]): Promise<void> {
  for (const one of seconds) await store.appendLog(event(one))
}

const chaining: readonly StoreCase[] = [
  storeCase('appendLog() links each entry to the one before', async (store) => {
    const first = await store.appendLog(event(0))
    const second = await store.appendLog(event(1))
    assert.equal(first.seq, 1)
    assert.equal(first.previousHash, logHashZero)
    assert.equal(second.previousHash, first.hash)
    assert.deepEqual(await store.listLogChain('one', { seq: 1 }), [first, second])
    assert.deepEqual(JSON.parse(first.text), event(0).detail)
    assert.equal(findLogFault([first, second]), undefined)
  }),
  twoStoresCase('appendLog() at once on two stores makes one chain without gaps', async (first, second) => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? first : second).appendLog(event(index))))
    const entries = await first.listLogChain('one', { seq: 1 })
    assert.equal(entries.length, 20)
    assert.equal(findLogFault(entries), undefined)
  }),
  storeCase('appendLogEach() appends many in their order, and the chains go on', async (store) => {
    await store.appendLog(event(0))
    const appended = await store.appendLogEach([event(1), event(1, 'a', 'two'), event(2)])
    assert.deepEqual(
      appended.map(({ instance, seq }) => [instance, seq]),
      [
        [event(0).instance, 2],
        ['two', 1],
        [event(0).instance, 3],
      ],
    )
    await store.appendLog(event(3))
    assert.equal(findLogFault(await store.listLogChain(event(0).instance, { seq: 1 })), undefined)
    assert.deepEqual(await store.appendLogEach([]), [])
  }),
  storeCase('appendLogEach() appends all or none', async (store) => {
    const long = { ...event(1), detail: { text: 'x'.repeat(20_000) } }
    await assert.rejects(store.appendLogEach([event(0), long]), { code: 'option_invalid' })
    assert.equal((await store.appendLog(event(2))).seq, 1)
  }),
  storeCase('appendLog() keeps a chain for each instance', async (store) => {
    await store.appendLog(event(0, 'a', 'one'))
    const other = await store.appendLog(event(1, 'a', 'two'))
    assert.equal(other.seq, 1)
    const chains = await store.listLogChains()
    assert.deepEqual(
      chains.map(({ instance, lastSeq }) => [instance, lastSeq]),
      [
        ['one', 1],
        ['two', 1],
      ],
    )
    assert.equal(chains[1]?.lastHash, other.hash)
  }),
  storeCase('appendLog() refuses a detail that is too long, and the chain goes on', async (store) => {
    await assert.rejects(store.appendLog({ ...event(0), detail: { text: 'x'.repeat(20_000) } }), { code: 'option_invalid' })
    assert.equal((await store.appendLog(event(1))).seq, 1)
  }),
]

const reading: readonly StoreCase[] = [
  storeCase('listLog() filters by time, type and instance', async (store) => {
    await appendAll(store, [0, 10, 20])
    await store.appendLog(event(10, 'app.key.added', 'two'))
    const times = async (filter: Parameters<Store['listLog']>[0]) => (await store.listLog(filter)).map(({ time }) => time - now)
    assert.deepEqual(await times({}), [0, 10, 10, 20])
    assert.deepEqual(await times({ since: now + 10, until: now + 20 }), [10, 10])
    assert.deepEqual(await times({ types: ['app.key.added', 'none'] }), [10])
    assert.deepEqual(await times({ types: [] }), [])
    assert.deepEqual(await times({ instance: 'one', order: 'descending' }), [20, 10, 0])
  }),
  storeCase('listLog() goes on page by page, both ways, within one second too', async (store) => {
    await appendAll(store, [0, 0, 0, 5, 5])
    for (const order of ['ascending', 'descending'] as const) {
      const all = await store.listLog({ order })
      const first = await store.listLog({ order, limit: 2 })
      const rest = await store.listLog({ order, after: first[1]?.cursor })
      assert.deepEqual([...first, ...rest], all)
    }
    await assert.rejects(store.listLog({ after: 'anything' }), { code: 'option_invalid' })
  }),
  storeCase('listLog() of several types is one list in the order of the log, page by page, both ways', async (store) => {
    for (const [seconds, type, instance] of [
      [0, 'b', 'two'],
      [0, 'a', 'one'],
      [0, 'c', 'one'],
      [0, 'a', 'three'],
      [5, 'b', 'one'],
      [7, 'a', 'two'],
    ] as const) {
      await store.appendLog(event(seconds, type, instance))
    }
    for (const order of ['ascending', 'descending'] as const) {
      const wanted = (await store.listLog({ order })).filter(({ type }) => type !== 'c')
      const types = ['a', 'b', 'a', 'none']
      assert.deepEqual(await store.listLog({ order, types }), wanted)
      const first = await store.listLog({ order, types, limit: 2 })
      const rest = await store.listLog({ order, types, after: first[1]?.cursor })
      assert.deepEqual([...first, ...rest], wanted)
    }
  }),
]

const trimming: readonly StoreCase[] = [
  storeCase('trimLog() removes the oldest in steps, and the rest can still be verified', async (store) => {
    await appendAll(store, [0, 10, 20, 30, 40])
    const removed = await store.listLogChain('one', { seq: 3, limit: 1 })
    assert.deepEqual(await store.trimLog({ before: now + 30, limit: 2 }), { removed: 2 })
    assert.deepEqual(await store.trimLog({ before: now + 30, limit: 2 }), { removed: 1 })
    assert.deepEqual(await store.trimLog({ before: now + 30, limit: 2 }), { removed: 0 })
    const [chain] = await store.listLogChains()
    assert.equal(chain?.removedSeq, 3)
    assert.equal(chain.removedHash, removed[0]?.hash)
    const rest = await store.listLogChain('one', { seq: 1 })
    assert.equal(rest.length, 2)
    assert.equal(findLogFault(rest, { seq: chain.removedSeq, hash: chain.removedHash }), undefined)
    assert.equal((await store.appendLog(event(50))).seq, 6)
  }),
  storeCase('trimLog() stops at the first entry that stays', async (store) => {
    await appendAll(store, [0, 100, 5])
    assert.deepEqual(await store.trimLog({ before: now + 50, limit: 10 }), { removed: 1 })
  }),
  storeCase('trimLog() may remove everything, and the chain goes on', async (store) => {
    await appendAll(store, [0, 1])
    const [chain] = await store.listLogChains()
    await store.trimLog({ before: now + 50, limit: 10 })
    const entry = await store.appendLog(event(60))
    assert.equal(entry.seq, 3)
    assert.equal(entry.previousHash, chain?.lastHash)
  }),
]

export const logCases: readonly StoreCase[] = [...chaining, ...reading, ...trimming]
