import { RefusedError, UnavailableError } from '../errors.js'
import type { SigningKey } from '../keys/key.js'

/**
 * Tries whether a server takes a key.
 *
 * @param probe Asks the server for something with the key: a token, most often.
 * @returns Why the server did not take it; `undefined` when it did.
 * @example
 * const ask = (tried: SigningKey) => createTokenClient({ org, clientId, key: tried, scopes }).token()
 * assert.equal(await findKeyRefusal(ask, key), undefined)
 * assert.equal((await findKeyRefusal(ask, await generateKey()))?.code, 'refused_by_server')
 */
export async function findKeyRefusal(
  probe: (key: SigningKey) => Promise<unknown>,
  key: SigningKey,
): Promise<RefusedError | UnavailableError | undefined> {
  try {
    await probe(key)
    return undefined
  } catch (error) {
    if (error instanceof UnavailableError) return error
    if (!(error instanceof RefusedError) || error.by !== 'server') throw error
    // Whoever is told that a scope is not granted was believed who it is.
    return error.error === 'invalid_client' || error.status === 401 ? error : undefined
  }
}
