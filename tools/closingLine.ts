import type { Reporter } from 'vitest/node'

/**
 * Ends a run with one plain line of counts, and fails a run on a build server that skipped a test: a test that was passed over
 * there has been passed over everywhere.
 */
export function closingLine(env: NodeJS.ProcessEnv = process.env): Reporter {
  return {
    onTestRunEnd(modules) {
      const results = modules.flatMap((module) => [...module.children.allTests()])
      const counted = (state: string) => results.filter((test) => test.result().state === state)
      const skipped = counted('skipped')
      console.log(`tests: ${counted('passed').length} passed, ${counted('failed').length} failed, ${skipped.length} skipped`)
      if (!env['CI'] || skipped.length === 0) return
      for (const test of skipped) console.error(`skipped, which fails the run because CI is set: ${test.fullName}`)
      process.exitCode = 1
    },
  }
}
