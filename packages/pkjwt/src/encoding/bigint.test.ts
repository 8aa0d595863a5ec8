import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bigintToBytes, bitLength, bytesToBigint, inverse, power, remainder } from './bigint.js'

describe('bytesToBigint() and bigintToBytes()', () => {
  it('read and write the highest byte first', () => {
    expect(bytesToBigint(Uint8Array.of(1, 2))).toBe(258n)
    expect(bytesToBigint(new Uint8Array())).toBe(0n)
    expect(bytesToBigint(Uint8Array.from({ length: 17 }, (_, at) => at + 1))).toBe(0x0102030405060708090a0b0c0d0e0f1011n)
    expect(Array.from(bigintToBytes(258n))).toEqual([1, 2])
    expect(Array.from(bigintToBytes(0n))).toEqual([0])
  })

  it('fill up to a length, and refuse one that is too short', () => {
    expect(Array.from(bigintToBytes(258n, 4))).toEqual([0, 0, 1, 2])
    expect(Array.from(bigintToBytes(255n, 1))).toEqual([255])
    expect(() => bigintToBytes(256n, 1)).toThrow(RangeError)
  })

  it('are each the inverse of the other', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), (bytes) => {
        expect(Array.from(bigintToBytes(bytesToBigint(bytes), bytes.length))).toEqual(Array.from(bytes))
      }),
    )
  })

  it('look at the bytes of a view and no others', () => {
    expect(bytesToBigint(Uint8Array.of(9, 9, 1, 9).subarray(2, 3))).toBe(1n)
  })
})

it('bitLength() counts from the highest bit that is set', () => {
  expect([0n, 1n, 2n, 255n, 256n, 2n ** 2047n].map(bitLength)).toEqual([0, 1, 2, 8, 9, 2048])
})

it('power() is what multiplying many times gives', () => {
  expect(power(3n, 5n, 1000n)).toBe(243n)
  expect(power(-3n, 3n, 1000n)).toBe(973n)
  expect(power(7n, 0n, 13n)).toBe(1n)
  expect(power(2n, 10n, 1000n)).toBe(24n)
})

it('remainder() is never negative', () => {
  expect([remainder(5n, 3n), remainder(-1n, 3n), remainder(-3n, 3n)]).toEqual([2n, 2n, 0n])
})

it('inverse() finds the one number that gives 1, where there is one', () => {
  expect(inverse(3n, 7n)).toBe(5n)
  expect(inverse(-3n, 7n)).toBe(2n)
  expect(inverse(1n, 7n)).toBe(1n)
  expect(inverse(0n, 7n)).toBeUndefined()
  expect(inverse(6n, 9n)).toBeUndefined()
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 10n ** 30n }), (value) => {
      const modulus = 2n ** 127n - 1n
      expect((value * (inverse(value, modulus) ?? 0n)) % modulus).toBe(1n)
    }),
  )
})
