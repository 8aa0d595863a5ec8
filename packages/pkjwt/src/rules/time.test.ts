import { describe, expect, it } from 'vitest'
import { okta } from '../profiles/okta.js'
import { fapi2, rfc7523 } from '../profiles/rfc.js'
import { smart } from '../profiles/smart.js'
import { checkRules, type Finding, type Profile } from './rule.js'
import { claimsRules } from './rulebook.js'
import { isWholeSeconds, moment, spell, usualLifetimeSeconds } from './time.js'

const now = 1_770_091_506
const audience = 'https://example.okta.com/oauth2/v1/token'

/** The findings about times, in claims that are right but for the changes. */
function examine(changes: Readonly<Record<string, unknown>>, limits: Profile = okta): Finding[] {
  const claims = { aud: audience, jti: 'a', exp: now + 60, ...changes }
  return checkRules({ header: { kid: 'one', typ: 'JWT' }, claims, limits, now, audiences: [audience] }, claimsRules)
}

const idsOf = (changes: Readonly<Record<string, unknown>>, limits?: Profile) => examine(changes, limits).map(({ id }) => id)

describe.each([okta, rfc7523, fapi2, smart])('"exp" in the profile $name', (limits) => {
  const { expiredToleranceSeconds: tolerance, lifetimeSecondsMax: max, lifetimeSecondsSafe: safe } = limits

  it('is past from the second on in which the tolerance ends', () => {
    expect(idsOf({ exp: now - tolerance + 1 }, limits)).toEqual([])
    expect(idsOf({ exp: now - tolerance }, limits)).toEqual(['exp-past'])
    expect(idsOf({ exp: now - tolerance - 1 }, limits)).toEqual(['exp-past'])
    expect(idsOf({ exp: 0 }, limits)).toEqual(['exp-past'])
  })

  it('is too far one second beyond the longest lifetime', () => {
    expect(idsOf({ exp: now + max }, limits)).not.toContain('exp-far')
    expect(idsOf({ exp: now + max + 1 }, limits)).toEqual(['exp-far'])
  })

  it('is warned about from the second on that is not safe, to the limit', () => {
    expect(idsOf({ exp: now + safe }, limits)).toEqual([])
    expect(idsOf({ exp: now + safe + 1 }, limits)).toEqual(['exp-near-limit'])
    expect(idsOf({ exp: now + max }, limits)).toEqual(['exp-near-limit'])
    expect(examine({ exp: now + max }, limits)[0]?.severity).toBe('warning')
  })
})

describe.each(['iat', 'nbf'] as const)('"%s"', (name) => {
  it('may be absent, past, present, and ten seconds ahead', () => {
    for (const time of [undefined, 0, now - 1, now, now + 9, now + 10]) expect(idsOf({ [name]: time })).toEqual([])
  })

  it('may not be eleven seconds ahead', () => {
    const [finding] = examine({ [name]: now + 11 })
    expect(finding).toMatchObject({
      id: `${name}-future`,
      member: name,
      found: `${now + 11} (2026-02-03T04:05:17Z, 11 seconds ahead)`,
      expected: `at most ${now + 10}`,
      message: `The claim "${name}" lies 11 seconds ahead: the clock of the machine that signed is fast`,
      fix: `Set the clock, or make "${name}" a few seconds earlier than now`,
      patch: { claims: { [name]: name === 'iat' ? now - 5 : null } },
    })
  })

  it('is told in milliseconds when it is', () => {
    const finding = examine({ [name]: now * 1000 }).find(({ id }) => id === `${name}-future`)
    expect(finding).toMatchObject({
      message: `The claim "${name}" is in milliseconds: seconds are wanted`,
      fix: 'Divide it by 1000',
    })
  })

  it('is not compared when it is no number of seconds', () => {
    expect(idsOf({ [name]: String(now + 11) })).toEqual([`${name}-type`])
  })
})

describe('"iat" and "exp"', () => {
  it('may be the same second, and not the wrong way round', () => {
    expect(idsOf({ iat: now + 5, exp: now + 5 })).toEqual([])
    expect(examine({ iat: now + 6, exp: now + 5 })).toMatchObject([
      { id: 'iat-after-exp', expected: `at most "exp", ${now + 5}`, patch: { claims: { iat: now - 5 } } },
    ])
  })

  it('are not compared when one of them is no number of seconds', () => {
    expect(idsOf({ iat: now + 6, exp: String(now + 5) })).toEqual(['exp-type'])
    expect(idsOf({ iat: String(now + 6), exp: now + 5 })).toEqual(['iat-type'])
  })
})

