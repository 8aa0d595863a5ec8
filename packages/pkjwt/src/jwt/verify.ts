import { PkjwtError } from '../errors.js'
import { type Algorithm, algorithmNames, isAlgorithm } from '../keys/algorithms.js'
import type { KeySet, PublicKey } from '../keys/key.js'
import { type JsonObject, parseJws, signingInputOf } from './parse.js'
import { asciiBytes } from './sign.js'

/** A signature that held, and what it was made over. */
export interface VerifiedJws {
  readonly header: JsonObject
  readonly payload: Uint8Array
}

/** Header members that change what a signature means, or that name a key the sender brought along. */
const forbiddenMembers = ['crit', 'b64', 'zip'] as const

/**
 * Verifies a compact JWS (RFC 7515 §5.2) with one of the given keys. The key is the one that `kid` names; without `kid` there must be
 * exactly one key that fits `alg`. Keys inside the token (`jwk`, `jku`, `x5c`, `x5u`) are never looked at. It checks no claim: use
 * `verifyAssertion` for a client assertion.
 *
 * @param compact The token, at most 16 KiB.
 * @param options.algorithms What is accepted; by default every algorithm of the keys.
 * @throws {PkjwtError} `token_malformed` when it is no compact JWS, `signature_invalid` for everything else
 * @example
 * const { header } = await verifyJws(assertion, keys)
 * assert.equal(header.kid, key.kid)
 */
export async function verifyJws(
  compact: string,
  keys: KeySet,
  { algorithms = algorithmNames }: { readonly algorithms?: readonly Algorithm[] } = {},
): Promise<VerifiedJws> {
  const { header, payload, signature } = parseJws(compact)
  const alg = readAlgorithm(header, algorithms)
  const key = selectKey(header, keys, alg)
  if (!(await key.verify(alg, asciiBytes(signingInputOf(compact)), signature))) {
    throw refused('the signature does not fit the key', 'Check that the public key belongs to the private key that signed')
  }
  return { header, payload }
}

function readAlgorithm(header: JsonObject, accepted: readonly Algorithm[]): Algorithm {
  const forbidden = forbiddenMembers.find((member) => Object.hasOwn(header, member))
  if (forbidden !== undefined) throw refused(`the header member "${forbidden}" is not understood here`, 'Sign without it')
  const { alg } = header
  if (!isAlgorithm(alg) || !accepted.includes(alg)) {
    throw refused(`the header names the algorithm ${JSON.stringify(alg) ?? 'nothing'}`, `Sign with one of ${accepted.join(', ')}`)
  }
  return alg
}

function selectKey(header: JsonObject, { keys }: KeySet, alg: Algorithm): PublicKey {
  const named = header.kid === undefined ? keys : keys.filter((key) => key.kid === header.kid)
  const [key, second] = named.filter((candidate) => keyAllows(candidate, alg))
  if (key === undefined)
    throw refused('no key fits its "kid" and "alg"', 'Give the key set that holds the public key of the signer')
  if (second !== undefined) throw refused('several keys fit and no "kid" chooses', 'Sign with a "kid", or give one key')
  return key
}

/**
 * Whether the key's type, and what it declares of itself, let it verify this algorithm.
 *
 * @example
 * assert.equal(keyAllows(key.publicKey, 'RS256'), true)
 * assert.equal(keyAllows(key.publicKey, 'ES256'), false)
 */
export function keyAllows(key: PublicKey, alg: Algorithm): boolean {
  return (
    key.algorithms.includes(alg) &&
    (key.alg === undefined || key.alg === alg) &&
    (key.use === undefined || key.use === 'sig') &&
    (key.keyOps === undefined || key.keyOps.includes('verify'))
  )
}

function refused(state: string, hint: string): PkjwtError {
  return new PkjwtError('signature_invalid', `Cannot verify a token: ${state}`, { hint })
}
