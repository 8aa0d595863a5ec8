import { writeSync } from 'node:fs'
import { replayKey } from '../replayKey.js'
import { openSqliteStore } from '../sqlite.js'
import type { Store } from '../store.js'
import type { SqliteDriver } from './driver.js'

// A process of its own with a store, for tests that start several or kill one. Arguments: what to do, path, driver.

const keepUntil = 1_800_000_300

/** Remembers the same 300 uses as every other process does, 20 at once, each twice. Says how often it was the first. */
async function race(store: Store): Promise<void> {
  let firsts = 0
  for (let start = 0; start < 300; start += 20) {
    const records = Array.from({ length: 40 }, (_, index) => ({
      key: replayKey('0oa1', `jti ${start + (index % 20)}`),
      keepUntil,
    }))
    const answers = await store.rememberEach(records)
    firsts += answers.filter((answer) => answer === true).length
  }
  writeSync(1, `${firsts}\n`)
}

/** Remembers and logs without end, and writes down what was promised, until it is killed. */
async function load(store: Store): Promise<void> {
  const one = async (name: string) => {
    if ((await store.rememberOnce({ key: replayKey('0oa1', name), keepUntil })) === true) writeSync(1, `use ${name}\n`)
    const { seq } = await store.appendLog({ instance: 'child', time: keepUntil, type: 'test', detail: { name } })
    writeSync(1, `log ${seq}\n`)
  }
  for (let round = 0; ; round += 1) {
    await Promise.all(Array.from({ length: 16 }, (_, index) => one(`${process.pid} ${round} ${index}`)))
  }
}

const [what, path = '', driver] = process.argv.slice(2)
const store = await openSqliteStore(path, {
  driver: driver === 'node:sqlite' || driver === 'libsql' ? (driver satisfies SqliteDriver) : undefined,
})
await (what === 'race' ? race(store) : load(store))
await store.close()
