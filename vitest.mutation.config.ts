import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { alias } from './vitest.config.js'

/** The tests beside a file before those of the whole rulebook: a run ends at the first test that fails, and those are the quickest. */
class NearestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const far = ({ moduleId }: TestSpecification) => Number(moduleId.includes('/test/'))
    return [...files].sort((one, other) => far(one) - far(other))
  }
}

// The tests that judge the security core by themselves: no server, no command line, no browser, no child process. Stryker runs the ones
// that reach a mutant, thousands of times.
export default defineConfig({
  resolve: { alias },
  test: {
    include: [
      'packages/pkjwt/src/{rules,jwt,protocol}/**/*.test.ts',
      'test/rules/{rules,otherFindings}.test.ts',
      'test/docs/rules.test.ts',
      'test/diagnose/{complaints,signature}.test.ts',
    ],
    exclude: ['**/*.long.test.ts'],
    // A busy machine is no reason to call a mutant killed; Stryker has a limit of its own for those that never end.
    testTimeout: 60_000,
    setupFiles: ['tools/mutationSetup.ts'],
    // Each mutant has a worker of its own anyway. In it the files share their modules, or loading them would take most of the time.
    isolate: false,
    sequence: { sequencer: NearestFirst },
  },
})
