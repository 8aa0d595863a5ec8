import { text } from '../../row.js'
import type { ServerStore } from '../../store.js'
import type { Connection } from '../connection.js'
import type { Queries } from '../queries.js'

type SettingStore = Pick<ServerStore, 'findSetting' | 'saveSetting' | 'createSetting' | 'claimDuty'>

export function createSettingStore({ read, write, writeOne }: Connection): SettingStore {
  return {
    findSetting: (name) => read((queries) => findSetting(queries, name)),
    saveSetting: (name, value) =>
      writeOne(async (queries) => {
        const statement =
          'insert into settings (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value'
        await queries.run(statement, name, value)
      }),
    createSetting: (name, value) =>
      write(async (queries) => {
        await queries.run('insert into settings (name, value) values ($1, $2) on conflict (name) do nothing', name, value)
        return (await findSetting(queries, name)) ?? value
      }),
    claimDuty: ({ name, holder, until }, { now }) =>
      writeOne(async (queries) => {
        const claimed = await queries.run(
          `insert into duties (name, holder, until) values ($1, $2, $3)
          on conflict (name) do update set holder = excluded.holder, until = excluded.until
          where duties.holder = excluded.holder or duties.until <= $4`,
          name,
          holder,
          until,
          now,
        )
        return claimed === 1
      }),
  }
}

async function findSetting(queries: Queries, name: string): Promise<string | undefined> {
  const row = await queries.get('select value from settings where name = $1', name)
  return row && text(row, 'value')
}
