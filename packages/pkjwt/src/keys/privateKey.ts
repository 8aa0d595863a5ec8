import { generatePrivate, loadCiphers, publicPoint } from '#crypto'
import type { PrivateForm } from '../containers/found.js'
import { KeyError, PkjwtError } from '../errors.js'
import { algorithmNames, algorithms, isAlgorithm } from './algorithms.js'
import type { Candidate } from './choosePrivate.js'
import { type CheckedJwk, checkJwk, isJwk, quote, thumbprintOf, withPrimes, withPublicPart } from './jwk.js'
import type { PrivateJwk, SigningKey } from './key.js'
import { createSigningKey, findSecret, type SigningKeyOptions } from './signingKey.js'

/** What the text of a key does not say itself. */
export interface ReadPrivateKeyOptions extends SigningKeyOptions {
  /** For a key that is encrypted. A key that is not is read all the same. */
  readonly passphrase?: string | undefined
}

/**
 * Reads a private key from whatever holds one: a JWK or a set of them as text or object, PEM or DER of PKCS#8, PKCS#1 and SEC1,
 * OpenSSH, a service account file; encrypted too. The name of a file is refused: use `openKey` of `pkjwt/node`.
 *
 * @param input What holds the key; told apart by its content.
 * @param options `kid` chooses from a set, and otherwise takes the place of the key's own. `alg` is needed when RS256 is not meant.
 * @throws {KeyError} What cannot be used says what it is, and what to do.
 * @example
 * const key = await readPrivateKey(await readFile('private-key.pem', 'utf8'))
 * assert.equal(key.alg, 'RS256')
 */
export async function readPrivateKey(
  input: string | Uint8Array | object,
  options: ReadPrivateKeyOptions = {},
): Promise<SigningKey> {
  requireKnown(options.alg)
  const { checked, kid } = await readCheckedPrivate(input, options)
  return createSigningKey(checked, { ...options, kid: options.kid ?? kid })
}

function requireKnown(alg: unknown): void {
  if (alg === undefined || isAlgorithm(alg)) return
  throw new PkjwtError('option_invalid', `Cannot use the algorithm ${quote(alg)}: it is not one of ours`, {
    hint: `Use one of ${algorithmNames.join(', ')}`,
  })
}

/** A private key that was read and checked, and what it was in. */
export interface ReadPrivate {
  readonly checked: CheckedJwk
  /** What the container calls it. */
  readonly kid: string | undefined
  readonly format: 'jwk' | PrivateForm
  readonly encrypted: boolean
}

/** Reads and checks a private key, and computes its public part when it came without. */
export async function readCheckedPrivate(
  input: string | Uint8Array | object,
  options: { passphrase?: string | undefined; kid?: string | undefined } = {},
): Promise<ReadPrivate> {
  // The one form that needs none of the containers, so that they are not even loaded.
  const candidate = isJwk(input) ? { members: { ...input } } : await chooseFrom(input, options.kid)
  if ('members' in candidate)
    return { checked: await checkPrivate(candidate.members), kid: undefined, format: 'jwk', encrypted: false }
  const { unlock } = await import('../containers/unlock.js')
  const { members, form, encrypted } = await unlock(candidate.found, { passphrase: options.passphrase, loadCiphers })
  return { checked: await checkPrivate({ ...members }), kid: candidate.found.kid, format: form, encrypted }
}

async function chooseFrom(input: string | Uint8Array | object, kid: string | undefined): Promise<Candidate> {
  const { choosePrivate } = await import('./choosePrivate.js')
  return choosePrivate(input, kid)
}

async function checkPrivate(members: Readonly<Record<string, unknown>>): Promise<CheckedJwk> {
  const checked = checkJwk(await withPrimes(members))
  const { privateJwk } = checked
  if (privateJwk === undefined) throw (await import('../containers/unusable.js')).cannotUse('public')
  const isWhole = privateJwk.kty === 'RSA' || privateJwk.x !== undefined
  return isWhole ? checked : withPublicPart(checked, await publicPoint(privateJwk))
}

/**
 * Makes a new key, named by its thumbprint (RFC 7638).
 *
 * @param options `alg` is "RS256" unless given; `bits`, 2048 unless given, counts for RSA alone.
 * @example
 * const fresh = await generateKey({ alg: 'ES256' })
 * assert.equal(fresh.kid, fresh.thumbprint)
 */
