import { importPrivate } from '#crypto'
import { KeyError } from '../errors.js'
import { type Algorithm, algorithmsFor, isAlgorithm } from './algorithms.js'
import type { Sign, SignOptions } from './crypto.js'
import { type CheckedJwk, quote } from './jwk.js'
import type { PrivateJwk, PublicJwk, PublicKey, SigningKey } from './key.js'
import { createPublicKey } from './publicKeys.js'
import { nameOfType, requireAlgorithm } from './signer.js'

export interface SigningKeyOptions extends SignOptions {
  /** Takes the place of the `kid` that the key came with. */
  readonly kid?: string | undefined
  /** The algorithm to sign with, when the key does not say. */
  readonly alg?: Algorithm | undefined
  /** Whether `writePrivateKey` may write the key later. Default true. */
  readonly extractable?: boolean | undefined
}

// Where the private parts are, and the only place. Nothing that prints or copies a SigningKey comes to it.
const secrets = new WeakMap<object, PrivateJwk>()

/** Finds the private part of a key that was read as extractable. For `writePrivateKey` alone. */
export function findSecret(key: object): PrivateJwk | undefined {
  return secrets.get(key)
}

/** Makes a key that signs, after a trial signature has shown that its two halves belong together. */
export async function createSigningKey(checked: CheckedJwk, options: SigningKeyOptions = {}): Promise<SigningKey> {
  const { privateJwk } = checked
  if (privateJwk === undefined) throw new TypeError('Cannot make a signing key of a public key')
  checkPurpose(checked.publicJwk)
  const alg = chooseAlgorithm(checked.publicJwk, options.alg)
  const publicKey = await createPublicKey({ ...checked, publicJwk: publicHalf(checked.publicJwk, options) })
  const sign = await importTried(privateJwk, { ...options, alg, publicKey })
  const { kty, crv, bits, thumbprint, kid } = publicKey
  const key = withSafePrint({ alg, kid, publicKey, kty, crv, bits, thumbprint, sign })
  if (options.extractable !== false) secrets.set(key, privateJwk)
  return key
}

function checkPurpose({ use, key_ops: operations }: PublicJwk): void {
  const hint = 'Use the key that was made for signing, or take the member out if the key may sign'
  if (use !== undefined && use !== 'sig') {
    throw new KeyError('key_not_for_signing', `Cannot sign with the key: its "use" is ${quote(use)}`, { hint })
  }
  if (operations !== undefined && !operations.includes('sign')) {
    throw new KeyError('key_not_for_signing', 'Cannot sign with the key: its "key_ops" do not hold "sign"', { hint })
  }
}

function chooseAlgorithm(jwk: PublicJwk, asked: Algorithm | undefined): Algorithm {
  const { kty, crv } = jwk
  const declared = declaredAlgorithm(jwk)
  if (asked !== undefined) requireAlgorithm(asked, { kty, crv })
  if (declared === undefined) return asked ?? defaultAlgorithm(jwk)
  if (asked === undefined || asked === declared) return declared
  throw new KeyError('key_alg_mismatch', `Cannot sign with ${asked}: the key says that its "alg" is ${declared}`, {
    hint: `Ask for ${declared}, or take "alg" out of the key`,
  })
}

function declaredAlgorithm({ kty, crv, alg }: PublicJwk): Algorithm | undefined {
  // RFC 9864 gives Ed25519 a name of its own; the signature is the same.
  const name = alg === 'Ed25519' && crv === 'Ed25519' ? 'EdDSA' : alg
  if (name === undefined) return undefined
  if (isAlgorithm(name) && algorithmsFor(kty, crv).includes(name)) return name
  throw new KeyError(
    'key_alg_mismatch',
    `Cannot sign with the key: its "alg" is ${quote(name)}, and it is ${nameOfType({ kty, crv })}`,
    {
      hint: `Use the key that was made for it, or write one of ${algorithmsFor(kty, crv).join(', ')}`,
    },
  )
}

function defaultAlgorithm({ kty, crv }: PublicJwk): Algorithm {
  const [first] = algorithmsFor(kty, crv)
  if (first === undefined) throw new TypeError(`Cannot choose an algorithm for ${kty} ${crv}`)
  return first
}

// What the caller says of the key goes to the public half too: that is what gets registered.
function publicHalf(jwk: PublicJwk, { kid, alg }: SigningKeyOptions): PublicJwk {
  return {
    ...jwk,
    ...(kid !== undefined && { kid }),
    ...(alg !== undefined && { alg }),
    ...(jwk.alg === 'Ed25519' && { alg: 'EdDSA' }),
    ...(jwk.key_ops && { key_ops: ['verify'] }),
  }
}

const trial = new TextEncoder().encode('pkjwt')

// Signing once and verifying it finds what no arithmetic here looks for: a public part of another key, primes that are none.
async function importTried(
  privateJwk: PrivateJwk,
  options: SignOptions & { alg: Algorithm; publicKey: PublicKey },
): Promise<Sign> {
  const { alg, publicKey } = options
  try {
    const sign = await importPrivate(privateJwk, alg, options)
    if (await publicKey.verify(alg, trial, await sign(trial))) return sign
  } catch (error) {
    // Ours are about what this platform lacks. What the library says of a broken key helps nobody, and might quote it.
    if (error instanceof KeyError) throw error
  }
  throw new KeyError('key_inconsistent', 'Cannot use the key: its private part does not belong to its public part', {
    hint: 'The key is damaged or was put together by hand: take it from where it was made, or make a new one',
  })
}

// What console.log, util.inspect and JSON.stringify show. The private part is not in the object, so this is for the reader's sake.
function withSafePrint(key: SigningKey): SigningKey {
  const summary = { alg: key.alg, ...(key.kid !== undefined && { kid: key.kid }), thumbprint: key.thumbprint }
  Object.defineProperty(key, 'toJSON', { value: () => summary })
  Object.defineProperty(key, Symbol.for('nodejs.util.inspect.custom'), { value: () => `SigningKey ${JSON.stringify(summary)}` })
  return Object.freeze(key)
}
