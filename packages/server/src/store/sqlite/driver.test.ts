import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { isStorableText } from '../row.js'
import { defaultDriver, openDatabase, type SqliteDriver } from './driver.js'

const folder = mkdtempSync(join(tmpdir(), 'pkjwt-driver-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const drivers: readonly SqliteDriver[] = defaultDriver() === 'node:sqlite' ? ['node:sqlite', 'libsql'] : ['libsql']

describe.each(drivers)('the driver %s', (driver) => {
  const open = () => {
    const database = openDatabase(':memory:', driver)
    database.script('create table t (a text, b integer, c blob) strict')
    return database
  }

  it('gives back what it was given', () => {
    const database = open()
    const bytes = Uint8Array.of(0, 1, 255)
    expect(database.sql('insert into t values (?, ?, ?)').run('Füße 👣', Number.MAX_SAFE_INTEGER, bytes)).toBe(1)
    const row = database.sql('select * from t').get()
    expect([row?.['a'], row?.['b']]).toEqual(['Füße 👣', Number.MAX_SAFE_INTEGER])
    expect(row?.['c']).toBeInstanceOf(Uint8Array)
    expect([...(row?.['c'] instanceof Uint8Array ? row['c'] : [])]).toEqual([0, 1, 255])
  })

  it('takes one value, be it null or bytes, and none', () => {
    const database = open()
    expect(database.sql('insert into t (a) values (?)').run(null)).toBe(1)
    expect(database.sql('insert into t (c) values (?)').run(Uint8Array.of(1))).toBe(1)
    expect(database.sql('select a from t where a is ?').all(null)).toHaveLength(2)
    expect(database.sql('select a from t where b = 1').get()).toBeUndefined()
    expect(database.sql('select count(*) as count from t').get()).toMatchObject({ count: 2 })
  })

  it('refuses a call with too few or too many values, and does not use those of the call before', () => {
    const statement = open().sql('insert into t (a, b) values (?, ?)')
    statement.run('x', 1)
    expect(() => statement.run('y')).toThrow('2 placeholders was given 1')
    expect(() => statement.run('y', 1, 2)).toThrow('2 placeholders was given 3')
  })

  it('refuses values that would change or end the process', () => {
    const statement = open().sql('insert into t (a, b) values (?, ?)')
    const values: unknown[] = [true, undefined, 1.5, Number.NaN, 2 ** 60, 1n, {}, [], 'a\0b', '\ud800']
    for (const value of values) {
      // @ts-expect-error: what the types forbid may still come
      expect(() => statement.run('x', value)).toThrow('cannot be stored')
    }
  })

  it('refuses text where an integer belongs', () => {
    const statement = open().sql('insert into t (b) values (?)')
    expect(() => statement.run('one')).toThrow()
  })

  it('does not read or write after it was closed', () => {
    const database = openDatabase(join(folder, `closed-${driver.replace(':', '-')}.db`), driver)
    database.script('create table t (a text) strict')
    const statement = database.sql('insert into t values (?)')
    database.close()
    database.close()
    expect(() => statement.run('x')).toThrow('closed')
    expect(() => database.sql('select 1')).toThrow('closed')
    expect(() => database.script('delete from t')).toThrow('closed')
  })
})

describe('isStorableText()', () => {
  it('is true for text that comes out as it went in', () => {
    expect(['', 'a', '👣', '\u{1}'].map(isStorableText)).toEqual([true, true, true, true])
    expect(['\0', 'a\0', '\ud800'].map(isStorableText)).toEqual([false, false, false])
  })
})
