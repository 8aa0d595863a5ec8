import { importPublic } from '#crypto'
import { isEdwardsPoint } from '../containers/edwards.js'
import type { Found } from '../containers/found.js'
import { decodeBase64url } from '../encoding/base64url.js'
import { isJsonObject } from '../encoding/json.js'
import { KeyError, PkjwtError } from '../errors.js'
import { algorithms, algorithmsFor } from './algorithms.js'
import { isInRange } from './ecdsa.js'
import { exportHostKey } from './hostKey.js'
import { type CheckedJwk, checkJwk, checkSetSize, isJwk, quote, thumbprintOf } from './jwk.js'
import type { KeySet, PublicJwk, PublicKey, Signer } from './key.js'

/**
 * Reads public keys: a JWK or a set of them as text or object, PEM or DER of SPKI and PKCS#1, certificates, SSH public keys.
 *
 * In a set, keys of a type or curve that is not known here are left out (RFC 7517 §5) and named in `skipped`. All else that is wrong
 * with a key refuses the set: one that is private or symmetric has been shown to somebody, and one that is damaged is a mistake.
 *
 * @throws {KeyError}
 * @example
 * const { keys } = await readPublicKeys(await readFile('public.pem', 'utf8'))
 * assert.equal(keys[0]?.kty, 'RSA')
 */
export async function readPublicKeys(input: string | Uint8Array | object): Promise<KeySet> {
  const held = await exportHostKey(input)
  if (isJwk(held)) return { keys: [await readPublicJwk({ ...held })] }
  if (isJsonObject(held) && Array.isArray(held['keys'])) return readSet(held['keys'])
  const { recognise } = await import('../containers/recognise.js')
  return readFound(recognise(held))
}

async function readFound(found: readonly Found[]): Promise<KeySet> {
  const { withoutAuthorities } = await import('../containers/x509.js')
  const sets: KeySet[] = []
  for (const each of withoutAuthorities(found)) sets.push(await readOne(each))
  const keys = sets.flatMap((set) => set.keys)
  const skipped = sets.flatMap((set) => set.skipped ?? [])
  const [other] = found
  if (other?.is === 'other' && keys.length === 0) throw (await import('../containers/unusable.js')).onlyOther(other.what)
  return { keys, ...(skipped.length > 0 && { skipped }) }
}

async function readOne(found: Found): Promise<KeySet> {
  switch (found.is) {
    case 'jwks':
      return readSet(found.keys)
    case 'jwk':
      return { keys: [await readPublicJwk(found.members)] }
    case 'other':
      return { keys: [] }
    case 'public':
    case 'certificate': {
      const { readPublic } = await import('../containers/unlock.js')
      return { keys: [await createPublicKey(checkPublicJwk({ ...(await readPublic(found)) }))] }
    }
    default:
      throw (await import('../containers/unusable.js')).cannotUse('private')
  }
}

async function readPublicJwk(members: Readonly<Record<string, unknown>>): Promise<PublicKey> {
  const isPrivate = ['d', 'p', 'q', 'dp', 'dq', 'qi'].some((name) => members[name] !== undefined)
  if (isPrivate) throw (await import('../containers/unusable.js')).cannotUse('private')
  return createPublicKey(checkPublicJwk(members))
}

// A private key proves its point by a trial signature. For a public one there is the mathematics: with some points, everybody can sign.
function checkPublicJwk(members: Readonly<Record<string, unknown>>): CheckedJwk {
  const checked = checkJwk(members)
  const { kty, x = '' } = checked.publicJwk
  if (kty !== 'OKP' || isEdwardsPoint(decodeBase64url(x))) return checked
  throw new KeyError('key_inconsistent', 'Cannot use the key: its "x" is no point of Ed25519 that can be used', {
    hint: 'The key is damaged or was put together by hand: take it from where it was made, or make a new one',
  })
}

