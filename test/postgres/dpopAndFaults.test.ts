import { afterAll, beforeAll, describe } from 'vitest'
import { testFaults } from '../../packages/server/src/faults.testing.js'
import { testDpop } from '../server/dpopAtEndpoint.js'
import { startPostgres, type TestPostgres } from './startPostgres.js'

let postgres: TestPostgres
let databases = 0

beforeAll(async () => {
  postgres = await startPostgres()
})

afterAll(() => postgres.close())

const settle = async () => ({ store: await postgres.createDatabase(`database_${++databases}`) })

testDpop(settle)
describe('faults', () => testFaults(settle))
