import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

// Two small houses under the rules of the real one: in the first every file keeps them, in the second each file breaks one.

interface Planted {
  readonly rule: string
  readonly from: string
  /** What the file imports, as it is written there. */
  readonly imports: string
  /** Where that import ends. */
  readonly to: string
}

const root = resolve(import.meta.dirname, '../..')
const rooms = ['encoding', 'containers', 'keys', 'jwt', 'rules', 'profiles', 'protocol', 'client', 'node']
const roomsOfServer = ['encoding', 'keys', 'jwt', 'rules', 'profiles', 'protocol']
const floors = [
  'store',
  'log',
  'http',
  'limits',
  'remoteKeys',
  'clients',
  'tokens',
  'rehearsal',
  'context',
  'routing',
  'guard',
  'servers',
  'authenticate',
  'upkeep',
  'endpoints',
  'admin',
  'seed',
  'app',
  'listen',
  'testing',
]

const libraryBreaches: readonly Planted[] = [
  ...pairs(rooms).map(([upper, lower]) => ({
    rule: `library-floor-${upper}`,
    from: `pkjwt/src/${upper}/needs-${lower}.ts`,
    imports: `../${lower}/thing.js`,
    to: `pkjwt/src/${lower}/thing.ts`,
  })),
  planted('library-floor-errors', 'pkjwt/src/errors.ts', './encoding/thing.js', 'pkjwt/src/encoding/thing.ts'),
  planted('library-face-without-node', 'pkjwt/src/index.ts', './node/thing.js', 'pkjwt/src/node/thing.ts'),
  planted('library-node-modules', 'pkjwt/src/client/reads.ts', 'node:fs', 'fs'),
  planted('library-node-modules', 'pkjwt/src/keys/digests.ts', 'crypto', 'crypto'),
  planted('library-crypto-by-condition', 'pkjwt/src/keys/direct.ts', './crypto.node.js', 'pkjwt/src/keys/crypto.node.ts'),
  planted('library-no-dependencies', 'pkjwt/src/jwt/borrowed.ts', 'jose', 'node_modules/jose/'),
  planted('library-alone', 'pkjwt/src/client/upward.ts', '@pkjwt/server', 'server/src/index.ts'),
  planted('face-not-inside', 'pkjwt/src/jwt/face.ts', '../keys/index.js', 'pkjwt/src/keys/index.ts'),
  planted('face-not-inside', 'pkjwt/src/rules/self.ts', 'pkjwt/jwt', 'pkjwt/src/jwt/index.ts'),
  planted('face-not-inside', 'pkjwt/src/node/whole.ts', '../index.js', 'pkjwt/src/index.ts'),
]

const serverBreaches: readonly Planted[] = [
  ...pairs(floors).map(([upper, lower]) => ({
    rule: `server-floor-${upper}`,
    from: `server/src/${upper}/needs-${lower}.ts`,
    imports: `../${lower}/thing.js`,
    to: `server/src/${lower}/thing.ts`,
  })),
  ...['client', 'containers', 'node'].map((room) =>
    planted('server-library-rooms', `server/src/takes-${room}.ts`, `pkjwt/${room}`, `pkjwt/src/${room}/index.ts`),
  ),
  planted('server-library-rooms', 'server/src/whole.ts', 'pkjwt', 'pkjwt/src/index.ts'),
  planted('server-library-rooms', 'server/src/behind.ts', '../../pkjwt/src/keys/thing.js', 'pkjwt/src/keys/thing.ts'),
  planted('server-alone', 'server/src/commands.ts', '../../cli/src/thing.js', 'cli/src/thing.ts'),
  planted('server-declared-dependencies', 'server/src/borrowed.ts', 'jose', 'node_modules/jose/'),
]

