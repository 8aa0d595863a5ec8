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
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    n: 2n ** 256n - 2n ** 224n + 2n ** 192n - 0x4319055258e8617b0c46353d039cdaafn,
  },
  'P-384': {
    oid: '1.3.132.0.34',
    bits: 384,
    bytes: 48,
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    n: 2n ** 384n - 0x389cb27e0bc8d220a7e5f24db74f58851313e695333ad68dn,
  },
  'P-521': {
    oid: '1.3.132.0.35',
    bits: 521,
    bytes: 66,
    p: 2n ** 521n - 1n,
    b: 0x0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    n: 2n ** 521n - 0x5ae79787c40d069948033feb708f65a2fc44a36477663b851449048e16ec79bf7n,
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
