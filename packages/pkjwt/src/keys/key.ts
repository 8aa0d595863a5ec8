import type { KeyError } from '../errors.js'
import type { Algorithm } from './algorithms.js'

/** The public members of a JWK (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2), and `status`, which Okta adds. */
export interface PublicJwk {
  readonly kty: 'RSA' | 'EC' | 'OKP'
  readonly kid?: string
  readonly alg?: string
  readonly use?: string
  readonly key_ops?: readonly string[]
  readonly status?: string
  readonly n?: string
  readonly e?: string
  readonly crv?: string
  readonly x?: string
  readonly y?: string
}

/** A JWK with its private members. */
export interface PrivateJwk extends PublicJwk {
  readonly d: string
  readonly p?: string
  readonly q?: string
  readonly dp?: string
  readonly dq?: string
  readonly qi?: string
}

/** A key that verifies. It holds nothing secret. */
export interface PublicKey {
  readonly kty: 'RSA' | 'EC' | 'OKP'
  readonly crv: string | undefined
  /** Bits of the RSA modulus, or of the curve. */
  readonly bits: number
  readonly kid: string | undefined
  /** The `alg` that the key itself declares, whatever it says. */
  readonly alg: string | undefined
  readonly use: string | undefined
  readonly keyOps: readonly string[] | undefined
  /** Okta's `status`; a key without one is active. */
  readonly status: 'ACTIVE' | 'INACTIVE'
  /** What this type of key can verify, whatever it declares. */
  readonly algorithms: readonly Algorithm[]
  /** RFC 7638, SHA-256, base64url. */
  readonly thumbprint: string
  /** The public members, ready to be registered. */
  readonly jwk: PublicJwk
  /**
   * Whether the raw signature (r‖s for ECDSA, RFC 7518 §3.4) over the data is this key's. A signature of the wrong length, or
   * with r or s out of range, is simply not; nothing is thrown for what an attacker can send.
   */
  verify(alg: Algorithm, data: Uint8Array, signature: Uint8Array): boolean | Promise<boolean>
}

/** Something that signs: a key in memory, or one held by an agent, a KMS or an HSM. */
export interface Signer {
  readonly alg: Algorithm
  readonly kid: string | undefined
  readonly publicKey: PublicKey
  /** The raw signature over the data (r‖s for ECDSA). */
  sign(data: Uint8Array): Uint8Array | Promise<Uint8Array>
}

/** A private key that was read and checked. Its private part shows in no log, no JSON and no error. */
export interface SigningKey extends Signer {
  readonly kty: 'RSA' | 'EC' | 'OKP'
  readonly crv: string | undefined
  readonly bits: number
  /** RFC 7638, SHA-256, base64url. */
  readonly thumbprint: string
}

/** The public keys that one side holds of the other, in their order. */
export interface KeySet {
  readonly keys: readonly PublicKey[]
  /** The keys of a set that were left out because nothing here knows their type or curve (RFC 7517 §5). Absent when there are none. */
  readonly skipped?: readonly { readonly index: number; readonly error: KeyError }[]
}
