import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateKey } from 'pkjwt/keys'
import { createAssertion } from 'pkjwt/protocol'
import { describe, expect, it } from 'vitest'
import { startPostgres } from '../postgres/startPostgres.js'
import { ask, seedApp } from '../server/support.js'
import { makeFolder, pkjwt, startServer } from './world.js'

const clientId = '0oaWorkers0000000000'

/** Two workers, one assertion sent twenty times at once, and a polite end. */
async function expectOneToken(words: readonly string[]): Promise<void> {
  await using folder = await makeFolder()
  const key = await generateKey({ alg: 'ES256' })
  await writeFile(join(folder.path, 'seed.json'), JSON.stringify({ apps: [seedApp(clientId, key)] }))
  const server = await startServer(['--workers', '2', '--seed', 'seed.json', ...words], folder.path)
  const assertion = await createAssertion({ clientId, audience: `${server.url}/oauth2/v1/token`, key })
  const statuses = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const response = await ask(server.url, { clientId, key, assertion })
      await response.arrayBuffer()
      return response.status
    }),
  )
  expect(statuses.filter((status) => status === 200)).toHaveLength(1)
  expect(statuses.filter((status) => status === 401)).toHaveLength(19)
  expect(await server.stop('SIGTERM')).toBe(0)
  await expect(fetch(server.url)).rejects.toThrow()
}

describe('pkjwt serve --workers', () => {
  it('shares one port and one SQLite file', () => expectOneToken(['--store', 'kept.db']))

  it('shares one port and one PostgreSQL', async () => {
    await using database = await startPostgres()
    await expectOneToken(['--store', `${database.url}?max=3`])
  })

  it('refuses a memory that they could not share, and one stdin', async () => {
    await using folder = await makeFolder()
    const memory = await pkjwt(['serve', '--workers', '2', '--store', ':memory:'], { cwd: folder.path })
    expect([memory.code, memory.stderr]).toEqual([2, expect.stringContaining('a memory of its own')])
    const stdin = await pkjwt(['serve', '--workers', '2', '--seed', '-'], { cwd: folder.path, stdin: '{}' })
    expect([stdin.code, stdin.stderr]).toEqual([2, expect.stringContaining('one stdin')])
  })

  it('ends with the code of the worker that could not start', async () => {
    await using folder = await makeFolder()
    const { code, stderr } = await pkjwt(['serve', '--workers', '2', '--store', 'none/a.db'], { cwd: folder.path })
    expect([code, stderr.match(/there is no folder/g)?.length]).toEqual([78, 1])
  })

  it('shows no password of a database', async () => {
    await using folder = await makeFolder()
    const env = { PKJWT_STORE: 'postgres://user:se@cret@127.0.0.1/a' }
    const { stdout } = await pkjwt(['serve', '--store', 'env:PKJWT_STORE', '--print-config'], { cwd: folder.path, env })
    expect(JSON.parse(stdout)).toMatchObject({ store: 'postgres://127.0.0.1/a' })
  })
})
