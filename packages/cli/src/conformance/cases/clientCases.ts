import { accepted, type ConformanceCase, refused } from '../conformanceCase.js'
import type { Facts } from '../subject.js'

const other = 'pkjwt-conformance-somebody-else'

/** Cases about who the assertion says that it is from. */
export const clientCases: readonly ConformanceCase[] = [
  refused('iss-missing', 'no "iss"', { claims: { iss: null } }),
  refused('iss-missing', 'an empty "iss"', { claims: { iss: '' } }),
  refused('iss-missing', 'an "iss" that is a number', { claims: { iss: 1 } }),
  refused('iss-unknown', 'a client that does not exist', { claims: { iss: other, sub: other } }),
  refused('iss-unknown', 'another "iss" than "sub"', { claims: { iss: other } }),
  refused(
    'iss-unknown',
    'the client id in other letter case',
    { claims: ({ clientId }) => ({ iss: otherCase(clientId), sub: otherCase(clientId) }) },
    { isPossible: ({ clientId }) => otherCase(clientId) !== clientId },
  ),
  refused('sub-missing', 'no "sub"', { claims: { sub: null } }),
  refused('sub-missing', 'an empty "sub"', { claims: { sub: '' } }),
  refused('sub-missing', 'a "sub" that is a number', { claims: { sub: 1 } }),
  refused('sub-mismatch', 'another "sub" than "iss"', { claims: { sub: other } }),
  refused(
    'client-id-mismatch',
    'another client_id than "sub"',
    { form: { client_id: other } },
    { otherErrors: ['invalid_request', 'invalid_client'] },
  ),
  accepted('client-id-mismatch', 'the same client_id as "sub"', { form: ({ clientId }: Facts) => ({ client_id: clientId }) }),
]

function otherCase(clientId: string): string {
  return clientId === clientId.toUpperCase() ? clientId.toLowerCase() : clientId.toUpperCase()
}
