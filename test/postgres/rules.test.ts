import { afterAll, beforeAll } from 'vitest'
import { testRulesAtEndpoint } from '../server/rulesAtEndpoint.js'
import { startPostgres, type TestPostgres } from './startPostgres.js'

let postgres: TestPostgres

beforeAll(async () => {
  postgres = await startPostgres()
})

afterAll(() => postgres.close())

testRulesAtEndpoint(async () => ({ store: postgres.url }))
