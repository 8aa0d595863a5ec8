/**
 * Reads bytes as one unsigned number, the first byte the highest. No bytes are zero.
 *
 * @example
 * assert.equal(bytesToBigint(new Uint8Array([1, 2])), 258n)
 */
export function bytesToBigint(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const head = bytes.length % 8
  let hex = '0x0'
  for (let at = 0; at < head; at++) hex += view.getUint8(at).toString(16).padStart(2, '0')
  for (let at = head; at < bytes.length; at += 8) hex += view.getBigUint64(at).toString(16).padStart(16, '0')
  return BigInt(hex)
}

/**
 * Writes an unsigned number as bytes, the first byte the highest.
 *
 * @param length How many bytes; by default as few as hold the number, and one for zero.
 * @example
 * assert.deepEqual([...bigintToBytes(258n)], [1, 2])
 */
export function bigintToBytes(value: bigint, length?: number): Uint8Array<ArrayBuffer> {
  const hex = value.toString(16)
  const bytes = new Uint8Array(length ?? (hex.length + 1) >> 1)
  if (hex.length > bytes.length * 2) throw new RangeError(`Cannot write a number in ${bytes.length} bytes: it is larger`)
  for (let at = bytes.length - 1, end = hex.length; end > 0; at--, end -= 2) {
    bytes[at] = Number.parseInt(hex.slice(Math.max(0, end - 2), end), 16)
  }
  return bytes
}

/**
 * How many bits an unsigned number has, without leading zeros.
 *
 * @example
 * assert.equal(bitLength(258n), 9)
 */
export function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length
}

/**
 * `base` to the power of `exponent`, modulo `modulus`; neither of the first two need be reduced or, the base, positive.
 *
 * @example
 * assert.equal(power(2n, 10n, 1000n), 24n)
 */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  let square = remainder(base, modulus)
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

/**
 * The remainder that is not negative.
 *
 * @example
 * assert.equal(remainder(-1n, 7n), 6n)
 */
export function remainder(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus
  return rest < 0n ? rest + modulus : rest
}

/**
 * The inverse modulo `modulus`, or `undefined` when there is none.
 *
 * @example
 * assert.equal(inverse(3n, 7n), 5n)
 */
export function inverse(value: bigint, modulus: bigint): bigint | undefined {
  let [high, low] = [modulus, remainder(value, modulus)]
  let [previous, current] = [0n, 1n]
  while (low > 1n) {
    const quotient = high / low
    ;[high, low] = [low, high - quotient * low]
    ;[previous, current] = [current, previous - quotient * current]
  }
  return low === 1n ? remainder(current, modulus) : undefined
}
