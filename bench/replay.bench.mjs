// Records of used assertions: how much slower the millionth is than the thousandth, and what a million of them takes of memory.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '@pkjwt/server'
import { median, printTable } from './harness.mjs'

const records = Number(process.env.PKJWT_BENCH_RECORDS ?? 1_000_000)
const together = 64
const keepUntil = Math.floor(Date.now() / 1000) + 3600

const makeGroup = (count) => Array.from({ length: count }, () => ({ key: crypto.getRandomValues(new Uint8Array(16)), keepUntil }))

async function open(folder, name) {
  const path = join(folder, name)
  return { path, store: await openStore(path) }
}

async function fill(store, count) {
  for (let done = 0; done < count; done += 1000) await store.rememberEach(makeGroup(Math.min(1000, count - done)))
}

/** Microseconds for each of some records that come together, as in one turn of the event loop. */
async function timeOf(store, groups) {
  const made = Array.from({ length: groups }, () => makeGroup(together))
  const before = performance.now()
  for (const group of made) await store.rememberEach(group)
  return ((performance.now() - before) * 1000) / (groups * together)
}

const folder = mkdtempSync(join(tmpdir(), 'pkjwt-replay-'))
const small = await open(folder, 'small.db')
const large = await open(folder, 'large.db')
await fill(small.store, 1000)
globalThis.gc?.()
const rssBefore = process.memoryUsage().rss
await fill(large.store, records)
globalThis.gc?.()
const rssAfter = process.memoryUsage().rss

const ratios = []
const times = { small: [], large: [] }
for (let round = 0; round < 25; round++) {
  const [a, b] = [await timeOf(small.store, 10), await timeOf(large.store, 10)]
  ratios.push(b / a)
  times.small.push(a)
  times.large.push(b)
}
printTable(`Remembering a use, ${together} at once, every group durable`, [
  {
    records: '1,000',
    'µs each, median': median(times.small),
    'ratio, median': 1,
    'file MiB': statSync(small.path).size / 1_048_576,
  },
  {
    records: records.toLocaleString('en'),
    'µs each, median': median(times.large),
    'ratio, median': median(ratios),
    'file MiB': statSync(large.path).size / 1_048_576,
  },
])
console.log(`\nMemory that ${records.toLocaleString('en')} records added: ${((rssAfter - rssBefore) / 1_048_576).toFixed(1)} MiB`)
await small.store.close()
await large.store.close()
rmSync(folder, { recursive: true, force: true })
