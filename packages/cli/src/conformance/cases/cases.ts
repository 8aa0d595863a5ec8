import type { ConformanceCase } from '../conformanceCase.js'
import { claimsCases } from './claimsCases.js'
import { clientCases } from './clientCases.js'
import { keyCases } from './keyCases.js'
import { requestCases } from './requestCases.js'
import { shapeCases } from './shapeCases.js'
import { timeCases } from './timeCases.js'
import { useCases } from './useCases.js'

/** Every case that one registered client can drive with one request, in the order of the rulebook's stages. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...requestCases,
  ...shapeCases,
  ...clientCases,
  ...claimsCases,
  ...timeCases,
  ...keyCases,
  ...useCases,
]
