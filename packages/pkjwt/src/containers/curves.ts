import { bigintToBytes, bytesToBigint, inverse, power, remainder } from '../encoding/bigint.js'

/** The name of a curve that ECDSA of RFC 7518 §3.4 signs on. */
export type CurveName = 'P-256' | 'P-384' | 'P-521'

/** A prime curve y² = x³ − 3x + b of FIPS 186-4, with `n` points. Its cofactor is one, so that every point on it is in the group. */
export interface Curve {
  readonly oid: string
  readonly bits: number
  /** Length of a coordinate and of a scalar. */
  readonly bytes: number
  readonly p: bigint
  readonly b: bigint
  readonly n: bigint
  readonly gx: bigint
  readonly gy: bigint
}

/** A point that is not the one at infinity. */
export interface Point {
  readonly x: bigint
  readonly y: bigint
}

export const curves: Readonly<Record<CurveName, Curve>> = {
  'P-256': {
    oid: '1.2.840.10045.3.1.7',
    bits: 256,
    bytes: 32,
    p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    gx: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
    gy: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  },
  'P-384': {
    oid: '1.3.132.0.34',
    bits: 384,
    bytes: 48,
    p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    gx: 0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
    gy: 0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
  },
  'P-521': {
    oid: '1.3.132.0.35',
    bits: 521,
    bytes: 66,
    p: 0x01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffn,
    b: 0x0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    n: 0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    gx: 0x00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66n,
    gy: 0x011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650n,
  },
}

/** Finds the curve with a name. */
export function findCurve(name: unknown): { name: CurveName; curve: Curve } | undefined {
  return name === 'P-256' || name === 'P-384' || name === 'P-521' ? { name, curve: curves[name] } : undefined
}

/** Whether the equation holds and both coordinates are below the prime. */
export function isOnCurve({ p, b }: Curve, { x, y }: Point): boolean {
  return x < p && y < p && (y * y - (x * x * x - 3n * x + b)) % p === 0n
}

/**
 * Reads a point as SEC 1 §2.3.4 writes it: uncompressed, or compressed to x and the last bit of y. Answers `undefined` for the point
 * at infinity, a wrong length and a point that is not on the curve.
 */
export function decodePoint(curve: Curve, bytes: Uint8Array): Point | undefined {
  const { bytes: length } = curve
  const x = bytesToBigint(bytes.subarray(1, 1 + length))
  const point = { x, y: 0n }
  if (bytes[0] === 4 && bytes.length === 1 + 2 * length) point.y = bytesToBigint(bytes.subarray(1 + length))
  else if ((bytes[0] === 2 || bytes[0] === 3) && bytes.length === 1 + length) point.y = findY(curve, x, BigInt(bytes[0] & 1))
  else return undefined
  return isOnCurve(curve, point) ? point : undefined
}

// All three primes leave 3 when divided by 4, so a square root is one power. For an x without one the equation fails afterwards.
function findY({ p, b }: Curve, x: bigint, odd: bigint): bigint {
  const root = power(x * x * x - 3n * x + b, (p + 1n) / 4n, p)
  return (root & 1n) === odd ? root : p - root
}

/** Writes a point uncompressed. */
export function encodePoint({ bytes }: Curve, { x, y }: Point): Uint8Array<ArrayBuffer> {
  const point = new Uint8Array(1 + 2 * bytes)
  point[0] = 4
  point.set(bigintToBytes(x, bytes), 1)
  point.set(bigintToBytes(y, bytes), 1 + bytes)
  return point
}

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

/**
 * The public point of a scalar. Slow, and not in constant time: for the browser, and there for a key whose exporter left its public
 * part away. Node has a better one.
 */
export function multiplyBase(curve: Curve, scalar: bigint): Point {
  let power: Point | undefined = { x: curve.gx, y: curve.gy }
  let sum: Point | undefined
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) sum = addPoints(curve, sum, power)
    power = addPoints(curve, power, power)
  }
  if (sum === undefined) throw new RangeError('Cannot multiply by a multiple of the order of the group')
  return sum
}

// `undefined` is the point at infinity.
function addPoints({ p }: Curve, a: Point | undefined, b: Point | undefined): Point | undefined {
  if (a === undefined || b === undefined) return a ?? b
  const isDouble = a.x === b.x && a.y === b.y
  const [rise, run] = isDouble ? [3n * a.x * a.x - 3n, 2n * a.y] : [b.y - a.y, b.x - a.x]
  const inverseRun = inverse(run, p)
  if (inverseRun === undefined) return undefined
  const slope = (rise * inverseRun) % p
  const x = remainder(slope * slope - a.x - b.x, p)
  return { x, y: remainder(slope * (a.x - x) - a.y, p) }
}
