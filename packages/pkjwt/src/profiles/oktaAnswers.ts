/** What an answer means that no rule about the assertion leads to: most come from the API, after the token was bought. */
export interface AnswerMeaning {
  readonly error: string
  /** Words of the description that tell it from others with the same `error`. */
  readonly words?: RegExp
  readonly message: string
  readonly fix: string
}

/** Read from top to bottom; the first that fits counts. */
const meanings: readonly AnswerMeaning[] = [
  {
    error: 'E0000011',
    message:
      'The API does not know the access token: it is expired, revoked, of another organisation, or no token at all ("Bearer undefined")',
    fix: 'Look at the answer of the token endpoint first: some SDKs hide a refusal there and send its body as the token',
  },
  {
    error: 'E0000006',
    message:
      'The app lacks an admin role for this call; for changes to keys and settings of an app with grants it takes a Super Admin',
    fix: 'Assign a role to the app on its tab "Admin roles", or let a Super Admin do it',
  },
  {
    error: 'E0000005',
    message: 'This API endpoint does not take the token: it needs another scope, or no OAuth token at all',
    fix: 'Look up the scope that the endpoint needs and let a Super Admin grant it',
  },
  {
    error: 'E0000007',
    message: 'The resource does not exist, or the role of the app does not let it see it',
    fix: 'Check the id in the URL and the resources of the role',
  },
  {
    error: 'E0000047',
    message: 'The rate limit is reached: nothing is wrong with the credentials',
    fix: 'Wait until the time in X-Rate-Limit-Reset, keep the token for its whole life, and sign a new assertion when trying again',
  },
  {
    error: 'insufficient_scope',
    message:
      'The access token does not hold the scope that the call needs: scopes that were not granted are dropped without a word',
    fix: 'Let a Super Admin grant the scope, ask for it, and buy a new token',
  },
  {
    error: 'use_dpop_nonce',
    message: 'The server wants its nonce in the DPoP proof: the first answer is always this one',
    fix: 'Repeat with the nonce of the header DPoP-Nonce, a new proof and a new assertion (its "jti" is used up)',
  },
  {
    error: 'invalid_dpop_proof',
    words: /missing/i,
    message: 'The app requires DPoP and the request brings no proof: new API service apps have the box ticked',
    fix: 'Send a DPoP proof (--dpop), or take the tick away from "Require Demonstrating Proof of Possession" in the app',
  },
  {
    error: 'invalid_dpop_proof',
    words: /htu/i,
    message: 'The URL in the DPoP proof is not the one that was called, without its query',
    fix: 'Set "htu" to the URL without query and fragment',
  },
  {
    error: 'invalid_dpop_proof',
    words: /htm/i,
    message: 'The method in the DPoP proof is not the one that was used; upper case counts',
    fix: 'Set "htm" to the method in upper case, POST at the token endpoint',
  },
  {
    error: 'invalid_dpop_proof',
    words: /already been used/i,
    message: 'The DPoP proof was used before: a retry must bring a new one',
    fix: 'Make a new proof for every request, also when trying again after 429',
  },
  {
    error: 'invalid_dpop_proof',
    message: 'The DPoP proof is not accepted',
    fix: 'Compare its typ, alg, jwk, htm, htu, iat and jti with RFC 9449 §4.3',
  },
  {
    error: 'invalid_token',
    message: 'The access token is not accepted: expired, revoked, or meant for another server',
    fix: 'Buy a new token at the server that the API trusts',
  },
  {
    error: 'access_denied',
    words: /policy/i,
    message: 'No policy of the custom authorization server lets this app have a token with the client_credentials grant',
    fix: 'Add an access policy and a rule for this app, grant type and scopes',
  },
  {
    error: 'access_denied',
    words: /network/i,
    message: 'The request came from an address outside the network zones of the app',
    fix: 'Call from a permitted zone, or change the zones of the app',
  },
  {
    error: 'unauthorized_client',
    words: /custom authorization server/i,
    message: 'The app may use the organisation server only',
    fix: 'Call /oauth2/v1/token of the organisation, without the id of a custom server',
  },
  {
    error: 'invalid_scope',
    words: /default scopes/i,
    message: 'The custom authorization server has no default scopes, and none was asked for',
    fix: 'Send the parameter "scope"',
  },
  {
    error: 'invalid_scope',
    words: /custom scopes/i,
    message: 'A scope that is not Okta’s was asked for at the organisation server',
    fix: 'Ask for it at the custom authorization server that defines it',
  },
  {
    error: 'temporarily_unavailable',
    message: 'The server cannot answer now: nothing is known to be wrong with the request',
    fix: 'Try again in a while, with a new assertion',
  },
  {
    error: 'server_error',
    message: 'The server failed: nothing is known to be wrong with the request',
    fix: 'Try again in a while, with a new assertion',
  },
]

/** What an answer means, when no rule about the assertion leads to it. */
export function findAnswerMeaning(error: string, errorDescription: string | undefined): AnswerMeaning | undefined {
  return meanings.find(
    (meaning) => meaning.error === error && (meaning.words === undefined || meaning.words.test(errorDescription ?? '')),
  )
}
