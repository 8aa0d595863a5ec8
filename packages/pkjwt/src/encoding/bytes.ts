/**
 * One after the other, as one.
 *
 * @example
 * assert.deepEqual([...concatBytes([new Uint8Array([1]), new Uint8Array([2])])], [1, 2])
 */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/**
 * Whether two sequences are the same. Not in constant time: for what is public, or checked against what was in the same file.
 *
 * @example
 * assert.equal(equalBytes(new Uint8Array([1]), new Uint8Array([1])), true)
 */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}

/**
 * Without the zeros in front.
 *
 * @example
 * assert.deepEqual([...trimLeadingZeros(new Uint8Array([0, 0, 7]))], [7])
 */
export function trimLeadingZeros(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0)
  return bytes.subarray(first < 0 ? bytes.length : first)
}

/**
 * A copy. Web Crypto takes no bytes that might be shared with another thread, and `slice` of a Buffer copies nothing.
 *
 * @example
 * const bytes = new Uint8Array([1])
 * assert.notEqual(ownedBytes(bytes), bytes)
 */
export function ownedBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}
