import { isAlgorithm } from '../keys/algorithms.js'
import type { Rule } from './rule.js'
import type { ClaimsFacts } from './time.js'

export const algProfile: Rule<ClaimsFacts> = {
  id: 'alg-profile',
  stage: 'claims',
  specification: 'RFC 8725 §3.1; Okta: RS and ES, 256 to 512; FAPI 2.0 §5.4.1',
  check({ header: { alg }, limits: { algorithms } }) {
    if (!isAlgorithm(alg) || algorithms.includes(alg)) return undefined
    return {
      member: 'alg',
      found: alg,
      expected: algorithms.join(', '),
      message: `The server does not take ${alg}`,
      fix: `Sign with ${algorithms.join(', ')}`,
    }
  },
}
