import { sha256 } from '#crypto'
import { type Curve, findCurve, isOnCurve } from '../containers/curves.js'
import { hintMakeAnother } from '../containers/hints.js'
import { decodeBase64url, encodeBase64url } from '../encoding/base64url.js'
import { bigintToBytes, bytesToBigint } from '../encoding/bigint.js'
import { isJsonObject } from '../encoding/json.js'
import { KeyError } from '../errors.js'
import type { PrivateJwk, PublicJwk } from './key.js'
import { checkRsaPublic, completeRsa, type RsaNumbers } from './rsa.js'

/** A JWK that was checked: a copy that holds nothing but what is defined and sound. */
export interface CheckedJwk {
  readonly bits: number
  readonly publicJwk: PublicJwk
  /** The private key, CRT values computed, without `kid`, `alg` and the like. Of EC and Ed25519 keys the public part may be missing. */
  readonly privateJwk: PrivateJwk | undefined
}

/** How many keys a set may hold. Okta takes 50 for an app. */
const setKeysMax = 100

/** Refuses a set of keys that is larger than any is. */
export function checkSetSize(keys: readonly unknown[]): void {
  if (keys.length <= setKeysMax) return
  throw new KeyError(
    'key_malformed',
    `Cannot read the set of keys: it holds ${keys.length}, and at most ${setKeysMax} are taken`,
    {
      hint: 'Take out the keys that are no longer used',
    },
  )
}

type Members = Readonly<Record<string, unknown>>

/** Whether a value is meant as one JWK: not a set, and not a key of ours, which has a type as well. */
export function isJwk(input: unknown): input is Record<string, unknown> {
  return (
    isJsonObject(input) &&
    input['kty'] !== undefined &&
    typeof input['verify'] !== 'function' &&
    typeof input['sign'] !== 'function'
  )
}

/**
 * Checks a JWK: that its members are canonical and of full length (RFC 7518 §6), and mathematically sound. That the private part of
 * an EC or Ed25519 key belongs to the public part is for a trial signature to say; of an Ed25519 key without one, see `checkPublicJwk`.
 *
 * @throws {KeyError} `key_symmetric`, `key_unsupported`, `key_malformed`, `key_too_small`, `key_inconsistent`
 */
export function checkJwk(members: Members): CheckedJwk {
  switch (members['kty']) {
    case 'RSA':
      return checkRsa(members)
    case 'EC':
      return checkEc(members)
    case 'OKP':
      return checkOkp(members)
    case 'oct':
      throw new KeyError('key_symmetric', 'Cannot use the key: it is a symmetric key, which both sides would have to know', {
        hint: 'Make a key pair and register its public half: pkjwt keygen',
      })
    case undefined:
      throw malformed('kty', 'is missing')
    default:
      throw unsupported(`its "kty" is ${quote(members['kty'])}, and only RSA, EC and OKP are used`)
  }
}

function checkRsa(members: Members): CheckedJwk {
  if (members['oth'] !== undefined) throw unsupported('it has more than two primes')
  const [n, e] = [readNumber(members, 'n'), readNumber(members, 'e')]
  const bits = checkRsaPublic(n, e)
  const publicMembers = { kty: 'RSA', n: String(members['n']), e: String(members['e']) } as const
  const publicJwk = { ...publicMembers, ...readUse(members) }
  if (members['d'] === undefined) return { bits, publicJwk, privateJwk: undefined }
  const numbers: RsaNumbers = { n, e, d: readNumber(members, 'd'), ...readCrt(members) }
  const complete = completeRsa(numbers)
  const privateMembers = Object.fromEntries(
    (['d', 'p', 'q', 'dp', 'dq', 'qi'] as const).map((name) => [name, encodeNumber(complete[name])]),
  )
  return { bits, publicJwk, privateJwk: { ...publicMembers, d: String(members['d']), ...privateMembers } }
}

/** Puts the primes into the JWK of an RSA private key that came without. Everything else is given back as it is. */
export async function withPrimes(members: Members): Promise<Members> {
  const isComplete =
    members['kty'] !== 'RSA' || members['d'] === undefined || members['p'] !== undefined || members['q'] !== undefined
  if (isComplete) return members
  const numbers = { n: readNumber(members, 'n'), e: readNumber(members, 'e'), d: readNumber(members, 'd') }
  checkRsaPublic(numbers.n, numbers.e)
  const { findPrimes } = await import('./rsaPrimes.js')
  const { p, q } = findPrimes(numbers)
  return { ...members, p: encodeNumber(p), q: encodeNumber(q) }
}

function readCrt(members: Members): Partial<RsaNumbers> {
  const given = (['p', 'q', 'dp', 'dq', 'qi'] as const).filter((name) => members[name] !== undefined)
  return Object.fromEntries(given.map((name) => [name, readNumber(members, name)]))
}

function checkEc(members: Members): CheckedJwk {
  const found = findCurve(members['crv'])
  if (found === undefined) throw unsupportedCurve(members['crv'])
  const { name: crv, curve } = found
  const d = members['d'] === undefined ? undefined : readScalar(members, curve)
  const point = d !== undefined && members['x'] === undefined && members['y'] === undefined ? {} : readPoint(members, curve, crv)
  const publicMembers = { kty: 'EC', crv, ...point } as const
  const privateJwk = d === undefined ? undefined : { ...publicMembers, d }
  return { bits: curve.bits, publicJwk: { ...publicMembers, ...readUse(members) }, privateJwk }
}

