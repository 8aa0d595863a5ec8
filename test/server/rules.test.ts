import { testRulesAtEndpoint } from './rulesAtEndpoint.js'

testRulesAtEndpoint()
