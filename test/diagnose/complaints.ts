import { now } from '../rules/cases.js'

/** What a user had in hand, and what the thread about it ended with. */
export interface Complaint {
  /** Where the complaint stands. */
  readonly source: string
  readonly what: string
  /** How the assertion differs from a right one; absent when the user had none to show. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  /** Sent in the request; `{assertion}` stands for the token. */
  readonly request?: string
  /** What the user saw. */
  readonly response?: string
  /** Which keys the app has. */
  readonly keys?: 'one' | 'two'
  readonly signer?: 'stranger'
  readonly hasAssertion: boolean
  /** The first finding: its id, and words of its sentence or fix. */
  readonly cause: readonly [id: string, words: RegExp]
}

const answer = (error: string, error_description: string) => JSON.stringify({ error, error_description })
const oktaAnswer = (errorCode: string, errorSummary: string) =>
  JSON.stringify({ errorCode, errorSummary, errorLink: errorCode, errorId: 'oaeXyz', errorCauses: [] })
const invalidClient = (description: string) => answer('invalid_client', description)
const httpAnswer = (status: number, headers: readonly string[], body = '') =>
  [`HTTP/1.1 ${status} X`, ...headers, '', body].join('\r\n')
const date = (seconds: number) => `Date: ${new Date(seconds * 1000).toUTCString()}`

const org = 'https://example.okta.com'

