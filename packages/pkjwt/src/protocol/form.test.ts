import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readForm, writeForm } from './form.js'

describe('readForm()', () => {
  it('reads what writeForm() wrote', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\0') && text !== '__proto__')
    const value = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'))
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 20 }), (parameters) => {
        expect(Object.fromEntries(readForm(writeForm(parameters)).parameters)).toEqual({ ...parameters })
      }),
    )
  })

  it('agrees with URLSearchParams on every form that is in order', () => {
    fc.assert(
      fc.property(fc.webQueryParameters(), (body) => {
        const { parameters, fault } = readForm(body)
        if (fault === undefined) expect(parameters).toEqual([...new URLSearchParams(`?${body}`)])
      }),
    )
  })

  it('keeps repeated parameters in their order', () => {
    expect(readForm('a=1&b=2&a=3').parameters).toEqual([
      ['a', '1'],
      ['b', '2'],
      ['a', '3'],
    ])
  })

  it('takes a name without a value for an empty one', () => {
    expect(readForm('a&b=').parameters).toEqual([
      ['a', ''],
      ['b', ''],
    ])
  })

  it('passes over nothing between two ampersands', () => {
    expect(readForm('&a=1&&b=2&').parameters).toEqual([
      ['a', '1'],
      ['b', '2'],
    ])
    expect(readForm('')).toEqual({ parameters: [], fault: undefined })
  })

  it('reads a plus sign as a space, and an escaped one as itself', () => {
    expect(readForm('a+b=c+%2B+d').parameters).toEqual([['a b', 'c + d']])
  })

  it('reads what stands before a fault, and nothing behind it', () => {
    expect(readForm('a=1&b=%&c=3')).toEqual({ parameters: [['a', '1']], fault: 'a percent-escape that is no UTF-8' })
    expect(readForm('%=1').fault).toBe('a percent-escape that is no UTF-8')
    expect(readForm('a=1&b=%00&c=3')).toEqual({ parameters: [['a', '1']], fault: 'a NUL character' })
    expect(readForm('a\0=1').fault).toBe('a NUL character')
  })

  it('splits at the first equals sign', () => {
    expect(readForm('a=b=c').parameters).toEqual([['a', 'b=c']])
  })

  it.each([
    ['%', 'a percent-escape that is no UTF-8'],
    ['a=%4', 'a percent-escape that is no UTF-8'],
    ['a=%ff', 'a percent-escape that is no UTF-8'],
    ['a=%c0%80', 'a percent-escape that is no UTF-8'],
    ['a%00=1', 'a NUL character'],
    ['a=%00', 'a NUL character'],
  ])('finds fault with %j', (body, fault) => {
    expect(readForm(body).fault).toBe(fault)
  })

  it('reads 100 parameters and no more', () => {
    const form = (count: number) => Array.from({ length: count }, (_, index) => `p${index}=1`).join('&')
    expect(readForm(form(100)).fault).toBeUndefined()
    expect(readForm(form(101)).fault).toBe('more than 100 parameters')
  })
})

describe('writeForm()', () => {
  it('leaves out what has no value', () => {
    expect(writeForm({ a: '1', b: undefined, c: '' })).toBe('a=1&c=')
  })
})
