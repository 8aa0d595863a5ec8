import { expect, it } from 'vitest'
import { findNearest } from './nearest.js'

const names = ['keygen', 'key', 'sign', 'inspect', 'verify', 'diagnose', 'token', 'fetch', 'serve']

it.each([
  ['sgin', 'sign'],
  ['verfy', 'verify'],
  ['diag', 'diagnose'],
  ['tokens', 'token'],
  ['INSPECT', 'inspect'],
  ['frobnicate', undefined],
  ['', undefined],
  ['x'.repeat(10_000), undefined],
])('findNearest() takes %.20s for %s', (typed, expected) => {
  expect(findNearest(typed, names)).toBe(expected)
})
