import { testCasesAtEndpoint } from './casesAtEndpoint.js'

testCasesAtEndpoint()
