import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runNode } from './recipes.js'

it('the recipe for jest runs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pkjwt-jest-'))
  try {
    execFileSync('npm', ['install', '--prefix', folder, '--no-save', '--ignore-scripts', '--no-audit', 'jest@30.5.2'], {
      stdio: 'ignore',
    })
    const runner = ['--experimental-vm-modules', `${folder}/node_modules/jest/bin/jest.js`, '--rootDir', 'examples/testing']
    const { ok, output } = await runNode([...runner, '--testMatch', '**/jest.test.mjs'])
    expect(output).toMatch(/2 passed/)
    expect(ok).toBe(true)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
