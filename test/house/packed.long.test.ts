import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

// What users get: the three packages as npm packs them, installed in a project that knows nothing of this repository.

const root = resolve(import.meta.dirname, '../..')
const names = ['pkjwt', 'server', 'page']

let project: string

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'pkjwt-packed-'))
  for (const name of names) run('npm', ['pack', '--silent', '--pack-destination', project], join(root, 'packages', name))
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }))
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefer-offline', ...tarballs()])
})

afterAll(() => rmSync(project, { recursive: true, force: true }))

function run(program: string, words: readonly string[], cwd = project): string {
  return execFileSync(program, words, { cwd, encoding: 'utf8' })
}

const tarballs = () =>
  readdirSync(project)
    .filter((name) => name.endsWith('.tgz'))
    .map((name) => join(project, name))

function script(lines: readonly string[]): string {
  writeFileSync(join(project, 'script.mjs'), lines.join('\n'))
  return run(process.execPath, ['script.mjs'])
}

test('the library signs, and the server of the other package verifies', () => {
  const printed = script([
    "import { createAssertion, generateKey } from 'pkjwt'",
    "import { startTestServer } from '@pkjwt/server/testing'",
    'const server = await startTestServer()',
    "const app = await server.addApp({ grants: ['okta.users.read'] })",
    'const assertion = await createAssertion({ key: app.key, clientId: app.clientId, org: server.org, now: server.clock() })',
    "const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'",
    "const form = { grant_type: 'client_credentials', scope: 'okta.users.read', client_assertion_type: type, client_assertion: assertion }",
    "const response = await server.fetch(server.org + '/oauth2/v1/token', { method: 'POST', body: new URLSearchParams(form) })",
    'console.log(response.status, typeof generateKey)',
    'await server.close()',
  ])
  expect(printed).toBe('200 function\n')
})

test('each room is a path of its own', () => {
  const { exports } = JSON.parse(readFileSync(join(root, 'packages/pkjwt/package.json'), 'utf8')) as { readonly exports: object }
  const paths = Object.keys(exports).filter((path) => !path.endsWith('.json'))
  const printed = script(paths.map((path) => `console.log(Object.keys(await import('pkjwt${path.slice(1)}')).length > 0)`))
  expect(printed).toBe('true\n'.repeat(paths.length))
})

test('the command line runs, and finds the server and the page beside it', () => {
  expect(run('npx', ['--no-install', 'pkjwt', '--version'])).toBe('0.1.0\n')
  expect(run('npx', ['--no-install', 'pkjwt-server', '--help'])).toContain('--port')
  expect(run('npx', ['--no-install', 'pkjwt', 'page', '-o', '-'])).toContain('<title>pkjwt</title>')
})

test('the types hold in a strict project', () => {
  writeFileSync(
    join(project, 'use.ts'),
    [
      "import { createTokenClient, type SigningKey } from 'pkjwt'",
      "import { createAuthorizationServer } from '@pkjwt/server'",
      "export const client = (key: SigningKey) => createTokenClient({ org: 'example.okta.com', clientId: '0oa1', key, scopes: [] })",
      "export const server = createAuthorizationServer({ store: ':memory:' })",
    ].join('\n'),
  )
  const flags = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--typeRoots',
    join(root, 'node_modules/@types'),
    '--types',
    'node',
  ]
  expect(run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...flags, 'use.ts'])).toBe('')
})

test('nothing but what is meant for users is in the packages', () => {
  for (const tarball of tarballs()) {
    const files = run('tar', ['-tzf', tarball]).trim().split('\n')
    expect(files).toContain('package/LICENSE')
    expect(
      files.filter((name) => !/^package\/(LICENSE|README\.md|package\.json|dist\/.*\.(js|cjs|d\.ts|sql|html|cache))$/.test(name)),
    ).toEqual([])
    expect(files.filter((name) => /test/.test(name) && !/dist\/testing\./.test(name))).toEqual([])
  }
})
