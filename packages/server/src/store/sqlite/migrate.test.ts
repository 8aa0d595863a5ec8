import { describe, expect, it } from 'vitest'
import type { Migration } from '../migrations.js'
import { openDatabase, type SqlDatabase } from './driver.js'
import { migrate, readMigrations } from './migrate.js'

const now = 1_800_000_000
const first: Migration = { number: 1, name: '001-first.sql', script: 'create table a (x integer) strict;' }
const second: Migration = {
  number: 2,
  name: '002-second.sql',
  script: 'create table b (x integer) strict; insert into b values (1);',
}
const broken: Migration = {
  number: 2,
  name: '002-broken.sql',
  script: 'create table b (x integer) strict; create table a (x integer);',
}

const run = (database: SqlDatabase, migrations: readonly Migration[]) =>
  migrate(database, { where: './pkjwt.db', now, migrations })
const tables = (database: SqlDatabase) =>
  database
    .sql(`select name from sqlite_schema where type = 'table' and name <> 'migrations' order by name`)
    .all()
    .map((row) => row['name'])

describe('migrate()', () => {
  it('runs what was not run yet, once', () => {
    const database = openDatabase(':memory:')
    run(database, [first])
    run(database, [first, second])
    run(database, [first, second])
    expect(tables(database)).toEqual(['a', 'b'])
    expect(database.sql('select count(*) as count from b').get()).toMatchObject({ count: 1 })
  })

  it('leaves nothing of a run that fails', () => {
    const database = openDatabase(':memory:')
    run(database, [first])
    expect(() => run(database, [first, broken])).toThrow()
    expect(tables(database)).toEqual(['a'])
    run(database, [first, second])
  })

  it('refuses a schema that is newer than the program', () => {
    const database = openDatabase(':memory:')
    run(database, [first, second])
    expect(() => run(database, [first])).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        message: 'Cannot use the store ./pkjwt.db: a newer program brought its schema to 002-second.sql',
      }),
    )
  })

  it('refuses a schema file that was edited after it was run, but not new ends of lines', () => {
    const database = openDatabase(':memory:')
    run(database, [first])
    const edited = { ...first, script: `${first.script} -- edited` }
    expect(() => run(database, [edited])).toThrow(expect.objectContaining({ code: 'config_invalid' }))
  })
})

describe('readMigrations()', () => {
  it('finds the files in their order, numbered without gaps', () => {
    const migrations = readMigrations()
    expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, index) => index + 1))
    expect(migrations[0]?.name).toBe('001-first.sql')
  })
})
