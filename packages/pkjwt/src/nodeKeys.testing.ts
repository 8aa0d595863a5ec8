import * as crypto from 'node:crypto'

const encoding = {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
} as const

interface Pair {
  readonly privateKey: crypto.KeyObject
  readonly publicKey: crypto.KeyObject
}

/**
 * `generateKeyPairSync` of node:crypto, for keys that are exported as JWK: that of one which comes straight from the generator can hang
 * Node 20 for good, when a collection starts in the middle of it.
 */
export function generateKeyPairSync(
  kind: 'rsa',
  options: { readonly modulusLength: number; readonly publicExponent?: number },
): Pair
export function generateKeyPairSync(kind: 'ec', options: { readonly namedCurve: string }): Pair
export function generateKeyPairSync(kind: 'ed25519'): Pair
export function generateKeyPairSync(kind: string, options: object = {}): Pair {
  const generate = crypto.generateKeyPairSync as unknown as (
    kind: string,
    options: object,
  ) => { privateKey: string; publicKey: string }
  const { privateKey, publicKey } = generate(kind, { ...options, ...encoding })
  return { privateKey: crypto.createPrivateKey(privateKey), publicKey: crypto.createPublicKey(publicKey) }
}