export async function generateKey(options: GenerateKeyOptions = {}): Promise<SigningKey> {
  const { alg = 'RS256', bits = 2048, ...others } = options
  requireKnown(alg)
  if (algorithms[alg].kty === 'RSA' && (!Number.isInteger(bits) || bits < 2048 || bits > 16384 || bits % 8 !== 0)) {
    throw new PkjwtError('option_invalid', 'Cannot make an RSA key: its bits have to be a multiple of 8 from 2048 to 16384', {
      hint: 'Leave it at 2048, or take 3072 or 4096',
    })
  }
  const checked = checkJwk({ ...(await generatePrivate(alg, bits)) })
  const kid = options.kid ?? (await thumbprintOf(checked.publicJwk))
  return createSigningKey({ ...checked, publicJwk: { ...checked.publicJwk, kid, alg, use: 'sig' } }, { ...others, kid, alg })
}

/** What a new key is to be. */
export interface GenerateKeyOptions extends SigningKeyOptions {
  /** Length of an RSA modulus. Default 2048; a multiple of 8. */
  readonly bits?: number | undefined
}

/** The forms in which a private key can be written. */
export type PrivateKeyFormat = 'jwk' | 'pkcs8' | 'pkcs1' | 'sec1'

/**
 * Writes a private key: as a JWK object, or as PEM text. Its `kid` and `alg` are kept where the form can hold them.
 *
 * @param options With a `passphrase`, PKCS#8 is encrypted.
 * @throws {KeyError} `key_not_extractable`; `key_unsupported` when the form cannot hold this type of key
 * @example
 * const pem = await writePrivateKey(key, 'pkcs8', { passphrase: 'correct horse' })
 * assert.match(pem, /^-----BEGIN ENCRYPTED PRIVATE KEY-----/)
 */
export function writePrivateKey(key: SigningKey, format: 'jwk'): Promise<PrivateJwk>
export function writePrivateKey(
  key: SigningKey,
  format: 'pkcs8' | 'pkcs1' | 'sec1',
  options?: WritePrivateKeyOptions,
): Promise<string>
export function writePrivateKey(
  key: SigningKey,
  format: PrivateKeyFormat,
  options?: WritePrivateKeyOptions,
): Promise<PrivateJwk | string>
export async function writePrivateKey(
  key: SigningKey,
  format: PrivateKeyFormat,
  options: WritePrivateKeyOptions = {},
): Promise<PrivateJwk | string> {
  const secret = findSecret(key)
  if (secret === undefined) {
    throw new KeyError(
      'key_not_extractable',
      'Cannot write the private key: it was not read from text here, or as one that stays inside',
      {
        hint: 'Read it with readPrivateKey, without { extractable: false }',
      },
    )
  }
  checkFormat(format, options)
  if (format === 'jwk') return toJwk(key, secret)
  const { writeContainer } = await import('../containers/write.js')
  return writeContainer(secret, format, { ...options, loadCiphers })
}

function checkFormat(format: string, { passphrase }: WritePrivateKeyOptions): void {
  if (!['jwk', 'pkcs8', 'pkcs1', 'sec1'].includes(format)) {
    throw new PkjwtError('option_invalid', `Cannot write a key as ${quote(format)}: there is no such form`, {
      hint: 'Use jwk, pkcs8, pkcs1 or sec1',
    })
  }
  if (passphrase !== undefined && format !== 'pkcs8') {
    throw new PkjwtError('option_invalid', `Cannot encrypt the form ${quote(format)}: only PKCS#8 has a good encryption`, {
      hint: 'Write it as pkcs8',
    })
  }
  if (passphrase === '') {
    throw new PkjwtError('option_invalid', 'Cannot encrypt the key: the passphrase is empty', {
      hint: 'Give a passphrase, or leave it away',
    })
  }
}

/** How a private key is written. */
export interface WritePrivateKeyOptions {
  readonly passphrase?: string | undefined
}

function toJwk({ publicKey: { jwk } }: SigningKey, secret: PrivateJwk): PrivateJwk {
  const { key_ops: operations, ...members } = jwk
  return { ...members, ...secret, ...(operations && { key_ops: ['sign'] }) }
}
