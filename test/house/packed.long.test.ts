import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installProject, type Project, packAll, root } from './packed.js'

// The packages as `packed.test.ts` has them, with their dependencies from the registry, on every runtime that is promised.

const runtimes = join(root, 'test/runtimes')
const isSupported = process.platform === 'linux' && process.arch === 'x64'

let packed: string
let project: Project

beforeAll(async () => {
  if (isSupported && !existsSync(join(runtimes, 'node_modules')))
    execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--prefix', runtimes])
  packed = mkdtempSync(join(tmpdir(), 'pkjwt-packed-'))
  const tarballs = await packAll(packed)
  project = await installProject(Object.fromEntries(tarballs.map(({ name, path }) => [name, path])), ['--prefer-offline'])
  project.write('walk.mjs', [
    "import { createTokenClient } from 'pkjwt'",
    "import { startTestServer } from '@pkjwt/server/testing'",
    'const server = await startTestServer()',
    'const { clientId, key } = await server.addApp()',
    'const { org, fetch, clock } = server',
    "const client = createTokenClient({ org, clientId, key, scopes: ['okta.users.read'], fetch, clock })",
    "console.log((await client.fetch('/api/v1/users')).status)",
    'await server.close()',
  ])
  project.write('require.cjs', ["console.log(typeof require('pkjwt').createTokenClient)"])
})

afterAll(() => {
  project?.[Symbol.dispose]()
  rmSync(packed, { recursive: true, force: true })
})

test('the command line runs, and finds the server and the page beside it', async () => {
  expect((await project.run('npx', ['--no-install', 'pkjwt', '--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect((await project.run('npx', ['--no-install', '@pkjwt/server', '--help'])).stdout).toContain('--port')
  expect((await project.run('npx', ['--no-install', 'pkjwt', 'page', '-o', '-'])).stdout).toContain('<title>pkjwt</title>')
})

test.skipIf(!isSupported).each([
  ['Node 22', 'node22/bin/node', []],
  ['Node 24', 'node24/bin/node', []],
  ['Bun', '@oven/bun-linux-x64/bin/bun', ['run']],
  ['Deno', '@deno/linux-x64-glibc/deno', ['run', '--no-remote', '--allow-all']],
])('client and server work on %s, imported and required', async (_, program, flags) => {
  const run = (script: string) => project.run(join(runtimes, 'node_modules', program), [...flags, script])
  expect(await run('walk.mjs')).toMatchObject({ code: 0, stdout: '200\n' })
  expect(await run('require.cjs')).toMatchObject({ code: 0, stdout: 'function\n' })
})
