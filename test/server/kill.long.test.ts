import { expect, it } from 'vitest'
import { killRounds } from './killRounds.js'

it('kill -9 in the middle of load, 30 times: nothing that got a token is accepted again', async () => {
  const report = await killRounds({ rounds: 30 })
  expect(report).toMatchObject({ acceptedAgain: 0, acceptedMoreThanOnce: 0 })
  expect(new Set(report.tokensOpened)).toEqual(new Set([true]))
  expect(report.granted).toBeGreaterThan(300)
})
