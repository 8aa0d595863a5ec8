import { appCases } from './contract/apps.js'
import type { StoreCase } from './contract/case.js'
import { grantCases } from './contract/grants.js'
import { keyCases } from './contract/keys.js'
import { lifeCases } from './contract/life.js'
import { logCases } from './contract/log.js'
import { replayCases } from './contract/replay.js'
import { serverCases } from './contract/server.js'
import type { Store } from './store.js'

export type { StoreCase }

/** Every promise of the contract, one case each, on `node:assert`: for a runner of your own. */
export const storeCases: readonly StoreCase[] = [
  ...lifeCases,
  ...appCases,
  ...keyCases,
  ...grantCases,
  ...replayCases,
  ...serverCases,
  ...logCases,
]

export interface TestStoreOptions {
  /** `describe` and `it` of your test runner: vitest, jest, node:test. */
  readonly describe: (name: string, define: () => void) => void
  readonly it: (name: string, run: () => Promise<void>) => void
  /** Whether two stores that were opened at one place share what is in it. Default true; false for a store in memory. */
  readonly shared?: boolean | undefined
}

/**
 * Tests a store against the contract.
 *
 * @param open Opens the store at a place: an empty one for each new name, and the same one again for the same name.
 * @example
 * testStore('mine', (place) => openMyStore({ schema: place }), { describe, it })
 */
export function testStore(name: string, open: (place: string) => Promise<Store>, options: TestStoreOptions): void {
  const { describe, it, shared = true } = options
  describe(`the store ${name}`, () => {
    for (const [index, { name, again = false, run }] of storeCases.entries()) {
      if (again && !shared) continue
      it(name, () => run(() => open(`case-${index + 1}`)))
    }
  })
}