function readPoint(members: Members, curve: Curve, crv: string): { x: string; y: string } {
  const point = { x: bytesToBigint(readBytes(members, 'x', curve.bytes)), y: bytesToBigint(readBytes(members, 'y', curve.bytes)) }
  if (!isOnCurve(curve, point)) throw inconsistent(`its point is not on ${crv}`)
  return { x: String(members['x']), y: String(members['y']) }
}

function readScalar(members: Members, curve: Curve): string {
  const d = bytesToBigint(readBytes(members, 'd', curve.bytes))
  if (d === 0n || d >= curve.n) throw inconsistent('its private part "d" is out of range')
  return String(members['d'])
}

function checkOkp(members: Members): CheckedJwk {
  if (members['crv'] !== 'Ed25519') throw unsupportedCurve(members['crv'])
  const d = members['d'] === undefined ? undefined : encodeBase64url(readBytes(members, 'd', 32))
  const publicMembers = {
    kty: 'OKP',
    crv: 'Ed25519',
    ...(d !== undefined && members['x'] === undefined ? {} : { x: encodeBase64url(readBytes(members, 'x', 32)) }),
  } as const
  const privateJwk = d === undefined ? undefined : { ...publicMembers, d }
  return { bits: 256, publicJwk: { ...publicMembers, ...readUse(members) }, privateJwk }
}

/** The members that say what a key is for. */
function readUse(members: Members): Pick<PublicJwk, 'kid' | 'alg' | 'use' | 'key_ops' | 'status'> {
  const named = (['kid', 'alg', 'use', 'status'] as const).filter((name) => members[name] !== undefined)
  const texts = Object.fromEntries(named.map((name) => [name, readText(members, name)]))
  if (texts['status'] !== undefined && !['ACTIVE', 'INACTIVE'].includes(texts['status'])) {
    throw malformed('status', 'is neither ACTIVE nor INACTIVE')
  }
  const operations = members['key_ops']
  return operations === undefined ? texts : { ...texts, key_ops: readOperations(operations) }
}

function readText(members: Members, name: string): string {
  const value = members[name]
  if (typeof value !== 'string') throw malformed(name, 'is not a text')
  if (value.length > 1024) throw malformed(name, 'is longer than 1024 characters')
  return value
}

function readOperations(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length > 16) throw malformed('key_ops', 'is not a short list')
  const operations = value.map((each: unknown) => readText({ key_ops: each }, 'key_ops'))
  if (new Set(operations).size < operations.length) throw malformed('key_ops', 'names something twice')
  return operations
}

function readNumber(members: Members, name: string): bigint {
  const bytes = readBytes(members, name)
  if (bytes.length === 0) throw malformed(name, 'is empty')
  if (bytes[0] === 0) {
    throw malformed(
      name,
      'begins with a zero byte',
      'Write it without zeros in front (RFC 7518 §6.3.1), or take the key from its PEM file',
    )
  }
  return bytesToBigint(bytes)
}

function readBytes(members: Members, name: string, length?: number): Uint8Array {
  const value = members[name]
  if (value === undefined) throw malformed(name, 'is missing')
  if (typeof value !== 'string') throw malformed(name, 'is not a text')
  if (value.length > 4096) throw malformed(name, 'is longer than any key that is used')
  const bytes = decodeMember(name, value)
  if (length !== undefined && bytes.length !== length) {
    throw malformed(
      name,
      `has ${bytes.length} bytes instead of ${length}`,
      'Keep the zeros in front (RFC 7518 §6.2), or take the key from its PEM file',
    )
  }
  return bytes
}

function decodeMember(name: string, value: string): Uint8Array {
  try {
    return decodeBase64url(value)
  } catch (cause) {
    throw malformed(name, 'is not base64url without padding', undefined, cause)
  }
}

/** Puts the public part into an EC or Ed25519 key that came without. */
export function withPublicPart(checked: CheckedJwk, part: { x: string; y?: string }): CheckedJwk {
  const privateJwk = checked.privateJwk && { ...checked.privateJwk, ...part }
  return { ...checked, publicJwk: { ...checked.publicJwk, ...part }, privateJwk }
}

/** The thumbprint of a key (RFC 7638, RFC 8037 §2), SHA-256 in base64url. */
export async function thumbprintOf({ kty, crv, e, n, x, y }: PublicJwk): Promise<string> {
  const required = kty === 'RSA' ? { e, kty, n } : kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x }
  return encodeBase64url(await sha256(new TextEncoder().encode(JSON.stringify(required))))
}

/** A value as it may stand in a sentence: short, and escaped. */
export function quote(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : `a ${value === null ? 'null' : typeof value}`
}

function unsupportedCurve(crv: unknown): KeyError {
  if (crv === undefined) return malformed('crv', 'is missing')
  const why = crv === 'X25519' || crv === 'X448' ? 'agrees on secrets and cannot sign' : 'is not used'
  return unsupported(`its "crv" is ${quote(crv)}, which ${why}`)
}

function unsupported(fault: string): KeyError {
  return new KeyError('key_unsupported', `Cannot use the key: ${fault}`, { hint: hintMakeAnother })
}

function malformed(name: string, fault: string, hint = 'Take the key from where it was made', cause?: unknown): KeyError {
  return new KeyError('key_malformed', `Cannot use the key: its member "${name}" ${fault}`, { hint, cause })
}

function inconsistent(fault: string): KeyError {
  return new KeyError('key_inconsistent', `Cannot use the key: ${fault}`, {
    hint: 'The key is damaged or was put together by hand: take it from where it was made, or make a new one',
  })
}

function encodeNumber(value: bigint): string {
  return encodeBase64url(bigintToBytes(value))
}
