import { type CaseOptions, type ConformanceCase, refused } from '../conformanceCase.js'

const onlyOkta: CaseOptions = { profiles: ['okta'] }
const goodPractice: CaseOptions = { adviceIn: ['rfc7523', 'fapi2'] }
const anyGrantRefusal: CaseOptions = { otherErrors: ['unauthorized_client', 'unsupported_grant_type', 'invalid_request'] }

/** Cases about what is asked for: the grant type and the scopes. */
export const useCases: readonly ConformanceCase[] = [
  refused('grant-type-missing', 'no grant type', { form: { grant_type: null } }),
  refused('grant-type-unsupported', 'a grant type that does not exist', { form: { grant_type: 'client_credential' } }),
  refused('grant-type-unsupported', 'a grant type in other letter case', { form: { grant_type: 'CLIENT_CREDENTIALS' } }),
  refused('grant-type-unauthorized', 'a grant type for users', { form: { grant_type: 'authorization_code' } }, anyGrantRefusal),
  refused('scope-missing', 'no scope', { form: { scope: null } }, onlyOkta),
  refused('scope-missing', 'an empty scope', { form: { scope: '' } }, onlyOkta),
  refused('scope-form', 'a quotation mark', { form: ({ scope }) => ({ scope: `"${scope}"` }) }),
  refused('scope-form', 'a comma between scopes', { form: ({ scope }) => ({ scope: `${scope},${scope}` }) }, onlyOkta),
  refused('scope-form', 'two spaces between scopes', { form: ({ scope }) => ({ scope: `${scope}  ${scope}` }) }, goodPractice),
  refused(
    'scope-form',
    '1025 characters',
    { form: ({ scope }) => ({ scope: `${scope} ${'x'.repeat(1024)}`.slice(0, 1025) }) },
    onlyOkta,
  ),
  refused('scope-openid', 'openid', { form: ({ scope }) => ({ scope: `openid ${scope}` }) }, onlyOkta),
  refused('scope-self', 'a .self scope', { form: { scope: 'okta.users.read.self' } }, onlyOkta),
  refused('scope-unknown', 'a scope that does not exist', { form: { scope: 'pkjwt.conformance.unknown' } }, goodPractice),
  refused(
    'scope-not-granted',
    'a scope that is not granted',
    { form: ({ notGranted }) => ({ scope: notGranted }) },
    {
      isPossible: ({ notGranted }) => notGranted !== undefined,
      otherErrors: ['invalid_scope', 'access_denied', 'unauthorized_client'],
    },
  ),
]
