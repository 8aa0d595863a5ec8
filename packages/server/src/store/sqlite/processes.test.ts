import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findLogFault } from '../logChain.js'
import { replayKey } from '../replayKey.js'
import { openSqliteStore } from '../sqlite.js'
import { bundleChild, startChild } from './children.testing.js'
import { defaultDriver, type SqliteDriver } from './driver.js'

const folder = mkdtempSync(join(tmpdir(), 'pkjwt-processes-'))
const keepUntil = 1_800_000_300
let file = ''

beforeAll(async () => {
  file = await bundleChild(folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const driver = defaultDriver()
// Where the runtime has both, a file is shared by one process of each.
const drivers: readonly SqliteDriver[] = [driver, driver === 'node:sqlite' ? 'libsql' : driver, driver]

describe('several processes on one SQLite file', () => {
  it('start at once without a file, and each use is first in one of them only', async () => {
    const path = join(folder, 'race.db')
    const children = drivers.map((one) => startChild(file, 'race', { path, driver: one }))
    const firsts = await Promise.all(children.map(({ lines }) => lines.then(([line]) => Number(line))))
    expect(firsts.reduce((sum, count) => sum + count)).toBe(300)
  })
})

describe('a process killed in mid-load', () => {
  it('has kept every promise it made, and the chain of its log is whole', async () => {
    const path = join(folder, 'killed.db')
    for (let kill = 1; kill <= 5; kill += 1) {
      const promised = await killUnderLoad(path, kill)
      expect(promised.uses.length).toBeGreaterThan(0)

      const store = await openSqliteStore(path)
      const again = await store.rememberEach(promised.uses.map((name) => ({ key: replayKey('0oa1', name), keepUntil })))
      expect(again.filter((answer) => answer !== false)).toEqual([])
      const [chain] = await store.listLogChains()
      // It may have been killed before it logged anything.
      expect(chain?.lastSeq ?? 0).toBeGreaterThanOrEqual(promised.lastSeq)
      const entries = await store.listLogChain('child', { seq: Math.max(1, promised.lastSeq - 900), limit: 1000 })
      const [first] = entries
      expect(findLogFault(entries, { seq: (first?.seq ?? 0) - 1, hash: first?.previousHash ?? '' })).toBeUndefined()
      expect(entries.at(-1)?.hash).toBe(chain?.lastHash)
      await store.close()
    }
  })
})

async function killUnderLoad(
  path: string,
  kill: number,
): Promise<{ readonly uses: readonly string[]; readonly lastSeq: number }> {
  const child = startChild(file, 'load', { path, driver })
  const stdout = child.process.stdout
  // It is killed at another moment of its work each time.
  for (let chunks = 0; stdout !== null && chunks < kill * 3; chunks += 1) await once(stdout, 'data')
  child.process.kill('SIGKILL')
  const lines = await child.lines
  return {
    uses: lines.filter((line) => line.startsWith('use ')).map((line) => line.slice(4)),
    lastSeq: Math.max(0, ...lines.filter((line) => line.startsWith('log ')).map((line) => Number(line.slice(4)))),
  }
}
