import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../packages/server/src/store/open.js'
import { makeFolder } from '../cli/world.js'
import { type Bundle, bundleScript, startServerProcess } from './child.js'
import { canMount, expectSurvives, fullSettings, limitFiles, openSmallDisk } from './fullDisk.js'

let bundle: Bundle

beforeAll(async () => {
  bundle = await bundleScript('test/server/childMain.ts')
})

afterAll(() => bundle[Symbol.dispose]())

// What a process may write is limited as Linux does it.
describe.runIf(process.platform === 'linux')('a server whose SQLite file', () => {
  it('may not grow answers 503, and recovers when it may', { timeout: 90_000 }, async () => {
    await using folder = await makeFolder()
    const server = await startServerProcess(bundle, { store: join(folder.path, 'a.db'), ...fullSettings })
    const { pid = 0 } = server.child
    await expectSurvives(server, {
      fill: () => limitFiles([pid], 4096),
      makeRoom: () => limitFiles([pid], 'unlimited'),
    })
    await server.stop()
  })

  it.runIf(canMount)('is on a full disk answers 503, and recovers when there is room', { timeout: 90_000 }, async () => {
    using disk = openSmallDisk(4)
    const server = await startServerProcess(bundle, { store: join(disk.folder, 'a.db'), ...fullSettings })
    await expectSurvives(server, disk)
    await server.stop()
  })

  it('is read-only is told so at the start', async () => {
    await using folder = await makeFolder()
    const store = join(folder.path, 'a.db')
    await (await openStore(store)).close()
    await chmod(store, 0o400)
    // Root writes to it all the same, unless it may not any more.
    const through = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override', '--inh-caps=-dac_override'] : []
    const started = startServerProcess(bundle, { store, ...fullSettings }, through)
    await expect(started).rejects.toThrow(
      /StoreError: Cannot write to the store SQLite .*a\.db: attempt to write a readonly database/,
    )
  })
})
