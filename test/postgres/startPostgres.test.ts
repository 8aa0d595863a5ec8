import postgres from 'postgres'
import { expect, it } from 'vitest'
import { startPostgres } from './startPostgres.js'

it('startPostgres() keeps what was written over a stop and a start', async () => {
  await using server = await startPostgres()
  const url = await server.createDatabase('kept')
  const write = postgres(url, { max: 1 })
  await write`create table kept (value int)`
  await write`insert into kept values (7)`
  await write.end()
  await server.stop()
  await server.start()
  const read = postgres(url, { max: 1 })
  expect(await read`select value from kept`).toEqual([{ value: 7 }])
  await read.end()
})
