import { expect, it } from 'vitest'
import { fuzzServer } from './fuzz.js'

it('5,000 mutated requests: no 500, no crash, and every answer is a plain one', async () => {
  const report = await fuzzServer({ requests: 5000, seed: 20_260_203 })
  expect(report.failures).toEqual([])
  expect(report.strange).toEqual([])
  expect(report.slowestMilliseconds).toBeLessThan(2000)
  // Some of them are right, or nothing behind the first checks was ever reached.
  expect(report.statuses['200']).toBeGreaterThan(300)
  expect(report.statuses['401']).toBeGreaterThan(1000)
}, 120_000)
