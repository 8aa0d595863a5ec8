import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { startSuiteServer } from './suiteServer.js'

const run = promisify(execFile)
const folder = resolve(import.meta.dirname, '../runtimes')
const script = resolve(import.meta.dirname, 'runSuite.mjs')
const library = pathToFileURL(resolve(import.meta.dirname, '../../packages/pkjwt/dist/index.js')).href

const isSupported = process.platform === 'linux' && process.arch === 'x64'

beforeAll(async () => {
  if (!isSupported || existsSync(resolve(folder, 'node_modules'))) return
  await run('npm', ['ci', '--no-audit', '--no-fund', '--prefix', folder])
}, 300_000)

test.skipIf(!isSupported).each([
  ['Node 22', 'node22/bin/node', []],
  ['Node 24', 'node24/bin/node', []],
  ['Bun', '@oven/bun-linux-x64/bin/bun', ['run']],
  ['Deno', '@deno/linux-x64-glibc/deno', ['run', '--no-remote', '--allow-all']],
])('the suite for every runtime, on %s', async (_, program, flags) => {
  await using server = await startSuiteServer()
  const { origin, apps } = server
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], PKJWT_SUITE: JSON.stringify({ library, origin, apps }) }
  const { stdout } = await run(resolve(folder, 'node_modules', program), [...flags, script], { env, cwd: folder })
  const results: readonly { readonly name: string; readonly error?: string }[] = JSON.parse(stdout)
  expect(results.filter(({ error }) => error !== undefined)).toEqual([])
  expect(results.length).toBeGreaterThan(10)
})
