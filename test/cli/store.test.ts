import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startPostgres } from '../postgres/startPostgres.js'
import { makeFolder, pkjwt, startServer } from './world.js'

describe('pkjwt server store', () => {
  it('exports from SQLite, imports into PostgreSQL, and the other way, the same lines', async () => {
    await using folder = await makeFolder()
    await using database = await startPostgres()
    const { path: cwd } = folder
    await writeFile(join(cwd, 'seed.json'), JSON.stringify({ apps: [{ client_id: '0oa1', jwks: { keys: [] }, grants: ['a'] }] }))
    await (await startServer(['--store', 'a.db', '--seed', 'seed.json'], cwd)).stop()
    const options = { cwd, env: { PKJWT_STORE: database.url.replace('postgres@', 'postgres:secret@') } }

    const exported = await pkjwt(['server', 'store', 'export', '--store', 'a.db', '-o', 'a.jsonl'], options)
    expect([exported.code, exported.stderr]).toEqual([0, ''])
    expect((await stat(join(cwd, 'a.jsonl'))).mode & 0o777).toBe(0o600)
    const imported = await pkjwt(['server', 'store', 'import', 'a.jsonl', '--store', 'env:PKJWT_STORE', '--json'], options)
    expect([imported.code, imported.stdout]).toEqual([0, expect.not.stringContaining('secret')])
    const lines = await pkjwt(['server', 'store', 'export', '--store', 'env:PKJWT_STORE'], options)
    const back = await pkjwt(['server', 'store', 'import', '-', '--store', 'b.db'], { ...options, stdin: lines.stdout })
    expect([back.code, back.stderr]).toEqual([0, ''])
    expect((await pkjwt(['server', 'store', 'export', '--store', 'b.db'], options)).stdout).toBe(lines.stdout)
  })

  it('says what is wrong: a file that exists, a store that is not empty, a file that is no export', async () => {
    await using folder = await makeFolder()
    const { path: cwd } = folder
    expect((await pkjwt(['server', 'store', 'migrate', '--store', 'a.db'], { cwd })).stdout).toBe('SQLite a.db is up to date\n')
    await pkjwt(['server', 'store', 'export', '--store', 'a.db', '-o', 'a.jsonl'], { cwd })
    expect((await pkjwt(['server', 'store', 'export', '--store', 'a.db', '-o', 'a.jsonl'], { cwd })).code).toBe(73)
    await writeFile(join(cwd, 'seed.json'), JSON.stringify({ apps: [{ client_id: '0oa1', jwks: { keys: [] } }] }))
    await (await startServer(['--store', 'b.db', '--seed', 'seed.json'], cwd)).stop()
    expect((await pkjwt(['server', 'store', 'import', 'a.jsonl', '--store', 'b.db'], { cwd })).code).toBe(78)
    expect((await pkjwt(['server', 'store', 'import', 'seed.json', '--store', 'c.db'], { cwd })).code).toBe(65)
    expect((await pkjwt(['server', 'store', 'import', 'none.jsonl', '--store', 'c.db'], { cwd })).code).toBe(66)
    expect((await pkjwt(['server', 'store', 'import'], { cwd })).code).toBe(2)
  })
})
