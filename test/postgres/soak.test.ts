import { expect, it } from 'vitest'
import { soak } from './soak.js'

it('a minute: two instances under load, no error, and what may be forgotten is', async () => {
  const report = await soak({ seconds: 60, perSecond: 60 })
  expect(report).toMatchObject({ others: [], errors: [], overdue: 0 })
  expect(report.granted).toBeGreaterThan(500)
  expect(report.purged).toBeGreaterThan(500)
}, 180_000)