const otherBreaches: readonly Planted[] = [
  planted('page-only-library', 'page/src/serves.ts', '@pkjwt/server', 'server/src/index.ts'),
  planted('page-only-library', 'page/src/behind.ts', '../../pkjwt/src/keys/thing.js', 'pkjwt/src/keys/thing.ts'),
  planted('page-in-browser', 'page/src/opens.ts', 'pkjwt/node', 'pkjwt/src/node/index.ts'),
  planted('page-in-browser', 'page/src/reads.ts', 'node:fs', 'fs'),
  planted('cli-only-library-and-server', 'cli/src/behind.ts', '../../pkjwt/src/keys/thing.js', 'pkjwt/src/keys/thing.ts'),
  planted('cli-only-library-and-server', 'cli/src/shows.ts', '../../page/src/thing.js', 'page/src/thing.ts'),
  planted('cli-server-dynamically', 'cli/src/serves.ts', '@pkjwt/server', 'server/src/index.ts'),
  planted('no-cycles', 'pkjwt/src/keys/egg.ts', './hen.js', 'pkjwt/src/keys/hen.ts'),
  planted('no-cycles', 'cli/src/egg.ts', './hen.js', 'cli/src/hen.ts'),
  planted('no-orphans', 'pkjwt/src/keys/forgotten.ts', '', 'pkjwt/src/keys/forgotten.ts'),
  planted('no-unresolvable', 'pkjwt/src/keys/lost.ts', './nowhere.js', './nowhere.js'),
]

/** What keeps the rules: the twin of each breach. */
const kept: readonly (readonly [from: string, imports: string])[] = [
  ...pairs(rooms).map(([upper, lower]) => [`pkjwt/src/${lower}/needs-${upper}.ts`, `../${upper}/thing.js`] as const),
  ...rooms.map((room) => [`pkjwt/src/${room}/throws.ts`, '../errors.js'] as const),
  ['pkjwt/src/node/reads.ts', 'node:fs'],
  ['pkjwt/src/rules/limits.test.ts', '../profiles/thing.js'],
  ['pkjwt/src/keys/crypto.node.ts', 'node:crypto'],
  ['pkjwt/src/keys/reads.test.ts', 'node:fs'],
  ['pkjwt/src/keys/compares.test.ts', 'jose'],
  ['pkjwt/src/keys/chosen.ts', '#crypto'],
  ...pairs(floors).map(([upper, lower]) => [`server/src/${lower}/needs-${upper}.ts`, `../${upper}/thing.js`] as const),
  ...roomsOfServer.map((room) => [`server/src/takes-${room}.ts`, `pkjwt/${room}`] as const),
  ['server/src/throws.ts', 'pkjwt/errors'],
  ['server/src/answers.ts', 'fastify'],
  ['server/src/asks.test.ts', 'pkjwt/client'],
  ['page/src/signs.ts', 'pkjwt/protocol'],
  ['page/src/whole.ts', 'pkjwt'],
  ['cli/src/opens.ts', 'pkjwt/node'],
]

function planted(rule: string, from: string, imports: string, to: string): Planted {
  return { rule, from, imports, to }
}

/** Each name with each that stands below it. */
function pairs(names: readonly string[]): readonly (readonly [upper: string, lower: string])[] {
  return names.flatMap((upper, index) => names.slice(index + 1).map((lower) => [upper, lower] as const))
}

