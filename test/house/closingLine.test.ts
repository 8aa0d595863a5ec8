import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { TestModule } from 'vitest/node'
import { closingLine } from '../../tools/closingLine.js'

let said: string[]

beforeEach(() => {
  said = []
  const keep = (line: string) => void said.push(line)
  vi.spyOn(console, 'log').mockImplementation(keep)
  vi.spyOn(console, 'error').mockImplementation(keep)
})

afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})

/** Ends a run in which tests came to these ends, and gives the exit code it asks for. */
function end(env: NodeJS.ProcessEnv, ...states: readonly string[]): unknown {
  const tests = states.map((state) => ({ fullName: `a test that is ${state}`, result: () => ({ state }) }))
  const run = { children: { allTests: () => tests } }
  void closingLine(env).onTestRunEnd?.([run as unknown as TestModule], [], 'passed')
  return process.exitCode
}

test('a run ends with a line of counts', () => {
  end({}, 'passed', 'passed', 'failed', 'skipped')
  expect(said).toEqual(['tests: 2 passed, 1 failed, 1 skipped'])
})

test('a skipped test fails a run on a build server, and is named', () => {
  expect(end({ CI: 'true' }, 'passed', 'skipped')).toBe(1)
  expect(said.at(-1)).toContain('a test that is skipped')
})

test('a skipped test fails no run elsewhere', () => {
  expect(end({}, 'passed', 'skipped')).toBeUndefined()
})

test('a run on a build server without a skipped test is left as it is', () => {
  expect(end({ CI: 'true' }, 'passed')).toBeUndefined()
})
