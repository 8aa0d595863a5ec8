import type { Refusal, ServerRuleId } from '../rules/rule.js'

// Status, error and text as Okta's own export of its OAuth errors has them (release 2026.08.1); the code is Okta's internal name.

const invalidClient = (code: string, text: string): Refusal => ({
  status: 401,
  error: 'invalid_client',
  error_description: text,
  code,
})
const badRequest = (error: string, code: string, text: string): Refusal => ({ status: 400, error, error_description: text, code })

const badProof = (code: string, text: string): Refusal => badRequest('invalid_dpop_proof', code, text)

const generic = 'Client authentication failed. Either the client or the client credentials are invalid.'

const invalidJwt = invalidClient('client_assertion_invalid_jwt', 'The parsing of the client_assertion failed.')
const invalidKid = invalidClient('client_assertion_invalid_kid', 'The client_assertion JWT kid is invalid.')
const invalidIssuer = invalidClient(
  'client_assertion_invalid_issuer',
  'The issuer claim for client_assertion is not a valid client_id.',
)
const invalidSubject = invalidClient(
  'client_assertion_invalid_subject',
  'The subject claim for client_assertion is not a valid client_id.',
)
const invalidSignature = invalidClient('client_assertion_invalid_signature', 'The client_assertion signature is invalid.')
const expired = invalidClient('client_assertion_expired_token', 'The client_assertion token is expired.')
const invalidAlgorithm = invalidClient(
  'client_assertion_invalid_signature_algorithm',
  'The client_assertion JWT signature algorithm is invalid.',
)
const invalidAudience = invalidClient(
  'client_assertion_invalid_audience',
  'The audience claim for client_assertion must be the endpoint invoked for the request.',
)
const expirationRequired = invalidClient(
  'client_assertion_expiration_required',
  "The client_assertion must contain the 'exp' claim as seconds since epoch.",
)
const tooFar = invalidClient(
  'client_assertion_expires_too_far_in_future',
  'The client_assertion token has an expiration too far into the future.',
)
const issuedInFuture = invalidClient(
  'client_assertion_issued_at_in_future',
  'The client_assertion token must be issued before the current time.',
)
const methodRequired = invalidClient(
  'unsupported_auth_method_client_creds',
  'Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.',
)
const notGranted = badRequest('consent_required', 'no_org_scopes_granted', 'You are not allowed any of the requested scopes.')

/** The answer to credentials that are wrong in a way the server does not tell. */
export const genericRefusal: Refusal = invalidClient('invalid_client', generic)

