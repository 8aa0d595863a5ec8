import { findCurve } from '../containers/curves.js'
import { bigintToBytes } from '../encoding/bigint.js'
import { type Algorithm, algorithms } from './algorithms.js'

/** The two ways to write an ECDSA signature: r‖s of fixed length (RFC 7518 §3.4), and the SEQUENCE of OpenSSL, KMS and HSM. */
export type SignatureFormat = 'raw' | 'der'

// The orders of the groups as bytes, the first the highest: r and s have to be below.
const orders = new Map<string, Uint8Array>()

function orderOf(alg: Algorithm): Uint8Array | undefined {
  const curve = findCurve(algorithms[alg].crv)?.curve
  if (curve === undefined) return undefined
  const order = bigintToBytes(curve.n)
  orders.set(alg, order)
  return order
}

/** Whether r and s of a raw signature are both at least 1 and below the order of the group: no library needs to be trusted with it. */
export function isInRange(alg: Algorithm, signature: Uint8Array): boolean {
  const order = orders.get(alg) ?? orderOf(alg)
  if (order === undefined || signature.length !== 2 * order.length) return false
  return isBelow(signature, 0, order) && isBelow(signature, order.length, order)
}

function isBelow(bytes: Uint8Array, start: number, order: Uint8Array): boolean {
  let seen = 0
  for (let at = 0; at < order.length; at++) {
    const byte = bytes[start + at] ?? 0
    const limit = order[at] ?? 0
    seen |= byte
    if (byte < limit) return seen !== 0 || hasMore(bytes, start + at + 1, start + order.length)
    if (byte > limit) return false
  }
  return false
}

function hasMore(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== 0) return true
  return false
}

/** Writes r‖s as DER, each number with as few bytes as can be. */
export function rawToDer(raw: Uint8Array): Uint8Array<ArrayBuffer> {
  const half = raw.length >> 1
  const r = startOfNumber(raw, 0, half)
  const s = startOfNumber(raw, half, raw.length)
  const rPad = (raw[r] ?? 0) >> 7
  const sPad = (raw[s] ?? 0) >> 7
  const rLength = half - r + rPad
  const sLength = raw.length - s + sPad
  const length = 4 + rLength + sLength
  const der = new Uint8Array(length + (length > 127 ? 3 : 2))
  let at = 0
  der[at++] = 0x30
  if (length > 127) der[at++] = 0x81
  der[at++] = length
  der[at++] = 0x02
  der[at++] = rLength
  der.set(raw.subarray(r, half), at + rPad)
  at += rLength
  der[at++] = 0x02
  der[at++] = sLength
  der.set(raw.subarray(s), at + sPad)
  return der
}

// The first byte that is not zero, or the last one.
function startOfNumber(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end - 1 && bytes[at] === 0) at++
  return at
}

/**
 * Reads a DER signature as r‖s, strictly: lengths and numbers as short as can be, nothing behind.
 *
 * @param length Length of r‖s. Answers `undefined` for what is no DER signature, or has a number that does not fit.
 */
export function derToRaw(der: Uint8Array, length: number): Uint8Array<ArrayBuffer> | undefined {
  const isLong = der[1] === 0x81
  const from = isLong ? 3 : 2
  if (der[0] !== 0x30 || (der[from - 1] ?? 0) !== der.length - from || isLong !== der.length - from > 127) return undefined
  const raw = new Uint8Array(length)
  const half = length >> 1
  const next = copyNumber(der, from, raw, half)
  const end = next === undefined ? undefined : copyNumber(der, next, raw, length)
  return end === der.length ? raw : undefined
}

/** Copies one INTEGER so that it ends before `end`, and gives the position behind it. */
function copyNumber(der: Uint8Array, start: number, raw: Uint8Array, end: number): number | undefined {
  const length = der[start + 1] ?? 0
  const first = der[start + 2] ?? 0
  const next = start + 2 + length
  if (der[start] !== 0x02 || length === 0 || next > der.length || first > 127) return undefined
  const isPadded = first === 0 && length > 1
  if (isPadded && (der[start + 3] ?? 0) < 128) return undefined
  const from = isPadded ? start + 3 : start + 2
  if (next - from > raw.length >> 1) return undefined
  raw.set(der.subarray(from, next), end - (next - from))
  return next
}
