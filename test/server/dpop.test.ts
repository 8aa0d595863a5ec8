import { testDpop } from './dpopAtEndpoint.js'

testDpop()
