import { bytesToBigint, power } from '../encoding/bigint.js'

const edwardsPrime = 2n ** 255n - 19n
const edwardsD = 37095705934669439343138083508754565189542113879843219016388785533085940283555n

// The y of the points whose order divides 8. With one of them as its public key, anybody can sign anything.
const smallOrderY = [
  0n,
  1n,
  edwardsPrime - 1n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
]

/** Whether 32 bytes are the one encoding of a point of Ed25519 (RFC 8032 §5.1.3) that is not of small order. */
export function isEdwardsPoint(bytes: Uint8Array): boolean {
  const y = bytesToBigint(bytes.toReversed()) & (2n ** 255n - 1n)
  if (bytes.length !== 32 || y >= edwardsPrime || smallOrderY.includes(y)) return false
  // x² = (y² − 1) / (d·y² + 1) has a root when numerator times denominator is a square.
  const square = (y * y - 1n) * (edwardsD * y * y + 1n)
  return power(square, (edwardsPrime - 1n) / 2n, edwardsPrime) === 1n
}
