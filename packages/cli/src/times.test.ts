import { describe, expect, it } from 'vitest'
import { readLifetime, readTime } from './times.js'

const now = new Date('2030-01-01T00:00:00Z')
const at = (text: string) => readTime(text, '--at', now).date.toISOString()

describe('readTime()', () => {
  it.each([
    ['+5m', '2030-01-01T00:05:00.000Z'],
    ['5m', '2030-01-01T00:05:00.000Z'],
    ['-90s', '2029-12-31T23:58:30.000Z'],
    ['1h30m', '2030-01-01T01:30:00.000Z'],
    ['2d', '2030-01-03T00:00:00.000Z'],
    ['1800000000', '2027-01-15T08:00:00.000Z'],
    ['2030-06-01', '2030-06-01T00:00:00.000Z'],
    ['2030-06-01T12:00:00+02:00', '2030-06-01T10:00:00.000Z'],
    [' 5m ', '2030-01-01T00:05:00.000Z'],
  ])('takes %s', (text, expected) => {
    expect(at(text)).toBe(expected)
  })

  it('takes milliseconds for what they are, and says so', () => {
    const { date, warning } = readTime('1800000000000', '--at', now)
    expect(date.getTime()).toBe(1_800_000_000_000)
    expect(warning).toContain('looks like milliseconds')
    expect(readTime('1800000000', '--at', now).warning).toBeUndefined()
  })

  it.each(['', 'tomorrow', '5x', '2030-13-01', '99999999999999999', '1e9'])('refuses %j with the ways to write one', (text) => {
    expect(() => readTime(text, '--at', now)).toThrow(/it is no time/)
  })
})

describe('readLifetime()', () => {
  it.each([
    ['5m', 300],
    ['300', 300],
    ['1h', 3600],
    ['2030-01-01T00:10:00Z', 600],
    [String(now.getTime() / 1000 + 120), 120],
  ])('takes %s', (text, seconds) => {
    expect(readLifetime(text, '--lifetime', now).seconds).toBe(seconds)
  })
})
