import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TokenStore } from 'pkjwt/client'
import { createFileTokenCache } from 'pkjwt/node'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startPair, until } from './harness.js'
import { answering } from './tokenServer.js'

let folder: string
let cache: TokenStore

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'pkjwt-store-')), 'tokens')
  cache = createFileTokenCache({ folder })
})
afterEach(() => rm(join(folder, '..'), { recursive: true }))

const filesOf = async (ending: string) => (await readdir(folder)).filter((name) => name.endsWith(ending))

describe('createFileTokenCache()', () => {
  test('gives the token of one client to another', async () => {
    await using pair = await startPair({ cache })
    const { value } = await pair.client.token()
    expect((await pair.another({ cache: createFileTokenCache({ folder }) }).token()).value).toBe(value)
    expect(pair.server.requests).toHaveLength(1)
    expect(pair.eventsOf('refreshed')).toMatchObject([{ from: 'server' }, { from: 'store' }])
  })

  test.each([
    ['client', { clientId: '0oa2' }],
    ['scopes', { scopes: ['okta.groups.read'] }],
    ['resource', { resource: 'https://api.example' }],
  ])('keeps the tokens of another %s apart', async (_, other) => {
    await using pair = await startPair({ cache })
    await pair.client.token()
    await pair
      .another(other)
      .token()
      .catch(() => {})
    expect(pair.server.requests).toHaveLength(2)
  })

  test('makes one request for twenty clients that ask at the same time', async () => {
    await using pair = await startPair({ cache })
    const clients = Array.from({ length: 20 }, () => pair.another({ cache: createFileTokenCache({ folder }) }))
    const tokens = await Promise.all(clients.map((client) => client.token()))
    expect(new Set(tokens.map(({ value }) => value)).size).toBe(1)
    expect(pair.server.requests).toHaveLength(1)
    expect(await filesOf('.lock')).toEqual([])
  })

  test('gives no token that is about to end', async () => {
    await using pair = await startPair({ cache })
    await pair.client.token()
    pair.clock.forward(3400)
    expect((await pair.another().token()).value).toBe('token-2')
  })

  test('is not asked for a token that is wanted anew', async () => {
    await using pair = await startPair({ cache })
    await pair.client.token()
    expect((await pair.another().token({ forceRefresh: true })).value).toBe('token-2')
  })

  test('does not give a token back that an API refused', async () => {
    await using pair = await startPair({ cache })
    pair.server.routes.set('/api', ({ headers }, response) => {
      response.writeHead(headers.authorization === 'Bearer token-1' ? 401 : 200).end()
    })
    await pair.client.token()
    const client = pair.another()
    expect((await client.fetch(`${pair.server.origin}/api`)).status).toBe(200)
    expect((await pair.another().token()).value).toBe('token-2')
  })

  test.skipIf(process.platform === 'win32')('lets nobody else read what it keeps', async () => {
    await mkdir(folder, { recursive: true, mode: 0o777 })
    await chmod(folder, 0o777)
    await using pair = await startPair({ cache })
    await pair.client.token()
    const [name = ''] = await filesOf('.json')
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
  })

  test.each([
    ['half a file', '{"value":"abc","ty'],
    ['another kind of file', '{"hello":"world"}'],
    [
      'a token that was never received',
      '{"value":"a","type":"Bearer","scopes":[],"scopesDropped":[],"receivedAt":0,"expiresAt":9999999999999}',
    ],
    ['an empty file', ''],
  ])('takes %s for none', async (_, content) => {
    await using pair = await startPair({ cache })
    await pair.client.token()
    const [name = ''] = await filesOf('.json')
    await writeFile(join(folder, name), content)
    expect((await pair.another().token()).value).toBe('token-2')
    expect(JSON.parse(await readFile(join(folder, name), 'utf8'))).toMatchObject({ value: 'token-2' })
  })

  test.skipIf(process.platform === 'win32')('follows no link', async () => {
    await using pair = await startPair({ cache })
    await pair.client.token()
    const [name = ''] = await filesOf('.json')
    const planted = join(folder, '..', 'planted')
    await writeFile(planted, (await readFile(join(folder, name), 'utf8')).replace('token-1', 'planted'))
    await rm(join(folder, name))
    await symlink(planted, join(folder, name))
    expect((await pair.another().token()).value).toBe('token-2')
  })

  test('clears away what nobody has touched for a week', async () => {
    await mkdir(folder, { recursive: true })
    const old = join(folder, `${'0'.repeat(64)}.json`)
    const foreign = join(folder, 'notes.txt')
    for (const file of [old, foreign]) {
      await writeFile(file, '{}')
      await utimes(file, new Date(0), new Date(0))
    }
    await using pair = await startPair({ cache })
    await pair.client.token()
    expect(await readdir(folder)).not.toContain(`${'0'.repeat(64)}.json`)
    expect(await readdir(folder)).toContain('notes.txt')
  })

  test('whose folder cannot be made costs nobody the token', async () => {
    await writeFile(join(folder, '..', 'file'), '')
    await using pair = await startPair({ cache: createFileTokenCache({ folder: join(folder, '..', 'file', 'tokens') }) })
    expect((await pair.client.token()).value).toBe('token-1')
    expect(pair.eventsOf('storeFailed').length).toBeGreaterThan(0)
  })
})

