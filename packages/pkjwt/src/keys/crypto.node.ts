import {
  constants,
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  sign as cryptoSign,
  verify as cryptoVerify,
  generateKeyPair,
  type KeyObject,
  type SignKeyObjectInput,
} from 'node:crypto'
import type { Ciphers } from '../containers/ciphers/ciphers.js'
import { decodeBase64url, encodeBase64url } from '../encoding/base64url.js'
import { ownedBytes } from '../encoding/bytes.js'
import { KeyError } from '../errors.js'
import { type Algorithm, algorithms } from './algorithms.js'
import type { Sign, SignOptions, Verify } from './crypto.js'
import { derToRaw, rawToDer } from './ecdsa.js'
import type { PrivateJwk, PublicJwk } from './key.js'

/** The ciphers of encrypted keys, which are rare: they are loaded when there is one. */
export async function loadCiphers(): Promise<Ciphers> {
  return (await import('../containers/ciphers/ciphers.node.js')).ciphers
}

type NodeKey = KeyObject | SignKeyObjectInput

const hashes = { 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' } as const

// A JWK is imported in a tenth of the time that OpenSSL 3.0 takes for the same key as DER or PEM.
export function importPrivate(jwk: PrivateJwk, alg: Algorithm, { alwaysInPool = false }: SignOptions = {}): Sign {
  const keyObject = createPrivateKey({ key: { ...jwk }, format: 'jwk' })
  const hash = hashOf(alg)
  const key = withPadding(alg, keyObject)
  switch (algorithms[alg].scheme) {
    case 'ECDSA':
      return (data) => toRaw(alg, cryptoSign(hash, data, key))
    case 'EdDSA':
      return (data) => cryptoSign(hash, data, key)
    default:
      return alwaysInPool ? (data) => signInPool(hash, data, key) : (data) => signRsa(hash, data, key)
  }
}

export function importPublic(jwk: PublicJwk): Verify {
  let imported: KeyObject | undefined
  return (alg, data, signature) => {
    imported ??= createPublicKey({ key: { ...jwk }, format: 'jwk' })
    const isEcdsa = algorithms[alg].scheme === 'ECDSA'
    return cryptoVerify(hashOf(alg), data, withPadding(alg, imported), isEcdsa ? rawToDer(signature) : signature)
  }
}

function hashOf(alg: Algorithm): string | undefined {
  const { hash } = algorithms[alg]
  return hash && hashes[hash]
}

// ECDSA gets the bare KeyObject: with any options object, Node 24 reads the key anew for each call.
function withPadding(alg: Algorithm, key: KeyObject): NodeKey {
  if (algorithms[alg].scheme !== 'RSASSA-PSS') return key
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
}

function toRaw(alg: Algorithm, der: Uint8Array): Uint8Array {
  const raw = derToRaw(der, algorithms[alg].signatureBytes ?? 0)
  if (raw === undefined)
    throw new KeyError('signer_failed', `Cannot sign with ${alg}: node:crypto gave something that is no ECDSA signature`)
  return raw
}

// An RSA signature keeps a core busy for a quarter of a millisecond. One at a time is fastest right here, without a hop to another
// thread; a second one that comes before the event loop had a turn, and all that come while the pool works, go to the pool.
let signedThisTurn = false
let inPool = 0

function signRsa(hash: string | undefined, data: Uint8Array, key: NodeKey): Uint8Array | Promise<Uint8Array> {
  if (signedThisTurn || inPool > 0) return signInPool(hash, data, key)
  signedThisTurn = true
  // Microtasks run in order: whoever awaits this signature goes on after the flag is down again.
  queueMicrotask(() => {
    signedThisTurn = false
  })
  return cryptoSign(hash, data, key)
}

// More jobs than this at once make the pool no faster, and keep the event loop waiting: the answers of all that are done come in one go.
const inPoolMax = 8
const waiting: (() => void)[] = []

function signInPool(hash: string | undefined, data: Uint8Array, key: NodeKey): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const start = (bytes: Uint8Array) => {
      inPool++
      cryptoSign(hash, bytes, key, (error, signature) => {
        inPool--
        waiting.shift()?.()
        if (error) reject(error)
        else resolve(signature)
      })
    }
    if (inPool < inPoolMax) return start(data)
    // The pool copies what it gets. What has to wait is copied here, so that its owner may use the bytes for something else.
    const copy = ownedBytes(data)
    waiting.push(() => start(copy))
  })
}

export function publicPoint({ crv, d }: PrivateJwk): { x: string; y?: string } {
  if (crv === 'Ed25519') {
    // Node wants an x and does not look at it.
    const key = createPublicKey(createPrivateKey({ key: { kty: 'OKP', crv, x: d, d }, format: 'jwk' }))
    return { x: key.export({ format: 'jwk' }).x ?? '' }
  }
  const ecdh = createECDH(crv === 'P-256' ? 'prime256v1' : crv === 'P-384' ? 'secp384r1' : 'secp521r1')
  ecdh.setPrivateKey(decodeBase64url(d))
  const point = ecdh.getPublicKey()
  const half = (point.length + 1) / 2
  return { x: encodeBase64url(point.subarray(1, half)), y: encodeBase64url(point.subarray(half)) }
}

// The JWK is written by the job that makes the key. To ask the KeyObject for it afterwards can hang Node 20 for good: the export holds a
// lock while it allocates, and when that starts a collection, the finished job is collected and waits for the same lock.
const encoding = { publicKeyEncoding: { format: 'jwk' }, privateKeyEncoding: { format: 'jwk' } } as const

export async function generatePrivate(alg: Algorithm, bits: number): Promise<PrivateJwk> {
  const { kty, crv } = algorithms[alg]
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, _: unknown, privateJwk: unknown) =>
      error ? reject(error) : resolve(readGenerated(privateJwk))
    if (kty === 'RSA') generateKeyPair('rsa', { modulusLength: bits, publicExponent: 65537, ...encoding }, done)
    else if (kty === 'EC') generateKeyPair('ec', { namedCurve: crv, ...encoding }, done)
    else generateKeyPair('ed25519', encoding, done)
  })
}

function readGenerated(jwk: unknown): PrivateJwk {
  return { ...(jwk as PrivateJwk) }
}

export function sha256(data: Uint8Array): Uint8Array {
  return createHash('sha256').update(data).digest()
}
