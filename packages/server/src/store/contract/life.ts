import assert from 'node:assert/strict'
import { replayKey } from '../replayKey.js'
import { addApp, now, type StoreCase, storeCase } from './case.js'

const use = { key: replayKey('0oa1', 'a'), keepUntil: now + 300 }

export const lifeCases: readonly StoreCase[] = [
  storeCase('ready() resolves while the store can be written to', async (store) => {
    await store.ready()
    assert.ok(store.name.length > 0)
  }),
  {
    name: 'close() ends what was begun',
    again: true,
    async run(open) {
      const store = await open()
      const begun = store.rememberOnce(use)
      await store.close()
      assert.equal(await begun, true)
      const again = await open()
      assert.equal(await again.rememberOnce(use), false)
      await again.close()
    },
  },
  {
    name: 'a store that is closed rejects every call, and can be closed again',
    async run(open) {
      const store = await open()
      await addApp(store)
      await store.close()
      await store.close()
      const refused = { name: 'StoreError', code: 'store_unavailable' }
      await assert.rejects(store.findApp('0oa1'), refused)
      await assert.rejects(store.rememberOnce(use), refused)
      await assert.rejects(store.createApp({ clientName: 'x' }, { now }), refused)
      await assert.rejects(store.purge({ now, limit: 1 }), refused)
      await assert.rejects(store.appendLog({ instance: 'one', time: now, type: 't', detail: {} }), refused)
      await assert.rejects(store.ready(), refused)
    },
  },
]
