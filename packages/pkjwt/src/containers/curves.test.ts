import { createECDH } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bigintToBytes, bytesToBigint, power } from '../encoding/bigint.js'
import { generateKeyPairSync } from '../nodeKeys.testing.js'
import { curves, findCurve, isOnCurve } from './curves.js'
import { isEdwardsPoint } from './edwards.js'
import { decodePoint, encodePoint, multiplyBase } from './points.js'

describe.each([
  ['P-256', 'prime256v1'],
  ['P-384', 'secp384r1'],
  ['P-521', 'secp521r1'],
] as const)('%s', (name, openssl) => {
  const curve = curves[name]
  const base = multiplyBase(name, 1n)
  const publicOf = (scalar: bigint, format: 'compressed' | 'uncompressed') => {
    const ecdh = createECDH(openssl)
    ecdh.setPrivateKey(bigintToBytes(scalar, curve.bytes))
    return Uint8Array.from(ecdh.getPublicKey(null, format))
  }

  it('has the parameters of OpenSSL', () => {
    expect(decodePoint(curve, publicOf(1n, 'uncompressed'))).toEqual(base)
    expect(bytesToBigint(publicOf(curve.n - 1n, 'uncompressed').subarray(1, 1 + curve.bytes))).toBe(base.x)
    expect(() => publicOf(curve.n, 'uncompressed')).toThrow()
    expect(curve.bits).toBe(curve.p.toString(2).length)
    expect(curve.bytes).toBe(Math.ceil(curve.bits / 8))
  })

  it('multiplyBase() gives the points of OpenSSL', () => {
    for (const scalar of [1n, 2n, 3n, 2n ** 200n + 12345n, curve.n - 1n]) {
      expect(Array.from(encodePoint(curve, multiplyBase(name, scalar)))).toEqual(Array.from(publicOf(scalar, 'uncompressed')))
    }
    expect(() => multiplyBase(name, 0n)).toThrow(RangeError)
    expect(() => multiplyBase(name, curve.n)).toThrow(RangeError)
  })

  it('decodePoint() reads points whole and compressed', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: curve.n - 1n }), (scalar) => {
        const point = decodePoint(curve, publicOf(scalar, 'uncompressed'))
        expect(point && isOnCurve(curve, point)).toBe(true)
        expect(decodePoint(curve, publicOf(scalar, 'compressed'))).toEqual(point)
      }),
      { numRuns: 10 },
    )
  })

  it('decodePoint() refuses what is no point', () => {
    const whole = encodePoint(curve, base)
    const changed = (at: number, byte: number) => whole.map((each, index) => (index === at ? byte : each))
    for (const first of [0, 1, 2, 3, 5, 6, 7]) expect(decodePoint(curve, changed(0, first))).toBeUndefined()
    expect(decodePoint(curve, whole.subarray(0, -1))).toBeUndefined()
    expect(decodePoint(curve, Uint8Array.of(...whole, 0))).toBeUndefined()
    expect(decodePoint(curve, Uint8Array.of(0))).toBeUndefined()
    expect(decodePoint(curve, new Uint8Array())).toBeUndefined()
    expect(decodePoint(curve, changed(whole.length - 1, (whole.at(-1) ?? 0) ^ 1))).toBeUndefined()
    expect(decodePoint(curve, whole.subarray(0, 1 + curve.bytes))).toBeUndefined()
    const compressed = Uint8Array.of(2, ...bigintToBytes(base.x, curve.bytes))
    expect(decodePoint(curve, compressed)).toBeDefined()
    expect(decodePoint(curve, Uint8Array.of(...compressed, 0))).toBeUndefined()
    // Half of all x have no y.
    const found = Array.from({ length: 40 }, (_, x) =>
      decodePoint(curve, Uint8Array.of(2, ...bigintToBytes(BigInt(x), curve.bytes))),
    )
    expect(found.some((point) => point === undefined)).toBe(true)
    expect(found.some((point) => point !== undefined)).toBe(true)
  })

  it('isOnCurve() wants reduced coordinates', () => {
    expect(isOnCurve(curve, base)).toBe(true)
    expect(isOnCurve(curve, { ...base, y: curve.p - base.y })).toBe(true)
    expect(isOnCurve(curve, { ...base, y: base.y + 1n })).toBe(false)
    expect(isOnCurve(curve, { ...base, x: base.x + curve.p })).toBe(false)
    expect(isOnCurve(curve, { ...base, y: base.y + curve.p })).toBe(false)
    expect(isOnCurve(curve, { x: 0n, y: 0n })).toBe(false)
  })
})

it('findCurve() knows three names', () => {
  expect(['P-256', 'P-384', 'P-521', 'p-256', 'secp256k1', 'toString', 1].map((name) => findCurve(name)?.name)).toEqual([
    'P-256',
    'P-384',
    'P-521',
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

describe('isEdwardsPoint()', () => {
  const little = (value: bigint) => bigintToBytes(value, 32).toReversed()
  const prime = 2n ** 255n - 19n

  it('takes the keys that OpenSSL makes', () => {
    for (let time = 0; time < 10; time++) {
      const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
      expect(isEdwardsPoint(Buffer.from(x, 'base64url'))).toBe(true)
    }
  })

  it.each([
    ['order 1', 1n],
    ['order 2', prime - 1n],
    ['order 4', 0n],
    ['order 4, the other', 1n << 255n],
    ['order 8', 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7n],
    ['order 8, the other', 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n],
    ['order 8, negative', 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7n | (1n << 255n)],
    ['order 1, not reduced', prime + 1n],
    ['y that is not reduced', prime + 3n],
  ])('refuses a point of %s', (_, value) => {
    expect(isEdwardsPoint(little(value))).toBe(false)
  })

  it('refuses what is no point, and half of all y are none', () => {
    const found = Array.from({ length: 40 }, (_, y) => isEdwardsPoint(little(BigInt(y + 2))))
    expect(found.filter(Boolean).length).toBeGreaterThan(5)
    expect(found.filter((each) => !each).length).toBeGreaterThan(5)
    expect(isEdwardsPoint(new Uint8Array(31).fill(3))).toBe(false)
    expect(isEdwardsPoint(new Uint8Array(33).fill(3))).toBe(false)
  })

  it('agrees with the equation of the curve', () => {
    const d = 37095705934669439343138083508754565189542113879843219016388785533085940283555n
    for (let y = 2n; y < 30n; y++) {
      const x2 = ((y * y - 1n) * power(d * y * y + 1n, prime - 2n, prime)) % prime
      expect(isEdwardsPoint(little(y))).toBe(power(x2, (prime - 1n) / 2n, prime) === 1n)
    }
  })
})
