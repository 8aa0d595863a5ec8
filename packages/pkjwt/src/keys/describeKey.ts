import type { Found, PrivateForm, PublicForm } from '../containers/found.js'
import { isJsonObject } from '../encoding/json.js'
import { KeyError } from '../errors.js'
import { type Algorithm, isAlgorithm } from './algorithms.js'
import { exportHostKey } from './hostKey.js'
import { checkSetSize } from './jwk.js'
import type { PublicKey } from './key.js'
import { readCheckedPrivate } from './privateKey.js'
import { readPublicKeys } from './publicKeys.js'
import { createSigningKey } from './signingKey.js'

/** What a file, text or object holds, without anything secret. */
export interface KeyDescription {
  readonly kind: 'private' | 'public' | 'set' | 'certificate'
  /** The form it is written in. */
  readonly format: 'jwk' | 'jwks' | 'x509' | PrivateForm | PublicForm
  readonly encrypted?: boolean
  readonly kty?: 'RSA' | 'EC' | 'OKP'
  readonly crv?: string
  readonly bits?: number
  /** What it can be used with: the one algorithm that it declares, or all of its type. */
  readonly algs?: readonly Algorithm[]
  readonly kid?: string
  /** RFC 7638, SHA-256, base64url. */
  readonly thumbprint?: string
  /** Of a set: its keys, one by one. Those of a type that is not known here are left out. */
  readonly keys?: readonly KeyDescription[]
}

/**
 * Says what an input holds, and reads and checks it on the way: its private key, when there is one, else what comes first.
 *
 * @throws {KeyError} as `readPrivateKey` and `readPublicKeys`
 * @example
 * const { kind, format, bits } = await describeKey(await readFile('private-key.pem', 'utf8'))
 * assert.deepEqual({ kind, format, bits }, { kind: 'private', format: 'pkcs8', bits: 2048 })
 */
export async function describeKey(
  input: string | Uint8Array | object,
  options: { passphrase?: string | undefined } = {},
): Promise<KeyDescription> {
  const { recognise } = await import('../containers/recognise.js')
  const held = await exportHostKey(input)
  const found = recognise(held)
  const [set] = found
  if (set?.is === 'jwks' && found.length === 1) return describeSet(set.keys, options)
  return found.some(isPrivate) ? describePrivate(held, options) : describePublic(held, found)
}

function isPrivate(found: Found): boolean {
  if (found.is === 'jwks') return found.keys.some((each) => isJsonObject(each) && each['d'] !== undefined)
  return found.is === 'private' || found.is === 'encrypted' || (found.is === 'jwk' && found.members['d'] !== undefined)
}

async function describePrivate(
  input: string | Uint8Array | object,
  options: { passphrase?: string | undefined },
): Promise<KeyDescription> {
  const { checked, kid, format, encrypted } = await readCheckedPrivate(input, options)
  const { publicKey } = await createSigningKey(checked, { kid: kid ?? checked.publicJwk.kid, extractable: false })
  return { kind: 'private', format, ...(encrypted && { encrypted }), ...describeMembers(publicKey) }
}

async function describePublic(input: string | Uint8Array | object, found: readonly Found[]): Promise<KeyDescription> {
  const { keys } = await readPublicKeys(input)
  const main = found.find(({ is }) => is !== 'other')
  const format = main?.is === 'public' ? main.form : main?.is === 'certificate' ? 'x509' : 'jwk'
  const [only, ...others] = keys
  if (only === undefined || others.length > 0) {
    return { kind: 'set', format, keys: keys.map((key) => ({ kind: 'public', format, ...describeMembers(key) })) }
  }
  return { kind: main?.is === 'certificate' ? 'certificate' : 'public', format, ...describeMembers(only) }
}

async function describeSet(members: readonly unknown[], options: { passphrase?: string | undefined }): Promise<KeyDescription> {
  checkSetSize(members)
  const keys: KeyDescription[] = []
  for (const [index, each] of members.entries()) {
    try {
      keys.push(await describeKey(isJsonObject(each) ? each : {}, options))
    } catch (error) {
      if (!(error instanceof KeyError)) throw error
      if (error.code !== 'key_unsupported')
        throw new KeyError(error.code, `${error.message} (key ${index + 1} of the set)`, { hint: error.hint })
    }
  }
  return { kind: 'set', format: 'jwks', keys }
}

function describeMembers({
  kty,
  crv,
  bits,
  alg,
  algorithms,
  kid,
  thumbprint,
}: PublicKey): Omit<KeyDescription, 'kind' | 'format'> {
  const algs = isAlgorithm(alg) && algorithms.includes(alg) ? [alg] : algorithms
  return { kty, ...(crv !== undefined && { crv }), bits, algs, ...(kid !== undefined && { kid }), thumbprint }
}
