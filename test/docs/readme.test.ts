import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestServer } from '@pkjwt/server/testing'
import { createTokenClient } from 'pkjwt'
import { writePrivateKey } from 'pkjwt/keys'
import { openKey } from 'pkjwt/node'
import { expect, it } from 'vitest'

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')

it('the library in eight lines lists the users', async () => {
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(readme) ?? []
  const lines = code.split('\n').filter((line) => line !== '')
  expect(lines).toHaveLength(8)

  await using server = await startTestServer()
  const { clientId, key } = await server.addApp({ grants: ['okta.users.read'], roles: ['READ_ONLY_ADMIN'] })
  const folder = await mkdtemp(join(tmpdir(), 'pkjwt-readme-'))
  try {
    await writeFile(join(folder, 'private-key.jwk'), JSON.stringify(await writePrivateKey(key, 'jwk')), { mode: 0o600 })
    const body = lines
      .filter((line) => !line.startsWith('import '))
      .join('\n')
      .replace('https://example.okta.com', server.org)
      .replace('0oa1abcdEFGHijkl2345', clientId)
      .replace('private-key.jwk', join(folder, 'private-key.jwk'))
    const create: typeof createTokenClient = (options) =>
      createTokenClient({ ...options, fetch: server.fetch, clock: server.clock })
    expect(await run(body, create)).toEqual(expect.any(Array))
  } finally {
    await rm(folder, { recursive: true })
  }
})

/** Runs the lines of the README with the names that they import. */
async function run(body: string, create: typeof createTokenClient): Promise<unknown> {
  const AsyncFunction = (async () => undefined).constructor as new (
    ...args: string[]
  ) => (...values: unknown[]) => Promise<unknown>
  return new AsyncFunction('createTokenClient', 'openKey', `${body}\nreturn users`)(create, openKey)
}