describe('a time that is no number of seconds', () => {
  const about = (name: string, value: unknown) => examine({ [name]: value }).find(({ id }) => id === `${name}-type`)

  it.each([
    ['a quoted string', 'soon'],
    ['negative', -1],
    ['not a whole number', 1.5],
    ['not a whole number', Number.MAX_SAFE_INTEGER + 1],
    ['null', null],
    ['a list', [now]],
    ['a boolean', true],
    ['an object', {}],
  ])('is called %s: %j', (kind, value) => {
    for (const name of ['exp', 'iat', 'nbf']) {
      expect(about(name, value)?.message).toBe(`The claim "${name}" is ${kind}: seconds since the epoch are wanted, as a number`)
    }
  })

  it('is mended by taking the quotes off, when there is a number in them', () => {
    for (const name of ['exp', 'iat', 'nbf']) {
      expect(about(name, '1770091500')).toMatchObject({
        fix: `Write "${name}": 1770091500, without quotes and without a fraction`,
        patch: { claims: { [name]: 1_770_091_500 } },
      })
    }
  })

  it.each(['1770091500s', 's1770091500', '1'.repeat(13), '', '-1', '1.5', [1_770_091_500]])(
    'is mended with a right time when it is %j',
    (value) => {
      expect(about('exp', value)?.patch).toEqual({ claims: { exp: now + 300 } })
      expect(about('iat', value)?.patch).toEqual({ claims: { iat: now - 5 } })
      expect(about('nbf', value)).toMatchObject({ fix: 'Leave "nbf" out', patch: { claims: { nbf: null } } })
    },
  )

  it('is mended with its number when that has twelve digits', () => {
    expect(about('nbf', '1'.repeat(12))?.patch).toEqual({ claims: { nbf: 111_111_111_111 } })
  })
})

describe('"exp" in milliseconds', () => {
  it('is told from a lifetime that is merely too long', () => {
    expect(examine({ exp: 100_000_000_000 })[0]).toMatchObject({
      id: 'exp-far',
      message: expect.stringContaining('The assertion expires 1136920 days'),
      fix: 'Use a lifetime of 5 minutes',
    })
    expect(examine({ exp: 100_000_000_001 })[0]).toMatchObject({
      id: 'exp-far',
      message: 'The claim "exp" is in milliseconds: seconds are wanted',
      fix: 'Divide it by 1000',
    })
  })
})

describe('the time that a finding advises', () => {
  it.each([
    [okta, 300, '5 minutes'],
    [fapi2, 300, '5 minutes'],
    [smart, 240, '4 minutes'],
  ])('is one that is safe in the profile %#', (limits, lifetime, text) => {
    expect(usualLifetimeSeconds(limits)).toBe(lifetime)
    const mended = { patch: { claims: { exp: now + lifetime } } }
    expect(examine({ exp: undefined }, limits)).toMatchObject([
      { id: 'exp-missing', fix: `Add "exp": ${now + lifetime}, ${text} ahead`, ...mended },
    ])
    expect(examine({ exp: 'soon' }, limits)).toMatchObject([{ id: 'exp-type', ...mended }])
    expect(examine({ exp: now - 60 }, limits)).toMatchObject([{ id: 'exp-past', ...mended }])
    const far = { fix: `Use a lifetime of ${text}`, ...mended }
    expect(examine({ exp: now + 4000 }, limits)).toMatchObject([{ id: 'exp-far', ...far }])
    expect(examine({ exp: now + limits.lifetimeSecondsMax }, limits)).toMatchObject([{ id: 'exp-near-limit', ...far }])
  })
})

describe('spell()', () => {
  it.each([
    [0, '0 seconds'],
    [1, '1 second'],
    [59, '59 seconds'],
    [60, '1 minute'],
    [61, '1 minute 1 second'],
    [3600, '1 hour'],
    [3661, '1 hour 1 minute'],
    [86_400, '1 day'],
    [90_061, '1 day 1 hour'],
    [86_401, '1 day 1 second'],
    [3605, '1 hour 5 seconds'],
    [90_000, '1 day 1 hour'],
    [172_800, '2 days'],
  ])('spells %i as %s', (seconds, text) => {
    expect(spell(seconds)).toBe(text)
  })
})

describe('moment()', () => {
  it.each([
    [1_770_091_506, '1770091506 (2026-02-03T04:05:06Z, now)'],
    [1_770_091_507, '1770091507 (2026-02-03T04:05:07Z, 1 second ahead)'],
    [1_770_091_446, '1770091446 (2026-02-03T04:04:06Z, 1 minute ago)'],
    [100_000_000_000, '100000000000 (5138-11-16T09:46:40Z, 1136920 days 5 hours ahead)'],
    [100_000_000_001, '100000000001 (beyond every calendar, 1136920 days 5 hours ahead)'],
    [1_770_091_506_000, '1770091506000 (beyond every calendar, 20466683 days 54 minutes ahead)'],
  ])('tells %i as a number, a date and a distance', (seconds, text) => {
    expect(moment(seconds, now)).toBe(text)
  })
})

describe('isWholeSeconds()', () => {
  it.each([0, 1, 1_770_091_506, Number.MAX_SAFE_INTEGER])('takes %d', (value) => {
    expect(isWholeSeconds(value)).toBe(true)
  })

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER + 1, '1', null, undefined])(
    'does not take %s',
    (value) => {
      expect(isWholeSeconds(value)).toBe(false)
    },
  )
})
