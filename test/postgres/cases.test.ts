import { afterAll, beforeAll } from 'vitest'
import { testCasesAtEndpoint } from '../server/casesAtEndpoint.js'
import { startPostgres, type TestPostgres } from './startPostgres.js'

let postgres: TestPostgres
let databases = 0

beforeAll(async () => {
  postgres = await startPostgres()
})

afterAll(() => postgres.close())

testCasesAtEndpoint(async () => ({ store: await postgres.createDatabase(`cases_${++databases}`) }))
