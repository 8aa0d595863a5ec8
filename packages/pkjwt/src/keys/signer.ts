import { ownedBytes } from '../encoding/bytes.js'
import { KeyError } from '../errors.js'
import { type Algorithm, algorithms, algorithmsFor, isAlgorithm } from './algorithms.js'
import { derToRaw, type SignatureFormat } from './ecdsa.js'
import { quote } from './jwk.js'
import type { KeySet, PublicKey, Signer } from './key.js'

/** A key that is held elsewhere, and how to sign with it. */
export interface CreateSignerOptions {
  readonly alg: Algorithm
  /** The public half of the key: what `readPublicKeys` gave for it. */
  readonly publicKey: PublicKey | KeySet
  /** The `kid` for the header. Default: that of the public key. */
  readonly kid?: string | undefined
  /** How `sign` writes ECDSA signatures: "der" for most KMS and HSM. Default "raw", which is r‖s. */
  readonly signatureFormat?: SignatureFormat | undefined
  /** Signs the data itself, not a digest of it. */
  readonly sign: (data: Uint8Array) => Uint8Array | Promise<Uint8Array>
}

/**
 * Makes a signer of a key that is held elsewhere: by a KMS, an HSM, an agent, or Web Crypto without a way out. Its first signature
 * is verified with the public key, so that a wrong key or a wrong format shows here and not as a refusal of the server.
 *
 * @throws {KeyError} `key_alg_mismatch`, `key_ambiguous`; and from `sign`, `signer_failed`
 * @example
 * const held = await generateKey({ alg: 'ES256' }) // stands for a KMS
 * const signer = createSigner({ alg: 'ES256', publicKey: held.publicKey, sign: (data) => held.sign(data) })
 * const signed = await createAssertion({ org, clientId, key: signer })
 * assert.equal(parseJwt(signed).header.alg, 'ES256')
 */
export function createSigner(options: CreateSignerOptions): Signer {
  const { alg, signatureFormat = 'raw', sign } = options
  const publicKey = onlyKey(options.publicKey)
  requireAlgorithm(alg, publicKey)
  let isVerified = false
  return {
    alg,
    kid: options.kid ?? publicKey.kid,
    publicKey,
    async sign(data) {
      const signature = readSignature(await ask(sign, data), { alg, signatureFormat, bits: publicKey.bits })
      if (!isVerified && !(await publicKey.verify(alg, data, signature)))
        throw signerFailed('its signature is not of the public key it was given with')
      isVerified = true
      return signature
    },
  }
}

function onlyKey(given: PublicKey | KeySet): PublicKey {
  if (!('keys' in given)) return given
  const [first, ...others] = given.keys
  if (first !== undefined && others.length === 0) return first
  throw new KeyError('key_ambiguous', `Cannot make a signer: the set holds ${given.keys.length} public keys`, {
    hint: 'Give the one that it signs with',
  })
}

async function ask(sign: CreateSignerOptions['sign'], data: Uint8Array): Promise<Uint8Array> {
  try {
    // A copy of its own: it may look at the whole `buffer` of what it gets.
    return await sign(ownedBytes(data))
  } catch (cause) {
    throw signerFailed('it threw an error', { hint: 'See the cause of this error', cause })
  }
}

function readSignature(given: unknown, expected: { alg: Algorithm; signatureFormat: SignatureFormat; bits: number }): Uint8Array {
  const { alg, signatureFormat, bits } = expected
  if (!(given instanceof Uint8Array))
    throw signerFailed('it gave no bytes', { hint: 'Its sign function has to give a Uint8Array' })
  const length = algorithms[alg].signatureBytes ?? Math.ceil(bits / 8)
  const isDer = signatureFormat === 'der' && algorithms[alg].scheme === 'ECDSA'
  const signature = isDer ? derToRaw(given, length) : given
  if (signature?.length === length) return signature
  const hint = isDer
    ? 'Leave signatureFormat: "der" away when it signs as r‖s'
    : 'Give signatureFormat: "der" when it signs as a KMS or HSM does'
  throw signerFailed(`it gave ${given.length} bytes that are no ${alg} signature${isDer ? ' in DER' : ''}`, { hint })
}

function signerFailed(fault: string, options: { hint?: string; cause?: unknown } = {}): KeyError {
  return new KeyError('signer_failed', `Cannot sign with the signer: ${fault}`, {
    hint: 'Give the signer and the public key of one key pair',
    ...options,
  })
}

/** Refuses an algorithm that is none, or that this type of key cannot sign with. */
export function requireAlgorithm(alg: unknown, { kty, crv }: { kty: string; crv: string | undefined }): asserts alg is Algorithm {
  const usable = algorithmsFor(kty, crv)
  if (isAlgorithm(alg) && usable.includes(alg)) return
  throw new KeyError(
    'key_alg_mismatch',
    `Cannot sign with ${quote(alg)}: this is ${nameOfType({ kty, crv })}, which signs with ${usable.join(', ')}`,
    {
      hint: `Ask for ${usable[0]}, or leave the algorithm away`,
    },
  )
}

/** What a key is, in words: "an RSA key", "a P-256 key". */
export function nameOfType({ kty, crv }: { kty: string; crv?: string | undefined }): string {
  if (kty === 'RSA') return 'an RSA key'
  return `${crv === 'Ed25519' ? 'an' : 'a'} ${crv} key`
}
