import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, it } from 'vitest'
import { defaultDriver, type SqliteDriver } from './sqlite/driver.js'
import { openSqliteStore } from './sqlite.js'
import { testStore } from './storeContract.js'

const folder = mkdtempSync(join(tmpdir(), 'pkjwt-store-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const drivers: readonly SqliteDriver[] = defaultDriver() === 'node:sqlite' ? ['node:sqlite', 'libsql'] : ['libsql']

for (const driver of drivers) {
  const place = (name: string) => join(folder, `${driver.replace(':', '-')}-${name}.db`)
  testStore(`in a file, by ${driver}`, (name) => openSqliteStore(place(name), { driver }), { describe, it })
  testStore(`in memory, by ${driver}`, () => openSqliteStore(':memory:', { driver }), { describe, it, shared: false })
}
