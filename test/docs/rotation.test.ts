import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestServer } from '@pkjwt/server/testing'
import { createTokenClient } from 'pkjwt'
import { writePrivateKey } from 'pkjwt/keys'
import { createKeyFile } from 'pkjwt/node'
import { expect, it } from 'vitest'
import { commandNames } from '../../packages/cli/src/commandNames.js'
import { appKeyRotate } from '../../packages/cli/src/commands/app/keyRotate.js'

const page = await readFile(new URL('../../docs/rotation.md', import.meta.url), 'utf8')

it('the two lines of the program rotate a key', async () => {
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(page) ?? []
  await using server = await startTestServer()
  const { clientId, key } = await server.addApp({ grants: ['okta.apps.manage'], roles: ['SUPER_ADMIN'] })
  const folder = await mkdtemp(join(tmpdir(), 'pkjwt-docs-'))
  try {
    await writeFile(join(folder, 'private-key.jwk'), JSON.stringify(await writePrivateKey(key, 'jwk')), { mode: 0o600 })
    const body = code
      .replace('https://example.okta.com', server.org)
      .replace('0oa1abcdEFGHijkl2345', clientId)
      .replace('private-key.jwk', join(folder, 'private-key.jwk'))
    const create: typeof createTokenClient = (options) =>
      createTokenClient({ ...options, fetch: server.fetch, clock: server.clock, wait: async () => {} })
    const AsyncFunction = (async () => undefined).constructor as new (
      ...args: string[]
    ) => (...values: unknown[]) => Promise<unknown>
    const run = new AsyncFunction('createTokenClient', 'createKeyFile', `${body}\nreturn { kid, previousKid }`)
    const { kid, previousKid } = (await run(create, createKeyFile)) as { kid: string; previousKid: string }
    expect(previousKid).toBe(key.kid)
    expect((await server.store.listKeys(clientId)).map((each) => each.kid)).toEqual([kid])
  } finally {
    await rm(folder, { recursive: true })
  }
})

it('the commands that are named exist, with their flags', () => {
  const lines = [...page.matchAll(/^pkjwt .*$/gm)].map(([line]) => line)
  expect(lines.length).toBeGreaterThan(1)
  for (const line of lines) {
    expect(line).toMatch(/^pkjwt app key rotate /)
    for (const [, flag = ''] of line.matchAll(/--([a-z-]+)/g)) {
      const name = flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
      expect(Object.keys(appKeyRotate.flags)).toContain(name)
    }
  }
  const named = [...page.matchAll(/`pkjwt (app key [a-z]+|key [a-z]+)/g)].map(([, name]) => name)
  for (const name of named) expect(commandNames).toContain(name)
})
