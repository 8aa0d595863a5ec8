import { defineConfig } from 'vitest/config'
import { alias } from './vitest.config.js'

// The tests that judge the security core by themselves: no server, no browser, no child process. Stryker runs them for each mutant.
export default defineConfig({
  resolve: { alias },
  test: {
    include: ['packages/pkjwt/src/{rules,jwt,protocol}/**/*.test.ts', 'test/{rules,diagnose,docs,vectors}/**/*.test.ts'],
    exclude: ['**/*.long.test.ts', 'test/diagnose/agreement.test.ts'],
  },
})
