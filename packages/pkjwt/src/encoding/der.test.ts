import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  derTags,
  readDer,
  readDerBitString,
  readDerChildren,
  readDerInteger,
  readDerNumber,
  readDerOctetString,
  readDerOid,
  readDerSequence,
  writeDer,
  writeDerBitString,
  writeDerInteger,
  writeDerNull,
  writeDerOctetString,
  writeDerOid,
  writeDerSequence,
} from './der.js'

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const hex = (of: Uint8Array) => Buffer.from(of).toString('hex')
const refused = (code: string, why: string) => expect.objectContaining({ code, message: expect.stringContaining(why) })

describe('readDer()', () => {
  it('reads tag and content, with a length of one and of more bytes', () => {
    expect(readDer(bytes('04 02 aa bb'))).toMatchObject({ tag: 4, content: bytes('aabb') })
    expect(readDer(bytes(`04 81 80 ${'00'.repeat(128)}`)).content).toHaveLength(128)
    expect(readDer(bytes(`04 82 0100 ${'00'.repeat(256)}`)).content).toHaveLength(256)
    expect(readDer(bytes(`04 7f ${'00'.repeat(127)}`)).content).toHaveLength(127)
  })

  it.each([
    ['', 'key_truncated', 'the end is missing'],
    ['04', 'key_truncated', 'the end is missing'],
    ['04 02 aa', 'key_truncated', 'the end is missing'],
    ['04 82 01', 'key_truncated', 'the end is missing'],
    ['04 02 aa bb cc', 'key_malformed', '1 bytes follow its end'],
    [`04 81 7f ${'00'.repeat(127)}`, 'key_malformed', 'longer than it has to be'],
    [`04 82 0080 ${'00'.repeat(128)}`, 'key_malformed', 'longer than it has to be'],
    ['30 80 00 00', 'key_malformed', 'indefinite'],
    ['04 85 00 00 00 00 01 00', 'key_malformed', 'larger than any key'],
    ['04 84 ff ff ff ff', 'key_truncated', 'the end is missing'],
    ['1f 81 01 00', 'key_malformed', 'a tag has several bytes'],
  ])('refuses %s', (text, code, why) => {
    expect(() => readDer(bytes(text))).toThrow(refused(code, why))
  })
})

describe('readDerChildren()', () => {
  it('reads what stands in a SEQUENCE or SET, in order', () => {
    expect(readDerChildren(readDer(bytes('30 05 02 01 01 05 00'))).map(({ tag }) => tag)).toEqual([2, 5])
    expect(readDerChildren(readDer(bytes('31 00')))).toEqual([])
  })

  it('refuses a child that is longer than its parent, and a parent that cannot have children', () => {
    expect(() => readDerChildren(readDer(bytes('30 03 02 02 01')))).toThrow(refused('key_truncated', 'missing'))
    expect(() => readDerChildren(readDer(bytes('04 02 05 00')))).toThrow(refused('key_malformed', 'holds no others'))
  })

  it('readDerSequence() refuses a SET and nothing at all', () => {
    expect(() => readDerSequence(readDer(bytes('31 00')))).toThrow(refused('key_malformed', 'tag 49 where 48 belongs'))
    expect(() => readDerSequence(undefined)).toThrow(refused('key_malformed', 'an element is missing'))
  })
})

describe('readDerInteger()', () => {
  it.each([
    ['02 01 00', '00'],
    ['02 01 7f', '7f'],
    ['02 02 00 80', '80'],
    ['02 02 01 00', '0100'],
  ])('reads %s', (text, value) => {
    expect(hex(readDerInteger(readDer(bytes(text))))).toBe(value)
  })

  it.each([
    ['02 00', 'is empty'],
    ['02 01 80', 'is negative'],
    ['02 02 00 7f', 'a zero byte too many'],
    ['02 02 00 00', 'a zero byte too many'],
    ['04 01 01', 'tag 4 where 2 belongs'],
  ])('refuses %s', (text, why) => {
    expect(() => readDerInteger(readDer(bytes(text)))).toThrow(refused('key_malformed', why))
  })

  it('readDerNumber() reads up to four bytes', () => {
    expect(readDerNumber(readDer(bytes('02 05 00 ff ff ff ff')))).toBe(2 ** 32 - 1)
    expect(() => readDerNumber(readDer(bytes('02 05 01 00 00 00 00')))).toThrow(refused('key_malformed', 'larger than'))
  })
})