describe('the lock of a process that was killed', () => {
  test('holds nobody up', async () => {
    await using pair = await startPair({ cache })
    // The child takes the lock of this very token and holds it; then it is killed, so it can clear nothing away.
    const child = spawn(process.execPath, [fileURLToPath(new URL('holdLock.mjs', import.meta.url))], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const { server } = pair
    const name = await nameOfToken(pair)
    child.stdin.end(JSON.stringify({ folder, file: `${name}.lock` }))
    await once(child.stdout, 'data')
    expect(await filesOf('.lock')).toEqual([`${name}.lock`])
    child.kill('SIGKILL')
    await once(child, 'exit')
    const before = performance.now()
    expect((await pair.another().token({ forceRefresh: true })).value).toBe('token-2')
    expect(performance.now() - before).toBeLessThan(1000)
    expect(server.requests).toHaveLength(2)
    expect(await filesOf('.lock')).toEqual([])
  })

  test('holds nobody up when it left no name, or was on another machine', async () => {
    await using pair = await startPair({ cache })
    const lock = join(folder, `${await nameOfToken(pair)}.lock`)
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000)
    for (const content of ['', JSON.stringify({ id: 'a', pid: process.pid, host: 'elsewhere' })]) {
      await writeFile(lock, content)
      await utimes(lock, minutesAgo(2), minutesAgo(2))
      await pair.another().token({ forceRefresh: true })
      expect(await filesOf('.lock')).toEqual([])
    }
  })

  /** The token of the pair has a file; its name is that of the lock too. */
  async function nameOfToken({ client }: { client: { token(): Promise<unknown> } }): Promise<string> {
    await client.token()
    const [name = ''] = await filesOf('.json')
    return name.replace('.json', '')
  }
})

describe('a store that fails counts as empty', () => {
  const failing: readonly (readonly [name: string, store: TokenStore])[] = [
    [
      'when it throws at once',
      throwingStore(() => {
        throw new Error('away')
      }),
    ],
    ['when it rejects', throwingStore(() => Promise.reject(new Error('away')))],
  ]

  test.each(failing)('%s', async (_, store) => {
    await using pair = await startPair({ cache: store })
    expect((await pair.client.token()).value).toBe('token-1')
    expect(pair.eventsOf('storeFailed')).toMatchObject([{ operation: 'find' }, { operation: 'lock' }, { operation: 'save' }])
  })

  test('and one without a lock works', async () => {
    const kept = new Map<string, unknown>()
    const store = {
      find: async (name: string) => kept.get(name),
      save: async (name: string, token: unknown) => void kept.set(name, token),
    }
    await using pair = await startPair({ cache: store })
    await pair.client.token()
    expect((await pair.another().token()).value).toBe('token-1')
    expect([...kept.keys()]).toEqual([JSON.stringify([pair.server.tokenEndpoint, '0oa1', ['okta.users.read'], null, null])])
  })

  test('and a lock that comes after its caller left is released', async () => {
    let give = (_: () => Promise<void>) => {}
    let released = 0
    const lock = () =>
      new Promise<() => Promise<void>>((resolve) => {
        give = resolve
      })
    await using pair = await startPair({ cache: { find: async () => undefined, save: async () => {}, lock } })
    const controller = new AbortController()
    const leaving = pair.client.token({ signal: controller.signal }).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 2))
    controller.abort()
    await leaving
    give(async () => {
      released += 1
    })
    await until(() => released === 1)
    expect(pair.server.requests).toHaveLength(0)
  })

  test('and its lock is released when the purchase fails', async () => {
    await using pair = await startPair({ cache })
    pair.server.faults.push(answering(400, { error: 'invalid_scope' }))
    await pair.client.token().catch(() => {})
    expect(await filesOf('.lock')).toEqual([])
  })
})

function throwingStore(fail: () => Promise<never>): TokenStore {
  return { find: fail, save: fail, lock: fail }
}
