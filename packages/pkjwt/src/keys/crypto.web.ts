import type { Ciphers } from '../containers/ciphers/ciphers.js'
import { findCurve } from '../containers/curves.js'
import { decodeBase64url, encodeBase64url } from '../encoding/base64url.js'
import { bigintToBytes, bytesToBigint } from '../encoding/bigint.js'
import { concatBytes, ownedBytes } from '../encoding/bytes.js'
import { KeyError } from '../errors.js'
import { type Algorithm, algorithms } from './algorithms.js'
import type { Sign, SignOptions, Verify } from './crypto.js'
import type { PrivateJwk, PublicJwk } from './key.js'

/** The ciphers of encrypted keys, which are rare: they are loaded when there is one. */
export async function loadCiphers(): Promise<Ciphers> {
  return (await import('../containers/ciphers/ciphers.web.js')).ciphers
}

/** The private key goes in and does not come out again: the CryptoKey is not extractable. */
export async function importPrivate(jwk: PrivateJwk, alg: Algorithm, _options?: SignOptions): Promise<Sign> {
  const key = await importJwk(jwk, alg, 'sign')
  return async (data) => new Uint8Array(await crypto.subtle.sign(signParams(alg), key, ownedBytes(data)))
}

export function importPublic(jwk: PublicJwk): Verify {
  // Web Crypto ties an RSA key to one algorithm.
  const imported = new Map<Algorithm, Promise<CryptoKey>>()
  return async (alg, data, signature) => {
    const key = imported.get(alg) ?? importJwk(jwk, alg, 'verify')
    imported.set(alg, key)
    return crypto.subtle.verify(signParams(alg), await key, ownedBytes(signature), ownedBytes(data))
  }
}

async function importJwk(jwk: PublicJwk, alg: Algorithm, use: 'sign' | 'verify'): Promise<CryptoKey> {
  // Without "alg" and "use", which might say something else than what it is imported for.
  const { kid: _kid, alg: _alg, use: _use, key_ops: _operations, ...members } = jwk
  try {
    return await crypto.subtle.importKey('jwk', { ...members }, keyParams(alg), false, [use])
  } catch (error) {
    throw isUnknown(error) ? notHere(alg) : error
  }
}

interface Params {
  readonly name: string
  readonly hash?: string
  readonly namedCurve?: string
  readonly saltLength?: number
  readonly modulusLength?: number
  readonly publicExponent?: Uint8Array<ArrayBuffer>
}

function keyParams(alg: Algorithm): Params {
  const { kty, scheme, hash, crv } = algorithms[alg]
  if (kty === 'RSA') return { name: scheme === 'RSASSA-PSS' ? 'RSA-PSS' : scheme, hash }
  return kty === 'EC' ? { name: 'ECDSA', namedCurve: crv } : { name: 'Ed25519' }
}

function signParams(alg: Algorithm): Params {
  const { kty, scheme, hash } = algorithms[alg]
  // RFC 7518 §3.5: the salt is as long as the digest.
  if (kty === 'RSA')
    return scheme === 'RSASSA-PSS' ? { name: 'RSA-PSS', saltLength: Number(hash.slice('SHA-'.length)) / 8 } : { name: scheme }
  return kty === 'EC' ? { name: 'ECDSA', hash } : { name: 'Ed25519' }
}

function isUnknown(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'NotSupportedError' || error.name === 'SyntaxError')
}

function notHere(alg: Algorithm): KeyError {
  return new KeyError('key_unsupported', `Cannot use ${alg} here: this browser has no such algorithm`, {
    hint: 'Take a current browser, or a key for RS256 or ES256',
  })
}

export async function generatePrivate(alg: Algorithm, bits: number): Promise<PrivateJwk> {
  const rsa = { modulusLength: bits, publicExponent: Uint8Array.of(1, 0, 1) }
  const params = algorithms[alg].kty === 'RSA' ? { ...keyParams(alg), ...rsa } : keyParams(alg)
  try {
    const pair = await crypto.subtle.generateKey(params, true, ['sign', 'verify'])
    if (!('privateKey' in pair)) throw new TypeError('Cannot make a key pair: Web Crypto gave a single key')
    const { ext: _ext, key_ops: _operations, alg: _alg, ...members } = await crypto.subtle.exportKey('jwk', pair.privateKey)
    return readExported(members)
  } catch (error) {
    throw isUnknown(error) ? notHere(alg) : error
  }
}

function readExported(members: JsonWebKey): PrivateJwk {
  return members as PrivateJwk
}

export async function publicPoint({ crv, d }: PrivateJwk): Promise<{ x: string; y?: string }> {
  const scalar = decodeBase64url(d)
  const found = findCurve(crv)
  if (found === undefined) return { x: await publicEdwards(scalar) }
  const { multiplyBase } = await import('../containers/points.js')
  const { x, y } = multiplyBase(found.name, bytesToBigint(scalar))
  const { bytes } = found.curve
  return { x: encodeBase64url(bigintToBytes(x, bytes)), y: encodeBase64url(bigintToBytes(y, bytes)) }
}

// A JWK cannot be imported without x, the PKCS#8 of RFC 8410 can; this is all of it but the 32 bytes.
const edwardsPkcs8 = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20)

async function publicEdwards(seed: Uint8Array): Promise<string> {
  try {
    const key = await crypto.subtle.importKey('pkcs8', concatBytes([edwardsPkcs8, seed]), 'Ed25519', true, ['sign'])
    return (await crypto.subtle.exportKey('jwk', key)).x ?? ''
  } catch (error) {
    throw isUnknown(error) ? notHere('EdDSA') : error
  }
}

export async function sha256(data: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', ownedBytes(data)))
}
