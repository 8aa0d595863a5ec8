import { text } from '../../row.js'
import type { ServerStore } from '../../store.js'
import type { Connection } from '../connection.js'
import type { SqlDatabase } from '../driver.js'

type SettingStore = Pick<ServerStore, 'findSetting' | 'saveSetting' | 'createSetting' | 'claimDuty'>

export function createSettingStore({ read, write, writeOne }: Connection): SettingStore {
  return {
    findSetting: (name) => read((database) => findSetting(database, name)),
    saveSetting: (name, value) =>
      writeOne((database) => {
        database
          .sql('insert into settings (name, value) values (?, ?) on conflict (name) do update set value = excluded.value')
          .run(name, value)
      }),
    createSetting: (name, value) =>
      write((database) => {
        database.sql('insert into settings (name, value) values (?, ?) on conflict (name) do nothing').run(name, value)
        return findSetting(database, name) ?? value
      }),
    claimDuty: ({ name, holder, until }, { now }) =>
      writeOne((database) => {
        const claimed = database
          .sql(
            `insert into duties (name, holder, until) values (?, ?, ?)
            on conflict (name) do update set holder = excluded.holder, until = excluded.until
            where duties.holder = excluded.holder or duties.until <= ?`,
          )
          .run(name, holder, until, now)
        return claimed === 1
      }),
  }
}

function findSetting(database: SqlDatabase, name: string): string | undefined {
  const row = database.sql('select value from settings where name = ?').get(name)
  return row && text(row, 'value')
}
