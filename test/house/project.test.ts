import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { parse } from 'yaml'
import { readManifest, root } from './packed.js'

// What a newcomer reads first, and what the build server is told: that it names things which are there.

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const pages = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', '.changeset/README.md', 'bench/README.md', 'decisions/README.md']

describe.each(pages)('%s', (page) => {
  it('links to files that are there', () => {
    const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = '']) => to.replace(/#.*/, ''))
    const gone = links.filter((to) => to !== '' && !/^https?:/.test(to) && !existsSync(join(root, dirname(page), to)))
    expect(gone).toEqual([])
  })

  it('names scripts that there are', () => {
    const { scripts = {} } = readManifest(root)
    const named = [...read(page).matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name)
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([])
  })
})

test('CONTRIBUTING.md names files that are there', () => {
  const named = [...read('CONTRIBUTING.md').matchAll(/`((?:packages|test|docs)\/[\w./-]+\.(?:ts|md|txt))`/g)].map(
    ([, path = '']) => path,
  )
  expect(named.length).toBeGreaterThan(8)
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([])
})

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly uses?: string; readonly run?: string }[] }>>
}

describe.each(readdirSync(join(root, '.github/workflows')))('the workflow %s', (name) => {
  const workflow: Workflow = parse(read(`.github/workflows/${name}`))
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps)

  it('may read, and whatever more one job needs is given to that job', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' })
  })

  it('takes actions of GitHub alone, by their major version', () => {
    expect(steps.flatMap(({ uses }) => uses ?? []).filter((uses) => !/^actions\/[\w-]+@v\d+$/.test(uses))).toEqual([])
  })

  it('runs scripts that there are', () => {
    const { scripts = {} } = readManifest(root)
    const named = steps.flatMap(({ run = '' }) => [...run.matchAll(/npm run ([\w:]+)/g)].map(([, script = '']) => script))
    expect(named.filter((script) => scripts[script] === undefined)).toEqual([])
  })
})

test('a release runs all tests and writes the SBOMs before it publishes', () => {
  const order = ['npm test', 'npm run sbom', 'changeset publish']
  expect(readManifest(root).scripts?.['release:publish']?.split(' && ')).toEqual(['npm run clean', ...order])
})

test.each(readdirSync(join(root, '.github/ISSUE_TEMPLATE')))('the issue template %s can be read', (name) => {
  expect(parse(read(`.github/ISSUE_TEMPLATE/${name}`))).toEqual(expect.any(Object))
})

test('who reports invalid_client is asked for the diagnosis as JSON, and warned of keys', () => {
  const template = read('.github/ISSUE_TEMPLATE/invalid-client.yml')
  expect(template).toMatch(/pkjwt diagnose .*--json/)
  expect(template).toContain('Never paste a private key')
})
