import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthorizationServer, type LogLine } from '@pkjwt/server'
import { createTokenClient } from 'pkjwt/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adminScopes, adminToken } from './support.js'

const issuer = 'https://id.example.com'

let folder: string
let file: string
let lines: LogLine[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pkjwt-first-'))
  file = join(folder, 'pkjwt.db.admin.jwk')
  lines = []
})

afterEach(() => rm(folder, { recursive: true, force: true }))

const serverOf = (options: { adminToken?: string; firstAdminKeyFile?: string | undefined } = {}) =>
  createAuthorizationServer({
    store: join(folder, 'pkjwt.db'),
    issuer,
    onLog: (line) => lines.push(line),
    firstAdminKeyFile: file,
    ...options,
  })

const eventsOf = () => lines.map(({ event }) => event)
const madeId = () => /0oa\w{17}/.exec(lines.find(({ event }) => event === 'first_admin')?.message ?? '')?.[0] ?? ''

describe('the first administrator', () => {
  it('is made with the first start, and can manage apps with the key in the file', async () => {
    const server = serverOf()
    await server.ready()
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const key = await readFile(file, 'utf8')
    expect(JSON.parse(key).client_id).toBe(madeId())
    const fetch = ((input: string, init?: RequestInit) => server.fetch(input, init)) as typeof globalThis.fetch
    const client = createTokenClient({ org: issuer, clientId: madeId(), key, scopes: adminScopes, fetch })
    expect((await client.fetch('/api/v1/apps')).status).toBe(200)
    await server.close()
  })

  it('is made once: not with the second start, and not again when it was deleted', async () => {
    const first = serverOf()
    await first.ready()
    await first.close()
    const id = madeId()
    lines = []
    const second = serverOf({ adminToken })
    const headers = { authorization: `SSWS ${adminToken}` }
    await second.fetch(`${issuer}/api/v1/apps/${id}/lifecycle/deactivate`, { method: 'POST', headers })
    expect((await second.fetch(`${issuer}/api/v1/apps/${id}`, { method: 'DELETE', headers })).status).toBe(204)
    await second.close()
    const third = serverOf()
    await third.ready()
    await third.close()
    expect(eventsOf()).not.toContain('first_admin')
    expect(eventsOf()).toContain('admin_closed')
  })

  it('is one, when two servers start at once on one store', async () => {
    const servers = [serverOf(), serverOf()]
    await Promise.all(servers.map((server) => server.ready()))
    expect(eventsOf().filter((event) => event === 'first_admin')).toHaveLength(1)
    await Promise.all(servers.map((server) => server.close()))
  })

  it('comes of the key that a start left behind which was cut off', async () => {
    const first = serverOf()
    await first.ready()
    await first.close()
    const left = await readFile(file, 'utf8')
    const id = madeId()
    lines = []
    await rm(join(folder, 'pkjwt.db'), { force: true })
    for (const rest of ['-wal', '-shm']) await rm(join(folder, `pkjwt.db${rest}`), { force: true })
    const second = serverOf()
    await second.ready()
    await second.close()
    expect(await readFile(file, 'utf8')).toBe(left)
    expect(madeId()).toBe(id)
  })

  it('refuses to start when the file holds something else, which it leaves alone', async () => {
    await writeFile(file, 'shopping list')
    const server = serverOf()
    await expect(server.ready()).rejects.toMatchObject({ code: 'config_invalid' })
    expect(await readFile(file, 'utf8')).toBe('shopping list')
  })

  it('is not made where there is an admin token', async () => {
    const server = serverOf({ adminToken })
    await server.ready()
    await server.close()
    expect(eventsOf()).toEqual([])
  })
})

it('an admin token that is too short is refused', async () => {
  const server = serverOf({ adminToken: 'short' })
  await expect(server.ready()).rejects.toMatchObject({ code: 'option_invalid' })
})
