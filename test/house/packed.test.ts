import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer } from '../cli/world.js'
import {
  installProject,
  type Manifest,
  type Project,
  packAll,
  published,
  readManifest,
  root,
  shellEnvironment,
  type Tarball,
} from './packed.js'

// What users get: the three packages as npm packs them, installed in an empty project. What they depend on is linked from here, under the
// names that their manifests give and no others, so that no registry is asked. `packed.long.test.ts` installs from the registry.

let tarballs: readonly Tarball[]
let project: Project
let packed: string

beforeAll(async () => {
  packed = mkdtempSync(join(tmpdir(), 'pkjwt-packed-'))
  tarballs = await packAll(packed)
  const linked = ['@types/node', ...published.flatMap((name) => Object.keys(declared(manifestOf(name))))].filter(isForeign)
  project = await installProject(
    {
      ...Object.fromEntries(linked.map((name) => [name, join(root, 'node_modules', name)])),
      ...Object.fromEntries(tarballs.map(({ name, path }) => [name, path])),
    },
    ['--offline'],
  )
})

afterAll(() => {
  project?.[Symbol.dispose]()
  rmSync(packed, { recursive: true, force: true })
})

const manifestOf = (name: string) => readManifest(join(root, 'packages', name))
const declared = ({ dependencies, optionalDependencies }: Manifest) => ({ ...dependencies, ...optionalDependencies })
const isForeign = (name: string) => !published.some((folder) => manifestOf(folder).name === name)
const entries = (name: string) => Object.keys(manifestOf(name).exports).filter((path) => !path.endsWith('.json'))

/** Runs a script in the project, and gives what it printed. */
async function script(name: string, lines: readonly string[]): Promise<string> {
  project.write(name, lines)
  const { code, stdout, stderr } = await project.run(process.execPath, [name])
  expect({ code, stderr: withoutWarnings(stderr) }).toEqual({ code: 0, stderr: '' })
  return stdout
}

