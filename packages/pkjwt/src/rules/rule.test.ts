import { describe, expect, it } from 'vitest'
import { checkRules, type Rule, type Severity, shown } from './rule.js'

describe('checkRules()', () => {
  const rule = (id: Rule<object>['id'], severity?: Severity): Rule<object> => ({
    id,
    stage: 'use',
    specification: '',
    check: () => ({ message: id, fix: '', ...(severity === undefined ? {} : { severity }) }),
  })
  const silent: Rule<object> = { ...rule('exp-past'), check: () => undefined }
  const rules = [silent, rule('kid-absent', 'warning'), rule('exp-far'), rule('iat-type'), rule('nbf-type', 'info')]

  it('collects every finding in the order of the rules, an error unless the rule says otherwise', () => {
    expect(checkRules({}, rules).map(({ id, severity }) => [id, severity])).toEqual([
      ['kid-absent', 'warning'],
      ['exp-far', 'error'],
      ['iat-type', 'error'],
      ['nbf-type', 'info'],
    ])
  })

  it('ends at the first error when told to, and at no warning', () => {
    expect(checkRules({}, rules, true).map(({ id }) => id)).toEqual(['kid-absent', 'exp-far'])
  })
})

describe('shown()', () => {
  it('writes a value as JSON', () => {
    expect([shown('a"b'), shown(1), shown(null), shown(['a']), shown(undefined)]).toEqual([
      '"a\\"b"',
      '1',
      'null',
      '["a"]',
      'nothing',
    ])
  })

  // Signs that hide or turn around what stands beside them must not reach a terminal or a log as they are.
  it.each([
    ['\u0000', '\\u0000'],
    ['\u001b[31m', '\\u001b[31m'],
    ['\u007f', '\\u007f'],
    ['\u009b', '\\u009b'],
    ['\u200b', '\\u200b'],
    ['\u2028', '\\u2028'],
    ['\u202e', '\\u202e'],
    ['\u2066', '\\u2066'],
    ['\ufeff', '\\ufeff'],
  ])('escapes a sign that cannot be seen: %#', (sign, escaped) => {
    expect(shown(`a${sign}b${sign}`)).toBe(`"a${escaped}b${escaped}"`)
  })

  it.each(['~', '\u00a0', 'é', '\u200a', '\u2010', '\u202f', '\u2065', '\u206a', '\ufefe', '😀'])(
    'leaves %j as it is',
    (sign) => {
      expect(shown(sign)).toBe(`"${sign}"`)
    },
  )

  it('cuts what has more than 200 characters', () => {
    expect(shown('a'.repeat(198))).toBe(`"${'a'.repeat(198)}"`)
    expect(shown('a'.repeat(199))).toBe(`"${'a'.repeat(198)}…`)
    expect(shown('a'.repeat(5000))).toHaveLength(200)
  })
})
