import { testRoleMatrix } from './roleMatrix.js'

testRoleMatrix()
