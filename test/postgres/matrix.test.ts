import { afterAll, beforeAll } from 'vitest'
import { testRoleMatrix } from '../admin/roleMatrix.js'
import { startPostgres, type TestPostgres } from './startPostgres.js'

let postgres: TestPostgres

beforeAll(async () => {
  postgres = await startPostgres()
})

afterAll(() => postgres.close())

testRoleMatrix(async () => ({ store: postgres.url }))
