import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// The READMEs that users see beside the packages. Their blocks are followed by snippets.test.ts; here is what cannot be followed there.

const root = resolve(import.meta.dirname, '../..')
const names = ['pkjwt', 'server', 'page'] as const
const readme = (name: string) => readFileSync(join(root, 'packages', name, 'README.md'), 'utf8')
const program = (name: string) => /```js.*\n([\s\S]*?)```/.exec(readme(name))?.[1] ?? ''

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pkjwt-readmes-'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs a program, and gives one of the things that it made. */
async function run(lines: string, made: string): Promise<unknown> {
  const file = join(folder, 'program.mjs')
  writeFileSync(file, `${lines}\nexport { ${made} as made }\n`)
  const { made: value }: { readonly made: unknown } = await import(/* @vite-ignore */ `${pathToFileURL(file)}?${made}`)
  return value
}

it('@pkjwt/page is served', async () => {
  const server = (await run(program('page'), 'server')) as Server
  if (!server.listening) await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toContain('<title>pkjwt</title>')
  server.close()
  server.closeAllConnections()
})

describe.each(names)('the README of packages/%s', (name) => {
  it('links to nothing that a package page would not find', () => {
    const links = [...readme(name).matchAll(/\]\(([^)]+)\)/g)].map(([, to]) => to)
    expect(links.length).toBeGreaterThan(0)
    expect(links.filter((to) => !to?.startsWith('https://'))).toEqual([])
  })
})