async function readSet(members: readonly unknown[]): Promise<KeySet> {
  checkSetSize(members)
  const keys: PublicKey[] = []
  const skipped: NonNullable<KeySet['skipped']>[number][] = []
  for (const [index, each] of members.entries()) {
    try {
      keys.push(await readPublicJwk(requireObject(each)))
    } catch (error) {
      if (!(error instanceof KeyError)) throw error
      const inSet = new KeyError(error.code, `${error.message} (key ${index + 1} of the set${kidOf(each)})`, {
        hint: error.hint,
        cause: error.cause,
      })
      if (error.code !== 'key_unsupported') throw inSet
      skipped.push({ index, error: inSet })
    }
  }
  return { keys, ...(skipped.length > 0 && { skipped }) }
}

function requireObject(value: unknown): Readonly<Record<string, unknown>> {
  if (isJsonObject(value)) return value
  throw new KeyError('key_malformed', 'Cannot use the key: it is no JSON object', { hint: 'Take the set from where it was made' })
}

function kidOf(value: unknown): string {
  return isJsonObject(value) && typeof value['kid'] === 'string' ? `, kid ${quote(value['kid'])}` : ''
}

/** Makes a key that verifies from a JWK that was checked. It is handed to the cryptographic library with the first signature. */
export async function createPublicKey({ publicJwk: jwk, bits }: CheckedJwk): Promise<PublicKey> {
  const { kty, crv, kid, alg, use, key_ops: keyOps, status } = jwk
  const usable = algorithmsFor(kty, crv)
  const modulusBytes = Math.ceil(bits / 8)
  const verify = importPublic(jwk)
  return {
    kty,
    crv,
    bits,
    kid,
    // RFC 9864 gives Ed25519 a name of its own; the signature is the same, and so is the name here.
    alg: alg === 'Ed25519' && crv === 'Ed25519' ? 'EdDSA' : alg,
    use,
    keyOps,
    status: status === 'INACTIVE' ? 'INACTIVE' : 'ACTIVE',
    algorithms: usable,
    thumbprint: await thumbprintOf(jwk),
    jwk,
    verify(name, data, signature) {
      const { signatureBytes = modulusBytes, scheme } = algorithms[name]
      if (!usable.includes(name) || signature.length !== signatureBytes) return false
      return (scheme !== 'ECDSA' || isInRange(name, signature)) && verify(name, data, signature)
    },
  }
}

/**
 * Writes public keys: one as a JWK, any number as a set of JWK, or as PEM (SPKI), one block a key. Of a private key it writes the public half.
 *
 * @throws {KeyError} `key_ambiguous` when one JWK is asked of several keys
 * @example
 * const set = await writePublicKeys(key, 'jwks')
 * assert.equal(set.keys[0]?.kid, key.kid)
 */
export function writePublicKeys(keys: PublicKey | KeySet | Signer, format: 'jwk'): Promise<PublicJwk>
export function writePublicKeys(keys: PublicKey | KeySet | Signer, format: 'jwks'): Promise<{ keys: PublicJwk[] }>
export function writePublicKeys(keys: PublicKey | KeySet | Signer, format: 'spki'): Promise<string>
export function writePublicKeys(
  keys: PublicKey | KeySet | Signer,
  format: PublicKeyFormat,
): Promise<PublicJwk | { keys: PublicJwk[] } | string>
export async function writePublicKeys(
  keys: PublicKey | KeySet | Signer,
  format: PublicKeyFormat,
): Promise<PublicJwk | { keys: PublicJwk[] } | string> {
  const jwks = listKeys(keys).map(({ jwk }) => jwk)
  if (format === 'jwks') return { keys: jwks }
  if (format === 'spki') {
    const { writePublicPem } = await import('../containers/write.js')
    return jwks.map(writePublicPem).join('')
  }
  if (format !== 'jwk') {
    throw new PkjwtError('option_invalid', `Cannot write public keys as ${quote(format)}: there is no such form`, {
      hint: 'Use jwk, jwks or spki',
    })
  }
  const [only, ...others] = jwks
  if (only !== undefined && others.length === 0) return only
  throw new KeyError('key_ambiguous', `Cannot write one JWK: there are ${jwks.length} keys`, {
    hint: 'Write them as a set: jwks',
  })
}

/** The forms in which public keys can be written. */
export type PublicKeyFormat = 'jwk' | 'jwks' | 'spki'

function listKeys(keys: PublicKey | KeySet | Signer): readonly PublicKey[] {
  if ('keys' in keys) return keys.keys
  return 'publicKey' in keys ? [keys.publicKey] : [keys]
}
