import type { Refusal } from '../rules/rule.js'

// Refusals that no rule about an assertion, a proof or a token request leads to; texts as in Okta's own exports (release 2026.08.1).

const inOktaShape = (status: number, code: string, text: string): Refusal => ({
  status,
  error: code,
  error_description: text,
  code,
})
const inOauthShape = (status: number, error: string, code: string, text: string): Refusal => ({
  status,
  error,
  error_description: text,
  code,
})

/** What a server says about everything else: limits, addresses, access tokens, and its own failures. */
export const oktaRefusals = {
  rateLimited: inOktaShape(429, 'E0000047', 'API call exceeded rate limit due to too many requests.'),
  notFound: inOktaShape(404, 'E0000007', 'Not found: Resource not found'),
  methodUnknown: inOktaShape(405, 'E0000022', 'The endpoint does not support the provided HTTP method'),
  mediaTypeUnknown: inOktaShape(
    400,
    'E0000021',
    'Bad request.  Accept and/or Content-Type headers likely do not match supported values.',
  ),
  badRequest: inOktaShape(400, 'E0000003', 'The request body was not well-formed.'),
  tokenInvalid: inOktaShape(401, 'E0000011', 'Invalid token provided'),
  roleMissing: inOktaShape(403, 'E0000006', 'You do not have permission to perform the requested action'),
  tokenInQuery: inOauthShape(
    400,
    'invalid_request',
    'access_token_in_query',
    'The access token cannot be presented in a query string.',
  ),
  scopeInsufficient: inOauthShape(
    403,
    'insufficient_scope',
    'insufficient_scope',
    'The access token provided does not contain the required scopes.',
  ),
  proofRequired: inOauthShape(
    400,
    'invalid_request',
    'dpop_proof_required_for_token',
    'The resource request requires a DPoP proof.',
  ),
  proofSchemeRequired: inOauthShape(
    400,
    'invalid_request',
    'dpop_authentication_scheme_required',
    'The resource request must use the DPoP authentication scheme when using a DPoP bound token.',
  ),
  tokenNotBound: inOauthShape(
    401,
    'invalid_token',
    'access_token_not_dpop_bound',
    'The presented access_token is not DPoP bound.',
  ),
  bodyTooLarge: inOauthShape(413, 'invalid_request', 'body_too_large', 'The request body is too large.'),
  requestInvalid: inOauthShape(400, 'invalid_request', 'invalid_request', 'Invalid request'),
  tokenMissing: inOauthShape(
    400,
    'invalid_request',
    'missing_token_request_parameter',
    "The required parameter 'token' is missing.",
  ),
  authorizationServerUnknown: inOauthShape(
    400,
    'invalid_request',
    'invalid_authorization_server',
    'The authorization server id is invalid.',
  ),
  networkForbidden: inOauthShape(
    403,
    'access_denied',
    'disallowed_network_zone',
    "The request is made from outside the client's permitted network zones.",
  ),
  unavailable: inOauthShape(
    503,
    'temporarily_unavailable',
    'temporarily_unavailable',
    'The authorization server is currently unable to handle the request due to a temporary overloading or maintenance of the server.',
  ),
  failed: inOauthShape(
    500,
    'server_error',
    'server_error',
    'The authorization server encountered an unexpected condition that prevented it from fulfilling the request.',
  ),
} as const satisfies Record<string, Refusal>
