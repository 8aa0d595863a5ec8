import type { KeyDraft } from '../records.js'
import type { Store } from '../store.js'

/** A promise that every store keeps. */
export interface StoreCase {
  readonly name: string
  /** Whether it opens its place more than once. */
  readonly again?: boolean
  run(open: () => Promise<Store>): Promise<void>
}

/** The time of the contract. Nothing in a store looks at a clock. */
export const now = 1_800_000_000

/** A case with one open store. */
export function storeCase(name: string, run: (store: Store) => Promise<void>): StoreCase {
  return {
    name,
    async run(open) {
      const store = await open()
      try {
        await run(store)
      } finally {
        await store.close()
      }
    },
  }
}

/** A case with two stores on one place, as two processes have them, or one after the other. */
export function twoStoresCase(name: string, run: (first: Store, second: Store) => Promise<void>): StoreCase {
  return {
    name,
    again: true,
    async run(open) {
      const stores = await Promise.all([open(), open()])
      try {
        await run(...stores)
      } finally {
        await Promise.all(stores.map((store) => store.close()))
      }
    },
  }
}

/** A key to register. A store looks at nothing in a JWK, so any will do. */
export function keyDraft(kid: string | undefined, more: Partial<KeyDraft> = {}): KeyDraft {
  return {
    kid,
    thumbprint: `thumbprint of ${kid ?? 'the one without kid'}`,
    jwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', ...(kid === undefined ? {} : { kid }) },
    ...more,
  }
}

export function grantDraft(scope: string) {
  return { scope, issuer: 'https://example.okta.com', createdBy: 'seed' }
}

/** An app with these keys, and its version. */
export async function addApp(store: Store, kids: readonly string[] = ['k1'], clientId = '0oa1') {
  const app = await store.createApp({ clientId, clientName: 'Reader', keys: kids.map((kid) => keyDraft(kid)) }, { now })
  if (typeof app === 'string') throw new Error(`the app was not created: ${app}`)
  return app
}

/** The id of the app's key with a `kid`. */
export async function keyId(store: Store, kid: string, clientId = '0oa1'): Promise<string> {
  const key = (await store.listKeys(clientId)).find((one) => one.kid === kid)
  if (key === undefined) throw new Error(`there is no key ${kid}`)
  return key.id
}
