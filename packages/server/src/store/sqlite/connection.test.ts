import { mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type Connection, openConnection } from './connection.js'
import { openDatabase } from './driver.js'

const folder = mkdtempSync(join(tmpdir(), 'pkjwt-connection-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const now = 1_800_000_000
const open = (name: string, busyTimeoutMilliseconds = 20) => openConnection(join(folder, name), { now, busyTimeoutMilliseconds })
const save = (connection: Connection, name: string) =>
  connection.write((database) => database.sql('insert into settings (name, value) values (?, ?)').run(name, 'x'))
const names = (connection: Connection) =>
  connection.read((database) =>
    database
      .sql('select name from settings order by name')
      .all()
      .map((row) => row['name']),
  )

describe('openConnection()', () => {
  it('makes a file that only this user can read, durable to the last commit', async () => {
    const connection = open('modes.db')
    await save(connection, 'a')
    for (const name of readdirSync(folder).filter((one) => one.startsWith('modes.db'))) {
      expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600])
    }
    const pragma = (name: string) => connection.read((database) => database.sql(`pragma ${name}`).get()?.[name])
    expect(await pragma('journal_mode')).toBe('wal')
    expect(await pragma('synchronous')).toBe(2)
    expect(await pragma('foreign_keys')).toBe(1)
    await connection.close()
  })

  it('has everything in the one file when it is closed', async () => {
    const connection = open('closed.db')
    await save(connection, 'a')
    await connection.close()
    // libsql leaves the other files there, empty.
    expect(statSync(join(folder, 'closed.db-wal'), { throwIfNoEntry: false })?.size ?? 0).toBe(0)
  })

  it('refuses a folder that is not there, a folder, and a file of another kind', () => {
    const config = (sentence: string) =>
      expect.objectContaining({ code: 'config_invalid', message: expect.stringContaining(sentence) })
    expect(() => open(join('none', 'a.db'))).toThrow(config('there is no folder'))
    expect(() => open('.')).toThrow()
    writeFileSync(join(folder, 'text.db'), 'This is a text of some length, and no database at all.\n'.repeat(50))
    expect(() => open('text.db')).toThrow(config('is not an SQLite database'))
  })
})

describe('a connection', () => {
  it('rejects with one kind of error while another process holds the lock, and goes on after', async () => {
    const connection = open('locked.db')
    const other = openDatabase(join(folder, 'locked.db'))
    other.script('begin immediate')
    const answers = await Promise.allSettled([save(connection, 'a'), save(connection, 'b')])
    expect(answers.map((answer) => answer.status === 'rejected' && answer.reason)).toEqual([
      expect.objectContaining({ name: 'StoreError', code: 'store_unavailable', cause: expect.anything() }),
      expect.objectContaining({ name: 'StoreError', code: 'store_unavailable', cause: expect.anything() }),
    ])
    other.script('rollback')
    await save(connection, 'c')
    expect(await names(connection)).toEqual(['c'])
    other.close()
    await connection.close()
  })

  it('rejects when the disk is full, and goes on when there is room again', async () => {
    const connection = open('full.db')
    const limit = (pages: number) => connection.read((database) => database.sql(`pragma max_page_count=${pages}`).get())
    const saveMuch = (name: string) =>
      connection.writeOne((database) =>
        database.sql('insert into settings (name, value) values (?, ?)').run(name, 'x'.repeat(200_000)),
      )
    await limit(60)
    const answers = await Promise.allSettled([saveMuch('a'), saveMuch('b'), saveMuch('c')])
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    await limit(1_000_000)
    await saveMuch('d')
    expect(await names(connection)).toEqual(['d'])
    await connection.close()
  })

  it('undoes a write that fails midway, and that one alone', async () => {
    const connection = open('midway.db')
    const failing = connection.write((database) => {
      database.sql('insert into settings (name, value) values (?, ?)').run('b', 'x')
      throw new Error('midway')
    })
    const answers = await Promise.allSettled([save(connection, 'a'), failing, save(connection, 'c')])
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await names(connection)).toEqual(['a', 'c'])
    await connection.close()
  })

  it('notices that its file was moved away', async () => {
    const connection = open('moved.db')
    connection.check()
    renameSync(join(folder, 'moved.db'), join(folder, 'moved-away.db'))
    expect(() => connection.check()).toThrow(expect.objectContaining({ code: 'store_unavailable' }))
    renameSync(join(folder, 'moved-away.db'), join(folder, 'moved.db'))
    connection.check()
    await connection.close()
  })
})
