import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runNode } from './recipes.js'

// They import the packages as a user does: what `npm run build` made.

it('the recipe for node:test runs', async () => {
  const { ok, output } = await runNode(['--test', 'examples/testing/node.test.mjs'])
  expect(output).toMatch(/# pass 3/)
  expect(ok).toBe(true)
}, 60_000)

it('the recipe for vitest runs', async () => {
  // A project of its own: the settings of this repository are not the reader's.
  const folder = mkdtempSync(join(tmpdir(), 'pkjwt-vitest-'))
  writeFileSync(join(folder, 'vitest.config.mjs'), 'export default {}\n')
  const settings = ['--root', 'examples/testing', '--config', join(folder, 'vitest.config.mjs')]
  const { ok, output } = await runNode(['node_modules/vitest/vitest.mjs', 'run', ...settings, 'vitest.test.mjs'])
  rmSync(folder, { recursive: true, force: true })
  expect(output).toMatch(/4 passed/)
  expect(ok).toBe(true)
}, 60_000)
