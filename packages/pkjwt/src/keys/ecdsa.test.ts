import { sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { curves } from '../containers/curves.js'
import { bigintToBytes } from '../encoding/bigint.js'
import { generateKeyPairSync } from '../nodeKeys.testing.js'
import { derToRaw, isInRange, rawToDer } from './ecdsa.js'

const rows = [
  { alg: 'ES256', crv: 'P-256', hash: 'sha256', shift: 216n },
  { alg: 'ES384', crv: 'P-384', hash: 'sha384', shift: 184n },
  { alg: 'ES512', crv: 'P-521', hash: 'sha512', shift: 520n },
] as const

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const hex = (of: Uint8Array | undefined) => of && Buffer.from(of).toString('hex')

describe.each(rows)('$alg', ({ alg, crv, hash, shift }) => {
  const { n, bytes: length } = curves[crv]
  const raw = (r: bigint, s: bigint) => Buffer.concat([bigintToBytes(r, length), bigintToBytes(s, length)])

  it('what OpenSSL wrote as DER is the same as r‖s, both ways', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: crv })
    for (let time = 0; time < 20; time++) {
      const der = sign(hash, Buffer.of(time), privateKey)
      const both = derToRaw(der, 2 * length)
      expect(both).toHaveLength(2 * length)
      expect(verify(hash, Buffer.of(time), { key: publicKey, dsaEncoding: 'ieee-p1363' }, both ?? new Uint8Array())).toBe(true)
      expect(hex(rawToDer(both ?? new Uint8Array()))).toBe(hex(der))
    }
  })

  it('any two numbers come back as they were', () => {
    const number = fc.oneof(fc.bigInt({ min: 1n, max: n - 1n }), fc.bigInt({ min: 1n, max: 300n }))
    fc.assert(
      fc.property(number, number, (r, s) => {
        expect(hex(derToRaw(rawToDer(raw(r, s)), 2 * length))).toBe(hex(raw(r, s)))
        expect(isInRange(alg, raw(r, s))).toBe(true)
      }),
    )
  })

  it.each([
    ['1 and 1', 1n, 1n, true],
    ['the largest', n - 1n, n - 1n, true],
    ['256 and 256', 256n, 256n, true],
    ['r of zero', 0n, 1n, false],
    ['s of zero', 1n, 0n, false],
    ['r of the order', n, 1n, false],
    ['s of the order', 1n, n, false],
    ['r above the order', n + 1n, 1n, false],
    ['s above the order', 1n, n + 1n, false],
    // A higher byte is larger, all lower ones are smaller.
    ['r far above the order', ((n >> shift) + 1n) << shift, 1n, false],
    ['s far above the order', 1n, ((n >> shift) + 1n) << shift, false],
  ])('%s', (_, r, s, expected) => {
    expect(isInRange(alg, raw(r, s))).toBe(expected)
  })

  it('a length that is wrong by one is out of range', () => {
    expect(isInRange(alg, raw(1n, 1n).subarray(1))).toBe(false)
    expect(isInRange(alg, Buffer.concat([raw(1n, 1n), Buffer.of(0)]))).toBe(false)
    expect(isInRange(alg, new Uint8Array())).toBe(false)
  })
})

it('isInRange() is for ECDSA alone', () => {
  expect(isInRange('EdDSA', new Uint8Array(64).fill(1))).toBe(false)
})

describe('derToRaw()', () => {
  it('reads numbers that fit', () => {
    expect(hex(derToRaw(bytes('30 06 02 01 01 02 01 02'), 8))).toBe('0000000100000002')
    expect(hex(derToRaw(bytes('30 08 02 02 00 ff 02 02 00 80'), 2))).toBe('ff80')
    expect(hex(derToRaw(bytes('30 06 02 01 00 02 01 00'), 2))).toBe('0000')
  })

  it.each([
    ['nothing', ''],
    ['another tag', '31 06 02 01 01 02 01 02'],
    ['a length that is too short', '30 05 02 01 01 02 01 02'],
    ['a length that is too long', '30 07 02 01 01 02 01 02'],
    ['a length in two bytes where one does', '30 81 06 02 01 01 02 01 02'],
    ['something behind', '30 06 02 01 01 02 01 02 00'],
    ['something behind, inside', '30 07 02 01 01 02 01 02 00'],
    ['one number only', '30 03 02 01 01'],
    ['an empty number', '30 05 02 00 02 01 02'],
    ['a negative number', '30 06 02 01 80 02 01 02'],
    ['a negative second number', '30 06 02 01 01 02 01 ff'],
    ['a zero too many in front', '30 07 02 02 00 01 02 01 02'],
    ['a number that is no INTEGER', '30 06 04 01 01 02 01 02'],
    ['a second number that is no INTEGER', '30 06 02 01 01 04 01 02'],
    ['a number that is too large', '30 0a 02 05 01 00 00 00 00 02 01 02'],
    ['a second number that is too large', '30 0a 02 01 02 02 05 01 00 00 00 00'],
    ['a number that ends behind the end', '30 06 02 01 01 02 02 02'],
  ])('refuses %s', (_, text) => {
    expect(derToRaw(bytes(text), 8)).toBeUndefined()
  })

  it('never throws, whatever it gets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (any) => {
        derToRaw(any, 64)
        derToRaw(Uint8Array.of(0x30, any.length, ...any), 64)
      }),
    )
  })
})

it('rawToDer() writes a length of two bytes where one does not do', () => {
  const der = rawToDer(new Uint8Array(132).fill(0x7f))
  expect(hex(der.subarray(0, 3))).toBe('308188')
  expect(der).toHaveLength(139)
})

it.each([126, 127, 128, 129])('a signature of %i bytes inside comes back as it was', (length) => {
  const half = (bytesUsed: number) => Buffer.concat([new Uint8Array(66 - bytesUsed), new Uint8Array(bytesUsed).fill(0x11)])
  const raw = Buffer.concat([half(60), half(length - 4 - 60)])
  const der = rawToDer(raw)
  expect(hex(der.subarray(0, 3))).toBe(length > 127 ? `3081${length.toString(16)}` : `30${length.toString(16)}02`)
  expect(hex(derToRaw(der, 132))).toBe(hex(raw))
})

it('rawToDer() writes zero as one byte', () => {
  expect(hex(rawToDer(new Uint8Array(64)))).toBe('3006020100020100')
})
