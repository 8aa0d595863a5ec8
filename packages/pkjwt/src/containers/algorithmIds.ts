import { type DerElement, derTags, readDerChildren, readDerOid, readDerSequence } from '../encoding/der.js'
import { KeyError } from '../errors.js'
import { hintMakeAnother } from './hints.js'

/** The object identifiers of the keys that are read. */
export const oids = {
  rsa: '1.2.840.113549.1.1.1',
  rsaPss: '1.2.840.113549.1.1.10',
  ec: '1.2.840.10045.2.1',
  ed25519: '1.3.101.112',
} as const

/** An AlgorithmIdentifier (RFC 5280 §4.1.1.2). */
export interface AlgorithmId {
  readonly oid: string
  readonly parameters: DerElement | undefined
}

export function readAlgorithmId(element: DerElement | undefined): AlgorithmId {
  const [oid, parameters] = readDerSequence(element)
  return { oid: readDerOid(oid), parameters }
}

// What users meet, so that the sentence can say what the key is. Everything else is named by its number.
const keyNames: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.7': 'an RSA key for encryption only (RSAES-OAEP)',
  '1.2.840.10040.4.1': 'a DSA key',
  '1.2.840.113549.1.3.1': 'a Diffie-Hellman key',
  '1.2.840.10046.2.1': 'a Diffie-Hellman key',
  '1.3.132.1.12': 'a key for key agreement only (ECDH)',
  '1.3.101.110': 'an X25519 key, which agrees on secrets and cannot sign',
  '1.3.101.111': 'an X448 key, which agrees on secrets and cannot sign',
  '1.3.101.113': 'an Ed448 key',
  '2.16.840.1.101.3.4.3.17': 'an ML-DSA-44 key',
  '2.16.840.1.101.3.4.3.18': 'an ML-DSA-65 key',
  '2.16.840.1.101.3.4.3.19': 'an ML-DSA-87 key',
}

const curveNames: Readonly<Record<string, string>> = {
  '1.3.132.0.10': 'secp256k1',
  '1.3.132.0.33': 'P-224',
  '1.2.840.10045.3.1.1': 'P-192',
  '1.3.36.3.3.2.8.1.1.7': 'brainpoolP256r1',
  '1.3.36.3.3.2.8.1.1.11': 'brainpoolP384r1',
  '1.3.36.3.3.2.8.1.1.13': 'brainpoolP512r1',
  '1.2.156.10197.1.301': 'SM2',
}

/** The error for a key of a type that none of our algorithms signs with. */
export function unsupportedKey(oid: string): KeyError {
  const name = keyNames[oid] ?? `of a type that is not known here (${oid})`
  return new KeyError('key_unsupported', `Cannot use this key: it is ${name}`, { hint: hintMakeAnother })
}

/** The error for an EC key on a curve that no algorithm of JWS signs with, or that none of ours does. */
export function unsupportedCurve(oid: string): KeyError {
  const name = curveNames[oid] ?? `a curve that is not known here (${oid})`
  return new KeyError(
    'key_unsupported',
    `Cannot use this key: it is on ${name}, and only P-256, P-384, P-521 and Ed25519 are used`,
    {
      hint: hintMakeAnother,
    },
  )
}

const algorithmOfHash: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'PS256',
  '2.16.840.1.101.3.4.2.2': 'PS384',
  '2.16.840.1.101.3.4.2.3': 'PS512',
}

/**
 * The algorithm that an RSASSA-PSS key is bound to (RFC 4055 §3.1). Without parameters it may use any hash; PS256 is what servers
 * know. Its salt length is a minimum, and that of JWS, the length of the hash, is never below it in what OpenSSL makes.
 */
export function readPssParameters(parameters: DerElement | undefined): string {
  if (parameters === undefined) return 'PS256'
  const hash = readDerSequence(parameters).find(({ tag }) => tag === derTags.context)
  const oid = hash === undefined ? 'SHA-1, the default' : readAlgorithmId(readDerChildren(hash)[0]).oid
  const alg = algorithmOfHash[oid]
  if (alg !== undefined) return alg
  throw new KeyError(
    'key_unsupported',
    `Cannot use this RSASSA-PSS key: it is bound to a hash (${oid}) that no algorithm of JWS uses`,
    {
      hint: 'Make another: pkjwt keygen --alg PS256',
    },
  )
}
