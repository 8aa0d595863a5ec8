import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isAllowed } from '../../tools/sbom.mjs'
import { type Manifest, readManifest, root } from './packed.js'

interface Part {
  readonly 'bom-ref': string
  readonly name: string
}

interface Bom {
  readonly specVersion: string
  readonly metadata: { readonly component: Part & { readonly components: readonly [{ readonly components: readonly Part[] }] } }
  readonly components: readonly Part[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pkjwt-sbom-'))
  execFileSync(process.execPath, [join(root, 'tools/sbom.mjs'), folder])
})
afterAll(() => rmSync(folder, { recursive: true }))

const read = (file: string): Bom => JSON.parse(readFileSync(join(folder, file), 'utf8'))
const manifest = (name: string): Manifest => readManifest(join(root, 'packages', name))

/** What a package depends on itself, as `name@version`. */
const direct = ({ metadata, dependencies }: Bom) =>
  dependencies.find(({ ref }) => ref === metadata.component['bom-ref'])?.dependsOn

test.each(['pkjwt', 'page'])('packages/%s has no runtime dependency', (name) => {
  const bom = read(name === 'pkjwt' ? 'pkjwt.cdx.json' : 'pkjwt-page.cdx.json')
  expect(bom.metadata.component.name).toBe(manifest(name).name)
  expect(bom.components).toEqual([])
  expect(direct(bom)).toEqual([])
})

test('@pkjwt/server has those that its manifest names, and what they need', () => {
  const bom = read('pkjwt-server.cdx.json')
  const { dependencies, optionalDependencies } = manifest('server')
  const declared = Object.entries({ ...dependencies, ...optionalDependencies }).map(([name, version]) => `${name}@${version}`)
  expect([...(direct(bom) ?? [])].sort()).toEqual(declared.sort())
  const known = bom.components.map((part) => part['bom-ref'])
  expect(known).toEqual(expect.arrayContaining(declared))
  expect(known).not.toContain('vitest')
})

test('what is built into the page is in all three, as it is in what the page imports', () => {
  const source = join(root, 'packages/page/src')
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => /(?<!\.test)\.tsx?$/.test(file))
  const imported = files.flatMap((file) =>
    [...readFileSync(join(source, file), 'utf8').matchAll(/from '([^.'][^'/]*)/g)].map(([, name]) => name),
  )
  const foreign = [...new Set(imported)].filter((name) => name !== 'pkjwt')
  for (const file of ['pkjwt.cdx.json', 'pkjwt-server.cdx.json', 'pkjwt-page.cdx.json']) {
    expect(read(file).metadata.component.components[0].components.map(({ name }) => name)).toEqual(foreign)
  }
})

test.each(['pkjwt', 'server', 'page'])('packages/%s carries the licence of what is built into its page', (name) => {
  const notices = readFileSync(join(root, 'packages', name, 'THIRD-PARTY-LICENSES'), 'utf8')
  expect(notices).toContain(readFileSync(join(root, 'node_modules/preact/LICENSE'), 'utf8'))
})

test('a copy of the page carries them too', () => {
  const page = readFileSync(join(root, 'packages/page/dist/index.html'), 'utf8')
  expect(page).toContain(readFileSync(join(root, 'node_modules/preact/LICENSE'), 'utf8'))
})

test('a licence that does not go with Apache-2.0 is refused, and so is none', () => {
  expect(isAllowed({ licenses: [{ license: { id: 'MIT' } }] })).toBe(true)
  expect(isAllowed({ licenses: [{ license: { id: 'GPL-3.0-only' } }] })).toBe(false)
  expect(isAllowed({ licenses: [] })).toBe(false)
  expect(isAllowed({})).toBe(false)
})
