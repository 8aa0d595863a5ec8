import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startTestServer } from '@pkjwt/server/testing'
import { writePrivateKey } from 'pkjwt/keys'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pkjwt } from '../cli/world.js'

// The READMEs that users see beside the packages. Their programs run on the built packages, as modules in a folder that has these installed.

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

it('pkjwt lists the users', async () => {
  await using server = await startTestServer()
  const { clientId, key } = await server.addApp()
  writeFileSync(join(folder, 'private-key.jwk'), JSON.stringify(await writePrivateKey(key, 'jwk')), { mode: 0o600 })
  Object.assign(globalThis, { readmeServer: server })
  const lines = program('pkjwt')
    .replace('https://example.okta.com', server.org)
    .replace('0oa1abcdEFGHijkl2345', clientId)
    .replace("'private-key.jwk'", JSON.stringify(join(folder, 'private-key.jwk')))
    .replace('{ org, ', '{ org, fetch: readmeServer.fetch, clock: readmeServer.clock, ')
  expect(await run(lines, 'users')).toEqual(expect.any(Array))
})

it('@pkjwt/server answers its own test', async () => {
  expect(await run(program('server'), 'status')).toBe(200)
})

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

  it('names commands and flags that there are', async () => {
    const lines = [...readme(name).matchAll(/^npx (?:pkjwt|@pkjwt\/server)\b.*$/gm)].map(([line]) => line.replace(/\s+#.*/, ''))
    for (const line of lines) {
      const [, of, ...words] = line.split(/ +/)
      const command = of === 'pkjwt' ? words.slice(0, 1) : ['serve']
      const { code, stdout } = await pkjwt([...command.filter((word) => word !== '--help'), '--help'])
      expect(code, line).toBe(0)
      for (const flag of words.filter((word) => word.startsWith('--'))) expect(stdout, line).toContain(flag)
    }
  })
})
