import { expect, it } from 'vitest'
import { fuzzServer } from './fuzz.js'

it('200,000 mutated requests: no 500, no crash, no growth in memory', async () => {
  const seed = Math.floor(Math.random() * 4_294_967_296)
  const report = await fuzzServer({ requests: 200_000, seed })
  expect(report.failures, `seed ${seed}`).toEqual([])
  expect(report.strange, `seed ${seed}`).toEqual([])
  expect(report.heapGrowth).toBeLessThan(2)
}, 3_600_000)
