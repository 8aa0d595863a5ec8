import { describe, expect, it } from 'vitest'
import { isWholeSeconds, moment, spell } from './time.js'

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
    [1_770_091_506_000, '1770091506000 (beyond every calendar, 20466683 days 54 minutes ahead)'],
  ])('tells %i as a number, a date and a distance', (seconds, text) => {
    expect(moment(seconds, 1_770_091_506)).toBe(text)
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
