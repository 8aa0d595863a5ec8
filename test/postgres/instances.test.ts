import { expect, it } from 'vitest'
import { runInstances } from './instances.js'

it('three instances, one killed, PostgreSQL crashed and back: of five copies at most one gets a token', async () => {
  const report = await runInstances({ assertions: 900 })
  expect(report).toMatchObject({ grantedTwice: 0, notInStore: 0, strange: [] })
  expect(report.unanswered).toBeGreaterThan(0)
  expect(report.granted).toBeGreaterThan(600)
  expect(report.tokensLogged).toBeLessThanOrEqual(report.used)
}, 90_000)
