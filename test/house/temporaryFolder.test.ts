import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { temporaryFolder } from '../../tools/temporaryFolder.js'

let said: string[]

beforeEach(() => {
  said = []
  vi.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line))
})

afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})

/** A run of tests that do something in the folder that they are given. */
function runTests(act: (folder: string) => void): { readonly folder: string; readonly exitCode: unknown } {
  const env: NodeJS.ProcessEnv = {}
  const reporter = temporaryFolder(env)
  reporter.onInit?.({} as Parameters<NonNullable<typeof reporter.onInit>>[0])
  void reporter.onTestRunStart?.([])
  const folder = env['TMPDIR'] ?? expect.fail('no folder was given')
  act(folder)
  void reporter.onTestRunEnd?.([], [], 'passed')
  return { folder, exitCode: process.exitCode }
}

test('a run whose tests clean up leaves nothing', () => {
  const { folder, exitCode } = runTests(() => undefined)
  expect({ exists: existsSync(folder), exitCode, said }).toEqual({ exists: false, exitCode: undefined, said: [] })
})

test('a folder that a test left fails the run, is named, and goes', () => {
  const { folder, exitCode } = runTests((at) => mkdtempSync(join(at, 'pkjwt-left-')))
  expect({ exists: existsSync(folder), exitCode }).toEqual({ exists: false, exitCode: 1 })
  expect(said).toEqual([expect.stringContaining('pkjwt-left-')])
})

test('what a browser left only goes', () => {
  const { folder, exitCode } = runTests((at) => writeFileSync(join(at, 'org.chromium.1'), ''))
  expect({ exists: existsSync(folder), exitCode }).toEqual({ exists: false, exitCode: undefined })
})
