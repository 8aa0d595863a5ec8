import { fileURLToPath } from 'node:url'
import { configDefaults, defineConfig } from 'vitest/config'
import { closingLine } from './tools/closingLine.js'
import { temporaryFolder } from './tools/temporaryFolder.js'

const source = (path: string) => fileURLToPath(new URL(`./packages/${path}`, import.meta.url))

// The same map as `paths` in tsconfig.json: tests run the source, so that nothing has to be built before one of them.
export const alias = [
  { find: /^#crypto$/, replacement: source('pkjwt/src/keys/crypto.node.ts') },
  { find: /^pkjwt$/, replacement: source('pkjwt/src/index.ts') },
  { find: /^pkjwt\/errors$/, replacement: source('pkjwt/src/errors.ts') },
  {
    find: /^pkjwt\/(encoding|containers|keys|jwt|rules|profiles|protocol|client|node)$/,
    replacement: source('pkjwt/src/$1/index.ts'),
  },
  { find: /^@pkjwt\/server$/, replacement: source('server/src/index.ts') },
  { find: /^@pkjwt\/server\/testing$/, replacement: source('server/src/testing.ts') },
]

// `npm run test:long` sets this; every other run leaves the long tests out.
const onlyLong = process.env['PKJWT_TEST_LONG'] === '1'
const ending = onlyLong ? 'long.test.ts' : 'test.ts'
const exclude = [...configDefaults.exclude, '**/dist/**', 'test/runtimes/**', ...(onlyLong ? [] : ['**/*.long.test.ts'])]

export default defineConfig({
  test: {
    // Processes, not threads: some tests load native modules, change the environment or read `process.exitCode`.
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', temporaryFolder(), closingLine()],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.testing.ts', '**/index.ts'],
    },
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          include: [`packages/*/src/**/*.${ending}`, `test/**/*.${ending}`],
          exclude: [...exclude, 'test/browser/**'],
          testTimeout: onlyLong ? 600_000 : 30_000,
          hookTimeout: onlyLong ? 600_000 : 60_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'browser',
          include: [`test/browser/**/*.${ending}`],
          exclude,
          // One Chromium at a time. The first start may install it.
          fileParallelism: false,
          testTimeout: onlyLong ? 600_000 : 60_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
})