/** What Okta answers when a rule is broken. A rule without a text does not compile. */
export const oktaTexts: Readonly<Record<ServerRuleId, Refusal>> = {
  'request-method': {
    status: 405,
    error: 'E0000022',
    error_description: 'The endpoint does not support the provided HTTP method',
    code: 'E0000022',
  },
  'request-media-type': badRequest(
    'E0000021',
    'E0000021',
    'Bad request.  Accept and/or Content-Type headers likely do not match supported values.',
  ),
  'request-encoding': badRequest('invalid_request', 'invalid_request', 'Invalid request'),
  'parameter-repeated': badRequest(
    'invalid_request',
    'duplicate_oauth_params',
    'The request contained multiple parameters with the same name.',
  ),
  'parameter-in-query': badRequest(
    'invalid_request',
    'client_credentials_in_query',
    'Client credentials cannot be supplied via query parameters.',
  ),
  'credentials-multiple': {
    status: 401,
    error: 'invalid_request',
    error_description:
      'Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header, credentials in the post body, or a client_assertion in the post body.',
    code: 'multiple_client_credentials',
  },
  'credentials-missing': invalidClient('missing_client_credentials', 'No client credentials found.'),
  'credentials-secret': methodRequired,
  'assertion-type': badRequest('invalid_request', 'client_assertion_type_invalid', 'The client_assertion_type is invalid.'),
  'assertion-empty': badRequest(
    'invalid_request',
    'missing_token_request_parameter',
    "The required parameter 'client_assertion' is missing.",
  ),
  'token-size': invalidJwt,
  'token-form': invalidJwt,
  'token-encoding': invalidJwt,
  'token-json': invalidJwt,
  'header-extension': invalidJwt,
  'header-alg': invalidAlgorithm,
  'header-typ': invalidJwt,
  'header-kid': invalidKid,
  'header-key': invalidSignature,
  'iss-missing': invalidIssuer,
  'iss-unknown': invalidIssuer,
  'sub-missing': invalidSubject,
  'sub-mismatch': invalidSubject,
  'client-id-mismatch': invalidClient('invalid_client_id', "Invalid value for 'client_id' parameter."),
  'client-id-missing': badRequest(
    'invalid_request',
    'missing_token_request_parameter',
    "The required parameter 'client_id' is missing.",
  ),
  'client-inactive': genericRefusal,
  'client-type': invalidClient(
    'invalid_application_type_client_credentials',
    "Only clients with 'application_type' of 'service' may use the client_credentials 'grant_type' with the Org Authorization Server.",
  ),
  'client-method': methodRequired,
  'alg-profile': invalidAlgorithm,
  'header-missing': invalidJwt,
  'aud-missing': invalidAudience,
  'aud-list': invalidAudience,
  'aud-mismatch': invalidAudience,
  'exp-missing': expirationRequired,
  'exp-type': expirationRequired,
  'exp-past': expired,
  'exp-far': tooFar,
  'exp-near-limit': tooFar,
  'iat-type': issuedInFuture,
  'iat-future': issuedInFuture,
  'iat-after-exp': issuedInFuture,
  'iat-past': expired,
  'nbf-type': issuedInFuture,
  'nbf-future': issuedInFuture,
  'jti-missing': genericRefusal,
  'jti-type': invalidJwt,
  'jti-size': invalidJwt,
  'keys-missing': invalidClient(
    'client_assertion_jwks_not_configured',
    'The client does not have a JWKSet configured, but the client_assertion requires one.',
  ),
  'keys-unavailable': invalidClient('jwks_uri_error', 'Error retrieving the client JWKSet from jwks_uri.'),
  'keys-empty': invalidClient('jwks_uri_no_key', 'The client JWKSet from jwks_uri must contain at least one key.'),
  'keys-ambiguous': invalidClient(
    'jwks_uri_ambiguous_keys',
    'All keys in the client JWKSet from jwks_uri must have a unique kid.',
  ),
  'kid-missing': invalidKid,
  'kid-absent': invalidKid,
  'kid-unknown': invalidKid,
  'key-inactive': invalidKid,
  'key-use': invalidClient(
    'client_assertion_invalid_key_use',
    "The public key being used for client assertion has an invalid 'use' parameter. Valid values for the 'use' parameter are sig.",
  ),
  'key-ops': invalidClient(
    'client_assertion_not_signed_with_signing_key',
    'The client_assertion JWT needs to be signed using a signing key.',
  ),
  'key-alg': invalidAlgorithm,
  'signature-missing': invalidSignature,
  'signature-der': invalidSignature,
  'signature-hmac': invalidSignature,
  'signature-mismatch': invalidSignature,
  'jti-used': invalidClient('client_assertion_already_used', 'The client_assertion token has already been used.'),
  'exp-forgotten': expired,
  'grant-type-missing': badRequest(
    'invalid_request',
    'token_request_missing_grant_type',
    "The token request must specify a 'grant_type'. Valid values: [client_credentials]",
  ),
  'grant-type-unsupported': badRequest(
    'unsupported_grant_type',
    'unsupported_grant_type',
    'The authorization grant type is not supported by the authorization server. Configured grant types: [client_credentials].',
  ),
  'grant-type-unauthorized': badRequest(
    'unauthorized_client',
    'unauthorized_client',
    'The client is not authorized to use the provided grant type. Configured grant types: [client_credentials].',
  ),
  'scope-missing': badRequest('invalid_scope', 'missing_scopes', 'No scopes were requested.'),
  'scope-default-missing': badRequest(
    'invalid_scope',
    'no_default_scopes',
    "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
  ),
  'scope-form': badRequest(
    'invalid_scope',
    'invalid_scope',
    'The requested scope is invalid, unknown, malformed, or exceeds the scope granted by the resource owner.',
  ),
  'scope-openid': badRequest(
    'invalid_scope',
    'openid_not_allowed_client_creds',
    "Cannot request 'openid' scopes using client credentials.",
  ),
  'scope-self': badRequest(
    'client_credentials_self_scope_requested',
    'client_credentials_self_scope_requested',
    "The 'client_credentials' grant type may not request .self scopes.",
  ),
  'scope-not-default': badRequest(
    'invalid_scope',
    'invalid_scope',
    'The requested scope is invalid, unknown, malformed, or exceeds the scope granted by the resource owner.',
  ),
  'scope-unknown': badRequest(
    'invalid_scope',
    'no_matching_scope',
    'One or more scopes are not configured for the authorization server resource.',
  ),
  'scope-not-granted': notGranted,
  'scope-narrowed': notGranted,
  'proof-missing': badProof('invalid_dpop_proof_missing_header', 'The DPoP proof JWT header is missing.'),
  'proof-several': badProof(
    'invalid_dpop_proof_multiple_headers_not_allowed',
    'Multiple DPoP proof JWT headers are not allowed.',
  ),
  'proof-form': badProof('invalid_dpop_proof_invalid_jwt', 'The DPoP proof JWT cannot be parsed.'),
  'proof-typ': badProof('invalid_dpop_proof_invalid_type', "'typ' must be 'dpop+jwt' in the DPoP proof JWT."),
  'proof-alg': badProof('invalid_dpop_proof_invalid_signature_algorithm', 'The DPoP proof JWT signature algorithm is invalid.'),
  'proof-extension': badProof('invalid_dpop_proof', 'The DPoP proof JWT is invalid.'),
  'proof-key': badProof('invalid_dpop_proof', 'The DPoP proof JWT is invalid.'),
  'proof-signature': badProof('invalid_dpop_proof_invalid_signature', 'The DPoP proof JWT signature is invalid.'),
  'proof-htm': badProof('invalid_dpop_proof_invalid_htm', "'htm' claim in the DPoP proof JWT is invalid."),
  'proof-htu': badProof('invalid_dpop_proof_invalid_htu', "'htu' claim in the DPoP proof JWT is invalid."),
  'proof-iat': badProof('invalid_dpop_proof_invalid_iat', "'iat' claim in the DPoP proof JWT is invalid."),
  'proof-iat-future': badProof('invalid_dpop_proof_jwt_issued_in_future', 'The DPoP proof JWT is issued in the future.'),
  'proof-iat-past': badProof(
    'invalid_dpop_proof_jwt_too_old',
    'The DPoP proof JWT is issued more than five minutes in the past.',
  ),
  'proof-exp': badProof('invalid_dpop_proof_jwt_expired', 'The DPoP proof JWT is expired.'),
  'proof-jti': badProof('invalid_dpop_proof_invalid_jti', "'jti' claim in the DPoP proof JWT is invalid."),
  'proof-ath': badProof('dpop_proof_invalid_ath', "'ath' claim in the DPoP proof does not match the presented access_token."),
  'proof-binding': badProof('invalid_access_token_dpop_binding', 'The access_token is not bound to the provided DPoP proof.'),
  'proof-nonce': badRequest('use_dpop_nonce', 'use_dpop_nonce', 'Authorization server requires nonce in DPoP proof.'),
  'proof-used': badProof('dpop_proof_already_used', 'The DPoP proof JWT has already been used.'),
}
