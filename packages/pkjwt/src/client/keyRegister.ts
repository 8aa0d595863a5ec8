import { isJsonObject } from '../encoding/json.js'
import { PkjwtError } from '../errors.js'
import type { PublicJwk } from '../keys/key.js'
import type { AppAdmin } from './appAdmin.js'

/** Where the server learns which keys an app has. Every verb may be repeated: it changes nothing when it is done already. */
export interface KeyRegister {
  /** Makes the server take a key, beside those that it takes. */
  publish(key: PublicJwk): Promise<void>
  /** Makes the server refuse a key; it can still be taken back. */
  deactivate(key: PublicJwk): Promise<void>
  /** Takes a key away for good. */
  remove(key: PublicJwk): Promise<void>
}

/**
 * Registers the keys of an app through the management API.
 *
 * @example
 * const register = createApiRegister(createAppAdmin({ org, fetch: client.fetch }), clientId)
 * const next = await generateKey({ alg: 'ES256' })
 * await register.publish(next.publicKey.jwk)
 * assert.equal((await server.store.listKeys(clientId)).length, 2)
 */
export function createApiRegister(admin: AppAdmin, appId: string): KeyRegister {
  const find = async (key: PublicJwk) => (await admin.listKeys(appId)).find(({ wire }) => isSameKey(key, wire))
  return {
    async publish(key) {
      const there = await find(key)
      if (there?.status === 'ACTIVE') return
      if (there !== undefined) return void (await admin.setKeyStatus(appId, there.id, 'ACTIVE'))
      try {
        await admin.addKey(appId, key)
      } catch (error) {
        // The answer to an earlier attempt may have been lost, or somebody else with the same plan was faster.
        if ((await find(key)) === undefined) throw error
      }
    },
    async deactivate(key) {
      const there = await find(key)
      if (there?.status === 'ACTIVE') await admin.setKeyStatus(appId, there.id, 'INACTIVE')
    },
    async remove(key) {
      const there = await find(key)
      if (there !== undefined) await admin.removeKey(appId, there.id)
    },
  }
}

/** Where an app that publishes its keys keeps the set. `createJwksFile` of `pkjwt/node` makes one. */
export interface JwksHome {
  /** The set that is published now; `undefined` when there is none yet. */
  read(): Promise<unknown>
  write(set: { readonly keys: readonly object[] }): Promise<void>
}

/**
 * Publishes the keys of an app that has a `jwks_uri`. There is no inactive key in a set: a key is in it or not.
 *
 * @example
 * const register = createJwksRegister(createJwksFile('jwks.json'))
 * await register.publish(jwk)
 * assert.match(await readFile('jwks.json', 'utf8'), /"kty"/)
 */
export function createJwksRegister({ read, write }: JwksHome): KeyRegister {
  const remove = async (key: PublicJwk) => {
    const keys = readKeys(await read())
    if (keys.some((each) => isSameKey(key, each))) await write({ keys: keys.filter((each) => !isSameKey(key, each)) })
  }
  return {
    async publish(key) {
      const keys = readKeys(await read())
      if (!keys.some((each) => isSameKey(key, each))) await write({ keys: [...keys, key] })
    },
    deactivate: remove,
    remove,
  }
}

function readKeys(set: unknown): readonly object[] {
  if (set === undefined) return []
  const keys = isJsonObject(set) && Array.isArray(set['keys']) ? set['keys'] : undefined
  if (keys?.every(isJsonObject)) return keys
  throw new PkjwtError('config_invalid', 'Cannot add to the published keys: what is there is no set of keys', {
    hint: 'Give the file of the set itself: { "keys": [ … ] }',
  })
}

/**
 * The same key, whatever its name: some answers of Okta leave `crv` out, so that the thumbprint would not do.
 *
 * @example
 * assert.equal(isSameKey(jwk, { ...jwk, kid: 'another name' }), true)
 */
export function isSameKey(key: PublicJwk, other: object): boolean {
  const members = new Map<string, unknown>(Object.entries(other))
  return (['kty', 'n', 'e', 'x', 'y'] as const).every((name) => (members.get(name) ?? undefined) === key[name])
}
