import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { addApp, grantDraft, now } from '../contract/case.js'
import { openSqliteStore } from '../sqlite.js'

const folder = mkdtempSync(join(tmpdir(), 'pkjwt-feed-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Two stores on one file, the first of them watched: what it told since the last question. */
async function openWatched(name: string) {
  const path = join(folder, name)
  const [store, other] = [await openSqliteStore(path), await openSqliteStore(path)]
  let told = 0
  const watch = store.watchApps?.(() => {
    told += 1
  })
  const news = async () => {
    await nextTurn()
    const [isCurrent, count] = [watch?.isCurrent(), told]
    told = 0
    return { isCurrent, told: count }
  }
  const close = () => Promise.all([store.close(), other.close()])
  await addApp(store)
  await news()
  return { store, other, news, close }
}

describe('watchApps() of a file', () => {
  it('tells of a change that another process made in the turn after it', async () => {
    const { other, news, close } = await openWatched('other.db')
    expect(await news()).toEqual({ isCurrent: true, told: 0 })
    await other.addGrant({ ...grantDraft('okta.users.read'), clientId: '0oa1' }, { now })
    expect(await news()).toEqual({ isCurrent: true, told: 1 })
    expect(await news()).toEqual({ isCurrent: true, told: 0 })
    await close()
  })

  it('tells of a change of its own before it is promised, and of none that is of no app', async () => {
    const { store, news, close } = await openWatched('own.db')
    await store.saveSetting('name', 'value')
    expect(await news()).toEqual({ isCurrent: true, told: 0 })
    await store.addGrant({ ...grantDraft('okta.users.read'), clientId: '0oa1' }, { now })
    expect((await news()).told).toBe(1)
    await close()
  })

  it('is not current once the file is closed', async () => {
    const { news, close } = await openWatched('closed.db')
    await close()
    expect((await news()).isCurrent).toBe(false)
  })
})