describe('strings', () => {
  it('readDerBitString() reads whole bytes only', () => {
    expect(hex(readDerBitString(readDer(bytes('03 02 00 aa'))))).toBe('aa')
    expect(hex(readDerBitString(readDer(bytes('81 02 00 aa')), 0x81))).toBe('aa')
    expect(() => readDerBitString(readDer(bytes('03 02 01 aa')))).toThrow(refused('key_malformed', 'whole bytes'))
    expect(() => readDerBitString(readDer(bytes('03 00')))).toThrow(refused('key_malformed', 'whole bytes'))
  })

  it('readDerOctetString() reads an OCTET STRING only', () => {
    expect(hex(readDerOctetString(readDer(bytes('04 01 aa'))))).toBe('aa')
    expect(() => readDerOctetString(readDer(bytes('03 01 00')))).toThrow(refused('key_malformed', 'tag 3 where 4 belongs'))
  })
})

describe('OBJECT IDENTIFIER', () => {
  it.each([
    ['06 09 2a 86 48 86 f7 0d 01 01 01', '1.2.840.113549.1.1.1'],
    ['06 03 2b 65 70', '1.3.101.112'],
    ['06 01 27', '0.39'],
    ['06 03 88 37 03', '2.999.3'],
    ['06 03 55 1d 0e', '2.5.29.14'],
  ])('reads %s as %s', (text, oid) => {
    expect(readDerOid(readDer(bytes(text)))).toBe(oid)
  })

  it.each(['06 00', '06 01 80', '06 02 2a 86', '06 03 2a 80 01', `06 21 ${'01'.repeat(33)}`])('refuses %s', (text) => {
    expect(() => readDerOid(readDer(bytes(text)))).toThrow(refused('key_malformed', 'OBJECT IDENTIFIER'))
  })

  it('reads what writeDerOid() writes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 0, max: 39 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        (top, second, rest) => {
          const oid = [top, second, ...rest].join('.')
          expect(readDerOid(readDer(writeDerOid(oid)))).toBe(oid)
        },
      ),
    )
  })
})

describe('writing', () => {
  it('writes lengths as short as can be', () => {
    expect(hex(writeDer(4, new Uint8Array(127)).subarray(0, 2))).toBe('047f')
    expect(hex(writeDer(4, new Uint8Array(128)).subarray(0, 3))).toBe('048180')
    expect(hex(writeDer(4, new Uint8Array(255)).subarray(0, 3))).toBe('0481ff')
    expect(hex(writeDer(4, new Uint8Array(256)).subarray(0, 4))).toBe('04820100')
  })

  it('writes numbers without zeros in front and never negative', () => {
    expect(hex(writeDerInteger(0))).toBe('020100')
    expect(hex(writeDerInteger(128))).toBe('02020080')
    expect(hex(writeDerInteger(600_000))).toBe('02030927c0')
    expect(hex(writeDerInteger(bytes('0000ff')))).toBe('020200ff')
    expect(hex(writeDerInteger(new Uint8Array()))).toBe('020100')
  })

  it('writes what it reads, for any content', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (content) => {
        const [integer, octets, bits, nothing] = readDerSequence(
          readDer(
            writeDerSequence(writeDerInteger(content), writeDerOctetString(content), writeDerBitString(content), writeDerNull()),
          ),
        )
        expect(BigInt(`0x0${hex(readDerInteger(integer))}`)).toBe(BigInt(`0x0${hex(content)}`))
        expect(hex(readDerOctetString(octets))).toBe(hex(content))
        expect(hex(readDerBitString(bits))).toBe(hex(content))
        expect(nothing).toMatchObject({ tag: derTags.null })
      }),
    )
  })
})
