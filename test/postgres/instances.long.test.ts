import { expect, it } from 'vitest'
import { runInstances } from './instances.js'

it('the same with 10,000 assertions', async () => {
  const report = await runInstances({ assertions: 10_000, atOnce: 16 })
  console.log(report)
  expect(report).toMatchObject({ grantedTwice: 0, notInStore: 0, strange: [] })
  expect(report.granted).toBeGreaterThan(9_000)
  expect(report.tokensLogged).toBeLessThanOrEqual(report.used)
}, 600_000)
