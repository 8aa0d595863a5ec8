import * as library from 'pkjwt'
import { expect, test } from 'vitest'
import { runSuite } from './runtimeSuite.mjs'
import { startSuiteServer } from './suiteServer.js'

test('the suite for every runtime, on this Node', async () => {
  await using server = await startSuiteServer()
  const results = await runSuite({ library, ...server })
  expect(results.filter(({ error }) => error !== undefined)).toEqual([])
  expect(results.length).toBeGreaterThan(10)
})
