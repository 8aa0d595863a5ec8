import { expect, it } from 'vitest'
import { soak } from './soak.js'

it('ten minutes: memory stays flat, purge keeps up, and no error is left unexplained', async () => {
  const report = await soak({ seconds: 600, perSecond: 200 })
  console.log({ ...report, others: report.others.length })
  expect(report).toMatchObject({ others: [], errors: [], overdue: 0 })
  for (const [index, early] of report.residentEarly.entries()) {
    expect(report.residentLate[index]).toBeLessThan(early * 1.25 + 20)
  }
}, 900_000)