function buildHouse(): string {
  const house = mkdtempSync(join(tmpdir(), 'pkjwt-house-'))
  const packages = ['pkjwt', 'server', 'page', 'cli'].map((name) => `packages/${name}/package.json`)
  const rules = ['.dependency-cruiser.cjs', 'tsconfig.json', 'tsconfig.base.json', 'package.json', 'tools/checkFloors.mjs']
  for (const name of [...rules, ...packages]) cpSync(join(root, name), join(house, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'))
  write(house, 'pkjwt/src/errors.ts', '')
  write(house, 'pkjwt/src/index.ts', "export * from './errors.js'\n")
  write(house, 'pkjwt/src/keys/crypto.node.ts', '')
  write(house, 'pkjwt/src/keys/crypto.web.ts', '')
  for (const room of rooms) {
    write(house, `pkjwt/src/${room}/index.ts`, "export * from './thing.js'\n")
    write(house, `pkjwt/src/${room}/thing.ts`, '')
  }
  for (const floor of floors) write(house, `server/src/${floor}/thing.ts`, '')
  write(house, 'server/src/index.ts', floors.map((floor) => importing(`./${floor}/thing.js`)).join(''))
  for (const name of ['page', 'cli']) {
    write(house, `${name}/src/thing.ts`, '')
    write(house, `${name}/src/main.ts`, importing('./thing.js'))
  }
  return house
}

function write(house: string, path: string, imports: string): void {
  const target = join(house, 'packages', path)
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, `${imports}export const thing = 1\n`)
}

const importing = (path: string) => `import { thing as other } from '${path}'\nvoid other\n`

interface Cruised {
  readonly status: number | null
  readonly breaches: readonly string[]
}

function cruise(house: string): Cruised {
  const run = spawnSync(process.execPath, ['tools/checkFloors.mjs', '--json'], { cwd: house, encoding: 'utf8' })
  const { violations } = JSON.parse(run.stdout) as {
    readonly violations: readonly { readonly rule: { readonly name: string }; readonly from: string; readonly to: string }[]
  }
  const short = (path: string) => path.replace(/^packages\//, '')
  return { status: run.status, breaches: violations.map(({ rule, from, to }) => `${rule.name}: ${short(from)} -> ${short(to)}`) }
}

describe('a house that keeps the rules', () => {
  test('passes', () => {
    const house = buildHouse()
    for (const [from, imports] of kept) write(house, from, importing(imports))
    write(house, 'cli/src/serves.ts', "const server = import('@pkjwt/server')\nvoid server\n")
    write(house, 'cli/src/logs.ts', "import type { thing as other } from '@pkjwt/server'\nexport type Other = typeof other\n")
    write(house, 'cli/src/lazy.ts', "const later = import('./later.js')\nvoid later\n")
    write(house, 'cli/src/later.ts', importing('./lazy.js'))
    expect(cruise(house)).toEqual({ status: 0, breaches: [] })
    rmSync(house, { recursive: true })
  })
})

describe('a house that breaks them', () => {
  const all = [...libraryBreaches, ...serverBreaches, ...otherBreaches]
  let house: string
  let cruised: Cruised

  beforeAll(() => {
    house = buildHouse()
    write(house, 'pkjwt/src/keys/hen.ts', importing('./egg.js'))
    write(house, 'cli/src/hen.ts', importing('./egg.js'))
    for (const { from, imports } of all) write(house, from, imports === '' ? '' : importing(imports))
    write(
      house,
      'pkjwt/src/encoding/typed.ts',
      "import type { thing } from '../keys/thing.js'\nexport type Thing = typeof thing\n",
    )
    cruised = cruise(house)
  })
  afterAll(() => rmSync(house, { recursive: true }))

  test('fails', () => {
    expect(cruised.status).toBe(1)
  })

  test.each(all)('$rule: $from may not import "$imports"', ({ rule, from, to }) => {
    const ofThisFile = cruised.breaches.filter((breach) => breach.startsWith(`${rule}: ${from} -> `))
    expect(ofThisFile).toEqual([expect.stringContaining(to)])
  })

  test('an import of types counts like any other', () => {
    expect(cruised.breaches).toContain('library-floor-encoding: pkjwt/src/encoding/typed.ts -> pkjwt/src/keys/thing.ts')
  })
})

test('a cruiser that finds no TypeScript fails, instead of finding no fault', () => {
  const house = buildHouse()
  rmSync(join(house, 'packages'), { recursive: true })
  mkdirSync(join(house, 'packages'))
  const run = spawnSync(process.execPath, ['tools/checkFloors.mjs'], { cwd: house, encoding: 'utf8' })
  expect({ status: run.status, said: run.stderr }).toEqual({
    status: 1,
    said: 'The directions of imports were not checked: dependency-cruiser found no TypeScript\n',
  })
  rmSync(house, { recursive: true })
})
