import type { Ciphers } from '../containers/ciphers/ciphers.js'
import type { Algorithm } from './algorithms.js'
import type { PrivateJwk, PublicJwk } from './key.js'

/** A value that is there at once (node:crypto) or later (Web Crypto). */
export type Maybe<T> = T | Promise<T>

/** Signs with one private key and one algorithm. ECDSA signatures are r‖s. */
export type Sign = (data: Uint8Array) => Maybe<Uint8Array>

/** Verifies with one public key. ECDSA signatures are r‖s of the right length, in range. */
export type Verify = (alg: Algorithm, data: Uint8Array, signature: Uint8Array) => Maybe<boolean>

export interface SignOptions {
  /** Never sign on the thread of the event loop: for a server with other requests to serve. Default false. */
  readonly alwaysInPool?: boolean | undefined
}

/**
 * What this project asks of a cryptographic library. `crypto.node.ts` and `crypto.web.ts` both export exactly this; the import
 * condition `#crypto` chooses. Keys come in as JWK that were checked already.
 */
export interface Crypto {
  importPrivate(jwk: PrivateJwk, alg: Algorithm, options?: SignOptions): Maybe<Sign>
  importPublic(jwk: PublicJwk): Verify
  /** A fresh private key, with nothing but the members that RFC 7518 and RFC 8037 define for its type. */
  generatePrivate(alg: Algorithm, bits: number): Promise<PrivateJwk>
  /** The public part of a private key that came without it. */
  publicPoint(jwk: PrivateJwk): Maybe<{ x: string; y?: string }>
  sha256(data: Uint8Array): Maybe<Uint8Array>
  /** The ciphers of encrypted keys. */
  loadCiphers(): Promise<Ciphers>
}
