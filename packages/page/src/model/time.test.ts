import { expect, it } from 'vitest'
import { ago } from './time.js'

const now = new Date('2026-06-15T12:00:00Z')

it.each([
  [-5, 'just now'],
  [1, 'just now'],
  [2, '2 seconds ago'],
  [59, '59 seconds ago'],
  [60, '1 minute ago'],
  [3599, '59 minutes ago'],
  [3600 * 23 + 1800, '23 hours ago'],
  [86_400 * 19 + 6, '19 days ago'],
])('%i seconds back is "%s"', (seconds, words) => {
  expect(ago(new Date(now.getTime() - seconds * 1000), now)).toBe(words)
})