/** Node 20 and 22 say that require() of a module is new. */
const withoutWarnings = (stderr: string) =>
  stderr.replace(/^\(node:\d+\) ExperimentalWarning: .*\n(\(Use `node --trace-warnings .*\n)?/gm, '')

describe('in an empty project', () => {
  test('the library signs, and the server of the other package verifies', async () => {
    const printed = await script('walk.mjs', [
      "import { createAssertion } from 'pkjwt'",
      "import { startTestServer } from '@pkjwt/server/testing'",
      'const server = await startTestServer()',
      "const app = await server.addApp({ grants: ['okta.users.read'] })",
      'const assertion = await createAssertion({ key: app.key, clientId: app.clientId, org: server.org, now: server.clock() })',
      "const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'",
      "const form = { grant_type: 'client_credentials', scope: 'okta.users.read', client_assertion_type: type, client_assertion: assertion }",
      "const ask = () => server.fetch(server.org + '/oauth2/v1/token', { method: 'POST', body: new URLSearchParams(form) })",
      'console.log((await ask()).status, (await ask()).status)',
      'await server.close()',
    ])
    expect(printed).toBe('200 401\n')
  })

  test('every path of the library is there as a module', async () => {
    const paths = entries('pkjwt')
    expect(paths.length).toBeGreaterThan(10)
    const lines = paths.map((path) => `console.log(Object.keys(await import('pkjwt${path.slice(1)}')).length > 0)`)
    expect(await script('paths.mjs', lines)).toBe('true\n'.repeat(paths.length))
  })

  test('every path of library and server is there for require(), with the same classes', async () => {
    const paths = [...entries('pkjwt').map((path) => `pkjwt${path.slice(1)}`), '@pkjwt/server', '@pkjwt/server/testing']
    const printed = await script('paths.cjs', [
      ...paths.map((path) => `console.log(Object.keys(require('${path}')).length > 0)`),
      "import('pkjwt').then((module) => console.log(module.KeyError === require('pkjwt/errors').KeyError))",
    ])
    expect(printed).toBe('true\n'.repeat(paths.length + 1))
  })

  test('the page is found by its name', async () => {
    const printed = await script('page.cjs', [
      "const text = require('node:fs').readFileSync(require.resolve('@pkjwt/page/pkjwt.html'), 'utf8')",
      "console.log(text.includes('<title>pkjwt</title>'), text.includes('default-src'))",
    ])
    expect(printed).toBe('true true\n')
  })
})

describe('types', () => {
  const use = [
    "import { createAssertion, createTokenClient, type SigningKey } from 'pkjwt'",
    "import { openKey } from 'pkjwt/node'",
    "import { createAuthorizationServer } from '@pkjwt/server'",
    "import { startTestServer } from '@pkjwt/server/testing'",
    "export const client = (key: SigningKey) => createTokenClient({ org: 'example.okta.com', clientId: '0oa1', key, scopes: [] })",
    "export const server = createAuthorizationServer({ store: ':memory:' })",
    '// @ts-expect-error: a key is no number',
    "export const refused = () => createAssertion({ key: 1, clientId: '0oa1', org: 'example.okta.com' })",
    'export { openKey, startTestServer }',
  ]
  const every = entries('pkjwt').map((path, index) => `export * as room${index} from 'pkjwt${path.slice(1)}'`)

  // From CommonJS, TypeScript allows require() of a module in nodenext and bundler; node16 stands for Node before it could.
  // The declarations themselves are checked once: that is most of the time.
  test.each([
    ['node16', 'node16', true, ['use.mts']],
    ['nodenext', 'nodenext', false, ['use.mts', 'use.cts']],
    ['bundler', 'preserve', true, ['use.mts', 'use.ts']],
  ] as const)(
    'hold in a strict project with module resolution %s',
    { timeout: 120_000 },
    async (resolution, module, skip, files) => {
      for (const file of files) project.write(file, [...use, ...every])
      const options = { module, moduleResolution: resolution, skipLibCheck: skip, strict: true, exactOptionalPropertyTypes: true }
      const compilerOptions = { ...options, noEmit: true, target: 'es2023', types: ['node'] }
      project.write('tsconfig.json', [JSON.stringify({ compilerOptions, files })])
      expect(await project.run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc')])).toEqual(quiet)
    },
  )
  const quiet = { code: 0, stdout: '', stderr: '' }
})

describe('the commands', () => {
  const npx = (...words: readonly string[]) => project.run('npx', ['--no-install', ...words])

  test('pkjwt runs, and finds the page beside it', async () => {
    expect(await npx('pkjwt', '--version')).toMatchObject({ code: 0, stdout: `${manifestOf('pkjwt').version}\n` })
    expect((await npx('pkjwt', 'page', '-o', '-')).stdout).toContain('<title>pkjwt</title>')
  })

  test('npx @pkjwt/server finds the command of that package', async () => {
    expect((await npx('@pkjwt/server', '--help')).stdout).toContain('--port')
  })

  // Its answer on a pipe, its dependencies behind links: both are so here, and with pnpm.
  test.each([
    ['pkjwt-server', []],
    ['pkjwt', ['serve']],
  ] as const)('%s %j answers, and ends when it is told to', async (name, words) => {
    const program = [join(project.folder, 'node_modules/.bin', name), ...words] as const
    const server = await startServer(['--store', ':memory:'], project.folder, { program, env: shellEnvironment })
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200)
    expect(await server.stop('SIGTERM')).toBe(0)
  })

  test('pkjwt serve without the server says how to get it', async () => {
    const [library] = tarballs
    using alone = await installProject({ pkjwt: library?.path ?? '' }, ['--offline'])
    const { code, stdout, stderr } = await alone.run('npx', ['--no-install', 'pkjwt', 'serve'])
    expect({ code, stdout }).toEqual({ code: 78, stdout: '' })
    expect(stderr).toContain('pkjwt: hint: Run npx @pkjwt/server, or npm install @pkjwt/server\n')
  })
})

describe.each(published)('the tarball of packages/%s', (name) => {
  const own = () => tarballs.find((tarball) => tarball.name === manifestOf(name).name) ?? expect.fail('it was not packed')
  const read = (path: string) => readFileSync(join(project.folder, 'node_modules', own().name, path), 'utf8')
  const manifest = (): Manifest => JSON.parse(read('package.json'))

  test('holds what is meant for users, and nothing else', () => {
    expect(own().files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']))
    const meant =
      /^(LICENSE|THIRD-PARTY-LICENSES|README\.md|CHANGELOG\.md|package\.json|dist\/.*\.(js|cjs|d\.ts|sql|html|cache))$/
    expect(own().files.filter((path) => !meant.test(path))).toEqual([])
    expect(own().files.filter((path) => /test/.test(path) && !/^dist\/testing\./.test(path))).toEqual([])
  })

  test('runs nothing when it is installed', () => {
    const runByNpm = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish', 'preprepare', 'postprepare']
    expect(Object.keys(manifest().scripts ?? {}).filter((script) => runByNpm.includes(script))).toEqual([])
    expect(own().files).not.toContain('binding.gyp')
  })

  test('has every file that its manifest names, and types beside every module', () => {
    const { exports, bin } = manifest()
    const targets = [
      ...Object.values(exports).flatMap((to) => (typeof to === 'string' ? to : Object.values(to))),
      ...Object.values(bin ?? {}),
    ]
    const missing = targets.filter((path) => !path.includes('*') && !own().files.includes(path.slice(2)))
    expect(missing).toEqual([])
    const modules = own().files.filter((path) => path.endsWith('.js') && !/^dist\/(bundled|cli)\//.test(path))
    expect(modules.filter((path) => !own().files.includes(path.replace(/\.js$/, '.d.ts')))).toEqual([])
  })

  test('points at no source map, since it has none', () => {
    expect(own().files.filter((path) => path.endsWith('.map'))).toEqual([])
    const code = own().files.filter((path) => /\.(js|cjs|d\.ts)$/.test(path))
    expect(code.filter((path) => /^\/\/# sourceMappingURL=/m.test(read(path)))).toEqual([])
  })

  test('holds no private key', () => {
    const text = own().files.filter((path) => !path.endsWith('.cache'))
    expect(
      text.filter((path) => /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*\n[A-Za-z0-9+/=]{40}|"d":\s*"[\w-]{40}/.test(read(path))),
    ).toEqual([])
  })

  test('names what users and registries ask for', () => {
    expect(manifest()).toMatchObject({ license: 'Apache-2.0', description: expect.any(String), keywords: expect.any(Array) })
  })
})
