import { accepted, type CaseOptions, type ConformanceCase, refused } from '../conformanceCase.js'

const basic = 'Basic cGtqd3Q6bm90LWEtc2VjcmV0'
const secret = 'not-a-secret'
const noAssertion = { client_assertion: null, client_assertion_type: null }
const samlType = 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer'

// WHATWG's reading of forms mends these, and no RFC forbids it.
const strictForm: CaseOptions = { adviceIn: ['rfc7523', 'fapi2'] }
const anyRefusal: CaseOptions = { otherErrors: ['invalid_request', 'invalid_client'] }

/** Cases about the HTTP request and its credentials. */
export const requestCases: readonly ConformanceCase[] = [
  refused('request-method', 'GET in place of POST', { method: 'GET' }, { statuses: [405, 404] }),
  refused('request-method', 'PUT in place of POST', { method: 'PUT' }, { statuses: [405, 404] }),
  refused(
    'request-media-type',
    'JSON in place of a form',
    { contentType: 'application/json', body: '{"grant_type":"client_credentials"}' },
    { statuses: [400, 415] },
  ),
  accepted('request-media-type', 'a charset behind the media type', {
    contentType: 'application/x-www-form-urlencoded; charset=UTF-8',
  }),
  refused(
    'request-encoding',
    'another charset than UTF-8',
    { contentType: 'application/x-www-form-urlencoded; charset=iso-8859-1' },
    strictForm,
  ),
  refused('request-encoding', 'a broken percent-escape', { formTail: '&extra=%zz' }, strictForm),
  refused('request-encoding', 'bytes that are no UTF-8', { formTail: '&extra=%ff' }, strictForm),
  refused('request-encoding', 'a NUL character', { formTail: '&extra=%00' }, strictForm),
  accepted('request-encoding', 'a parameter that nobody knows', { formTail: '&extra=%C3%BF' }),
  refused(
    'request-encoding',
    'a body of a megabyte',
    { formTail: `&extra=${'x'.repeat(1_048_576)}` },
    { adviceIn: ['rfc7523', 'fapi2'], statuses: [413], isOfHttp: true, mayCut: true, specification: 'RFC 9110 §15.5.14' },
  ),
  ...['grant_type=client_credentials', 'client_assertion=e30.e30.e30', `client_assertion_type=${samlType}`, 'scope=other'].map(
    (pair) => {
      const name = pair.slice(0, pair.indexOf('='))
      return refused('parameter-repeated', `${name} twice`, { formTail: `&${pair}` })
    },
  ),
  refused('parameter-in-query', 'scope in the query', { query: 'scope=okta.users.read' }, { adviceIn: ['rfc7523', 'fapi2'] }),
  refused('credentials-multiple', 'a secret beside the assertion', { form: { client_secret: secret } }),
  refused('credentials-multiple', 'an Authorization header beside the assertion', { authorization: basic }),
  refused(
    'credentials-multiple',
    'an unsigned assertion beside a secret',
    { header: { alg: 'none' }, tamper: withoutSignature, form: { client_secret: secret } },
    { ...anyRefusal, specification: 'RFC 6749 §2.3; CVE-2026-16093' },
  ),
  refused('credentials-missing', 'no credentials at all', { form: noAssertion }),
  refused('credentials-missing', 'only a client_id', { form: ({ clientId }) => ({ ...noAssertion, client_id: clientId }) }),
  refused('credentials-secret', 'a secret in place of the assertion', {
    form: ({ clientId }) => ({ ...noAssertion, client_id: clientId, client_secret: secret }),
  }),
  refused('assertion-type', 'no type', { form: { client_assertion_type: null } }, anyRefusal),
  refused('assertion-type', 'an empty type', { form: { client_assertion_type: '' } }, anyRefusal),
  refused('assertion-type', 'an unknown type', { form: { client_assertion_type: 'urn:example:other' } }, anyRefusal),
  refused('assertion-type', 'the type of a SAML assertion', { form: { client_assertion_type: samlType } }, anyRefusal),
  refused('assertion-empty', 'an empty assertion', { form: { client_assertion: '' } }, anyRefusal),
]

function withoutSignature(token: string): string {
  return token.slice(0, token.lastIndexOf('.') + 1)
}
