import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PkjwtError } from '../errors.js'
import { parseJsonObject, readJson } from './json.js'

const utf8 = (text: string) => new TextEncoder().encode(text)

describe('readJson()', () => {
  it.each([
    ['{}', {}],
    ['{"a":1}', { a: 1 }],
    ['{"a":{"a":1},"b":[{"a":1},{"a":1}]}', { a: { a: 1 }, b: [{ a: 1 }, { a: 1 }] }],
    ['{"a":"b:c:\\"d:\\\\"}', { a: 'b:c:"d:\\' }],
    ['{"\\"":1,"\\\\":2}', { '"': 1, '\\': 2 }],
    ['"a\\\\"', 'a\\'],
    [' [1, 2.5e3, true, null] ', [1, 2500, true, null]],
    ['null', null],
    ['{"0":1,"00":2}', { '0': 1, '00': 2 }],
  ])('reads %s', (text, value) => {
    expect(readJson(text)).toEqual(value)
    expect(readJson(utf8(text))).toEqual(value)
  })

  it('keeps a member called __proto__ as a member', () => {
    const value = readJson('{"__proto__":{"a":1}}') as object
    expect(Object.keys(value)).toEqual(['__proto__'])
    expect(() => readJson('{"__proto__":1,"__proto__":2}')).toThrow('a second time')
  })

  it.each([
    ['{"a":1,"a":1}', '"a" stands there a second time, at line 1, column 8'],
    ['{"a":1,"\\u0061":2}', '"a" stands there a second time'],
    ['{"b":{"a":1,"c":2,"a":3}}', '"a" stands there a second time, at line 1, column 19'],
    ['[{"a":1},\n {"a":1,"a":2}]', 'at line 2, column 9'],
    ['{"":1,"":2}', '"" stands there a second time'],
    ['', 'it ends too early, at line 1, column 1'],
    ['{"a":1', 'it ends too early'],
    ['{"a"', 'it ends too early'],
    ['{"a":1,}', 'a comma too many at line 1, column 7'],
    ['[1,]', 'a comma too many'],
    ['[1 2]', '"," or "]" is missing at line 1, column 4'],
    ['{"a" 1}', 'a colon is missing'],
    ['{a:1}', 'the name of a member is missing'],
    ["{'a':1}", 'a single quote'],
    ['{"a":undefined}', 'a value is missing'],
    ['{"a":01}', '"," or "}" is missing'],
    ['{"a":.5}', 'a value is missing'],
    ['{"a":NaN}', 'a value is missing'],
    ['{"a":1} x', 'something after its end at line 1, column 9'],
    ['{"a":1}{"a":1}', 'something after its end'],
    ['{"a":"b', 'a string has no end'],
    ['{"a":"b\nc"}', 'a line break or control character'],
    ['{"a":"\\x"}', 'an escape that JSON does not know'],
    ['{"a":"\\u12"}', 'an escape that JSON does not know'],
    ['\ufeff{}', 'a byte order mark'],
  ])('refuses %j', (text, why) => {
    expect(() => readJson(text)).toThrow(expect.objectContaining({ code: 'json_invalid', message: expect.stringContaining(why) }))
  })

  it('gives a hint with every refusal', () => {
    for (const text of ['', '{', '[1,]', "{'a'", '{"a":1,"a":2}', '{"a":"\n"}', '[[1]] ]']) {
      expect(catchError(() => readJson(text)).hint).toMatch(/\w/)
    }
  })

  it('takes 32 levels and refuses 33', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(() => readJson(nested(32))).not.toThrow()
    expect(() => readJson(nested(33))).toThrow('nested too deep at line 1, column 33')
    expect(() => readJson('{"a":{"b":{}}}', { depthMax: 3 })).not.toThrow()
    expect(() => readJson('{"a":{"b":{}}}', { depthMax: 2 })).toThrow('nested too deep')
    expect(() => readJson(nested(100_000))).toThrow('nested too deep')
  })

  it('brackets inside of strings are no depth', () => {
    expect(readJson(`["${'['.repeat(100)}"]`)).toHaveLength(1)
  })

  it.each([[[0x22, 0xff, 0x22]], [[0x22, 0xc0, 0x80, 0x22]], [[0x22, 0xed, 0xa0, 0x80, 0x22]], [[0x22, 0xe2, 0x82]]])(
    'refuses the bytes %j, which are not UTF-8',
    (bytes) => {
      expect(() => readJson(Uint8Array.from(bytes))).toThrow(
        expect.objectContaining({ code: 'json_invalid', message: expect.stringContaining('not UTF-8') }),
      )
    },
  )

  it('refuses a byte order mark in bytes', () => {
    expect(() => readJson(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d))).toThrow('byte order mark')
  })

  it('refuses half a surrogate pair when asked, in values and in names', () => {
    for (const text of ['{"a":"\\ud800"}', '{"\\udc00":1}', '["a\\ud83d b"]']) {
      expect(() => readJson(text)).not.toThrow()
      expect(() => readJson(text, { refuseLoneSurrogates: true })).toThrow('half a surrogate pair')
    }
    expect(readJson('{"a":"\\ud83d\\ude00"}', { refuseLoneSurrogates: true })).toEqual({ a: '😀' })
  })

  it('names what it reads', () => {
    expect(() => readJson('{', { what: 'the header' })).toThrow('Cannot read the header: ')
  })

  it('quotes nothing of the text but the name of a member', () => {
    const { message, hint, cause } = catchError(() => readJson('{"d":"c2VjcmV0","d":"c2VjcmV0"}'))
    expect(`${message} ${hint}`).not.toContain('c2Vjc')
    expect(cause).toBeUndefined()
    expect(catchError(() => readJson('{"d":"c2VjcmV0"')).cause).toBeUndefined()
  })

  it('reads what JSON.stringify writes, for any value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value)
        expect(JSON.stringify(readJson(text))).toBe(text)
        expect(JSON.stringify(readJson(utf8(JSON.stringify(value, null, 2))))).toBe(text)
      }),
    )
  })

  it('refuses everything that JSON.parse refuses', () => {
    const piece = fc.constantFrom('{', '}', '[', ']', '"a"', '"b"', ':', ',', '1', '-', 'true', ' ', '\n', '"\\"', '\\', '"')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('')
        let parsed: unknown
        try {
          parsed = JSON.parse(text)
        } catch {
          expect(catchError(() => readJson(text)).code).toBe('json_invalid')
          return
        }
        try {
          expect(readJson(text)).toEqual(parsed)
        } catch (error) {
          expect((error as PkjwtError).message).toContain('a second time')
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('parseJsonObject()', () => {
  it('reads an object', () => {
    expect(parseJsonObject('{"a":1}')).toEqual({ a: 1 })
  })

  it.each([
    ['[]', 'an array'],
    ['null', 'null'],
    ['1', 'a number'],
    ['"{}"', 'a string'],
    ['true', 'a boolean'],
  ])('refuses %s', (text, kind) => {
    expect(() => parseJsonObject(text)).toThrow(
      expect.objectContaining({ code: 'json_invalid', message: expect.stringContaining(kind) }),
    )
  })
})

function catchError(run: () => unknown): PkjwtError {
  try {
    run()
  } catch (error) {
    return error as PkjwtError
  }
  throw new Error('nothing was thrown')
}