export const complaints: readonly Complaint[] = [
  {
    source: 'okta-sdk-python#382',
    what: 'a lifetime of exactly one hour, and a clock one second fast',
    claims: { iat: now + 1, exp: now + 3601 },
    response: httpAnswer(
      401,
      [date(now)],
      invalidClient('The client_assertion token has an expiration too far into the future.'),
    ),
    hasAssertion: true,
    cause: ['exp-far', /1 hour 1 second ahead/],
  },
  {
    source: 'okta-sdk-golang#573',
    what: 'a lifetime of exactly one hour, judged a second later',
    claims: { iat: now, exp: now + 3600 },
    response: invalidClient('The client_assertion token has an expiration too far into the future.'),
    hasAssertion: true,
    cause: ['exp-near-limit', /a little fast/],
  },
  {
    source: 'okta-sdk-dotnet#600',
    what: 'a slash at the end of the domain',
    claims: { aud: `${org}//oauth2/v1/token` },
    response: invalidClient('The audience claim for client_assertion must be the endpoint invoked for the request.'),
    hasAssertion: true,
    cause: ['aud-mismatch', /double slash/],
  },
  {
    source: 'php-openid-client#25',
    what: 'the issuer as the audience',
    claims: { aud: org },
    response: invalidClient('The audience claim for client_assertion must be the endpoint invoked for the request.'),
    hasAssertion: true,
    cause: ['aud-mismatch', /is the issuer/],
  },
  {
    source: 'terminal-and-page: organisation against custom server',
    what: 'the custom server’s endpoint at the organisation server',
    claims: { aud: `${org}/oauth2/default/v1/token` },
    hasAssertion: true,
    cause: ['aud-mismatch', /custom server "default"/],
  },
  {
    source: 'okta-sdk-python#289',
    what: 'no kid, and two keys registered',
    header: { kid: null },
    keys: 'two',
    response: invalidClient('The client_assertion JWT kid is invalid.'),
    hasAssertion: true,
    cause: ['kid-missing', /"kid": "first"/],
  },
  {
    source: 'okta-sdk-java#504',
    what: 'no kid, two keys, and the older text about the signature',
    header: { kid: null },
    keys: 'two',
    response: invalidClient('The client_assertion signature is invalid.'),
    hasAssertion: true,
    cause: ['kid-missing', /no "kid"/],
  },
  {
    source: 'okta-sdk-nodejs#223',
    what: 'no kid, two keys, and an empty error text',
    header: { kid: null },
    keys: 'two',
    hasAssertion: true,
    cause: ['kid-missing', /nobody knows which one/],
  },
  {
    source: 'KB "Okta Client Assertion Error: Invalid Key ID"',
    what: 'only the answer about the kid',
    response: invalidClient('The client_assertion JWT kid is invalid.'),
    hasAssertion: false,
    cause: ['kid-missing', /second key was added/],
  },
  {
    source: 'KB "Invalid Client Assertion Signature"',
    what: 'another private key than the registered one',
    signer: 'stranger',
    response: invalidClient('The client_assertion signature is invalid.'),
    hasAssertion: true,
    cause: ['signature-mismatch', /another private key signed/],
  },
  {
    source: 'terraform-provider-okta#1035',
    what: 'the key was never registered',
    response: invalidClient('The client does not have a JWKSet configured, but the client_assertion requires one.'),
    hasAssertion: false,
    cause: ['keys-missing', /never saved with the app/],
  },
  {
    source: 'KB "Client Credentials requests … must use the private_key_jwt"',
    what: 'an app left at client secret',
    response: invalidClient(
      'Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.',
    ),
    hasAssertion: true,
    cause: ['client-method', /Public key \/ Private key/],
  },
  {
    source: 'okta-sdk-python oauth.py',
    what: 'the same assertion again after use_dpop_nonce',
    response: invalidClient('The client_assertion token has already been used.'),
    hasAssertion: true,
    cause: ['jti-used', /new one for every request|new assertion/],
  },
  {
    source: 'keycloak#8966, pick#475',
    what: 'a virtual machine whose clock is fast',
    claims: { iat: now + 95, exp: now + 395 },
    response: httpAnswer(401, [date(now)], invalidClient('The client_assertion token must be issued before the current time.')),
    hasAssertion: true,
    cause: ['iat-future', /1 minute 35 seconds ahead/],
  },
  {
    source: 'Okta’s guide, sample payload',
    what: 'a quoted exp',
    claims: { exp: '1614664267' },
    response: invalidClient("The client_assertion must contain the 'exp' claim as seconds since epoch."),
    hasAssertion: true,
    cause: ['exp-type', /quoted string/],
  },
  {
    source: 'Date.now() in JavaScript',
    what: 'milliseconds in exp',
    claims: { exp: (now + 300) * 1000 },
    hasAssertion: true,
    cause: ['exp-far', /milliseconds/],
  },
  {
    source: 'zitadel/oidc#635',
    what: 'an empty client_assertion_type',
    request: 'grant_type=client_credentials&scope=okta.users.read&client_assertion_type=&client_assertion={assertion}',
    response: answer('invalid_request', 'The client_assertion_type is invalid.'),
    hasAssertion: true,
    cause: ['assertion-type', /not the one for a JWT/],
  },
  {
    source: 'KB "Cannot request openid scopes"',
    what: 'openid among the scopes, in a curl command',
    request: `curl -X POST ${org}/oauth2/v1/token -d grant_type=client_credentials -d "scope=openid okta.users.read" -d client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer -d client_assertion={assertion}`,
    hasAssertion: true,
    cause: ['scope-openid', /signed-in user/],
  },
  {
    source: 'terminal-and-page: commas instead of spaces',
    what: 'scopes separated by commas',
    request:
      'grant_type=client_credentials&scope=okta.users.read,okta.groups.read&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion={assertion}',
    hasAssertion: true,
    cause: ['scope-form', /not with commas/],
  },
  {
    source: 'okta-sdk-golang#145',
    what: 'an API call refused with an empty body',
    response: httpAnswer(403, [
      'WWW-Authenticate: Bearer authorization_uri="http://example.okta.com/oauth2/v1/authorize", realm="http://example.okta.com", scope="okta.apps.read", error="insufficient_scope", error_description="The access token provided does not contain the required scopes.", resource="/api/v1/apps"',
    ]),
    hasAssertion: false,
    cause: ['answer-scope', /dropped without a word/],
  },
  {
    source: 'okta-sdk-nodejs#424, #223; peers.md 2.7',
    what: 'a token refusal hidden by the SDK',
    response: oktaAnswer('E0000011', 'Invalid token provided'),
    hasAssertion: false,
    cause: ['answer-token-invalid', /Bearer undefined/],
  },
  {
    source: 'terraform-provider-okta#1738',
    what: 'keys of an app with grants, changed by an app without the role',
    response: oktaAnswer('E0000006', 'You do not have permission to perform the requested action'),
    hasAssertion: false,
    cause: ['answer-role', /Super Admin/],
  },
  {
    source: 'terraform-provider-okta#1080',
    what: 'an endpoint that needs another scope',
    response: oktaAnswer('E0000005', 'Invalid session'),
    hasAssertion: false,
    cause: ['answer-session', /another scope/],
  },
  {
    source: 'okta-sdk-dotnet#697',
    what: 'an app with DPoP ticked, and no proof',
    response: answer('invalid_dpop_proof', 'The DPoP proof JWT header is missing.'),
    hasAssertion: false,
    cause: ['proof-missing', /./],
  },
  {
    source: 'okta-sdk-nodejs#453',
    what: 'a query string in htu',
    response: answer('invalid_dpop_proof', "'htu' claim in the DPoP proof JWT is invalid."),
    hasAssertion: false,
    cause: ['proof-htu', /query/],
  },
  {
    source: 'okta-sdk-dotnet#852',
    what: 'htm in lower case',
    response: answer('invalid_dpop_proof', "'htm' claim in the DPoP proof JWT is invalid."),
    hasAssertion: false,
    cause: ['proof-htm', /lower case/],
  },
  {
    source: 'okta-sdk-golang#554, terraform-provider-okta#2392',
    what: 'a retry with the same proof',
    response: answer('invalid_dpop_proof', 'The DPoP proof JWT has already been used.'),
    hasAssertion: false,
    cause: ['proof-used', /./],
  },
  {
    source: 'okta.md 6.1 and the form',
    what: 'JSON in place of a form',
    response: oktaAnswer('E0000021', 'Bad request.  Accept and/or Content-Type headers likely do not match supported values.'),
    hasAssertion: false,
    cause: ['request-media-type', /form/],
  },
  {
    source: 'okta-sdk-python#369',
    what: 'none of the scopes granted',
    response: answer('consent_required', 'You are not allowed any of the requested scopes.'),
    hasAssertion: true,
    cause: ['scope-not-granted', /Super Admin/],
  },
  {
    source: 'openid-client#300',
    what: 'a secret sent beside the assertion',
    request:
      'grant_type=client_credentials&scope=okta.users.read&client_secret=x&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion={assertion}',
    hasAssertion: true,
    cause: ['credentials-multiple', /twice/],
  },
]
