import { expect, it } from 'vitest'
import { soak } from './soak.js'

it('two instances under load for a while: no error, and what may be forgotten is', async () => {
  const report = await soak({ seconds: 16, perSecond: 100 })
  expect(report).toMatchObject({ others: [], errors: [], overdue: 0 })
  expect(report.granted).toBeGreaterThan(500)
  expect(report.purged).toBeGreaterThan(100)
}, 90_000)
