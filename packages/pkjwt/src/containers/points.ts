import { bigintToBytes, bytesToBigint, inverse, power, remainder } from '../encoding/bigint.js'
import { type Curve, type CurveName, curves, isOnCurve, type Point } from './curves.js'

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

/** The point of each curve that every public key is a multiple of. */
const bases: Readonly<Record<CurveName, Point>> = {
  'P-256': {
    x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
    y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  },
  'P-384': {
    x: 0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
    y: 0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
  },
  'P-521': {
    x: 0x00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66n,
    y: 0x011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650n,
  },
}

/**
 * The public point of a scalar. Slow, and not in constant time: for the browser, and there for a key whose exporter left its public
 * part away. Node has a better one.
 */
export function multiplyBase(name: CurveName, scalar: bigint): Point {
  const curve = curves[name]
  let power: Point | undefined = bases[name]
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
