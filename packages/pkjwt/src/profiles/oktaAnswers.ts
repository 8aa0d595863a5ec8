/** What an answer means that no rule about the assertion leads to: most come from the API, after the token was bought. */
export interface AnswerMeaning {
  /** Its chapter in `docs/rules.md`. */
  readonly id: `answer-${string}`
  readonly error: string
  /** Words of the description that tell it from others with the same `error`. */
  readonly words?: RegExp
  readonly message: string
  readonly fix: string
}

/** Read from top to bottom; the first that fits counts. */
export const answerMeanings: readonly AnswerMeaning[] = [
  {
    id: 'answer-token-invalid',
    error: 'E0000011',
    message:
      'The API does not know the access token: it is expired, revoked, of another organisation, or no token at all ("Bearer undefined")',
    fix: 'Look at the answer of the token endpoint first: some SDKs hide a refusal there and send its body as the token',
  },
  {
    id: 'answer-role',
    error: 'E0000006',
    message:
      'The app lacks an admin role for this call; for changes to keys and settings of an app with grants it takes a Super Admin',
    fix: 'Assign a role to the app on its tab "Admin roles", or let a Super Admin do it',
  },
  {
    id: 'answer-session',
    error: 'E0000005',
    message: 'This API endpoint does not take the token: it needs another scope, or no OAuth token at all',
    fix: 'Look up the scope that the endpoint needs and let a Super Admin grant it',
  },
  {
    id: 'answer-not-found',
    error: 'E0000007',
    message: 'The resource does not exist, or the role of the app does not let it see it',
    fix: 'Check the id in the URL and the resources of the role',
  },
  {
    id: 'answer-rate-limit',
    error: 'E0000047',
    message: 'The rate limit is reached: nothing is wrong with the credentials',
    fix: 'Wait until the time in X-Rate-Limit-Reset, keep the token for its whole life, and sign a new assertion when trying again',
  },
  {
    id: 'answer-scope',
    error: 'insufficient_scope',
    message:
      'The access token does not hold the scope that the call needs: scopes that were not granted are dropped without a word',
    fix: 'Let a Super Admin grant the scope, ask for it, and buy a new token',
  },
  {
    id: 'answer-token-refused',
    error: 'invalid_token',
    message: 'The access token is not accepted: expired, revoked, or meant for another server',
    fix: 'Buy a new token at the server that the API trusts',
  },
  {
    id: 'answer-policy',
    error: 'access_denied',
    words: /policy/i,
    message: 'No policy of the custom authorization server lets this app have a token with the client_credentials grant',
    fix: 'Add an access policy and a rule for this app, grant type and scopes',
  },
  {
    id: 'answer-network',
    error: 'access_denied',
    words: /network/i,
    message: 'The request came from an address outside the network zones of the app',
    fix: 'Call from a permitted zone, or change the zones of the app',
  },
  {
    id: 'answer-org-only',
    error: 'unauthorized_client',
    words: /custom authorization server/i,
    message: 'The app may use the organisation server only',
    fix: 'Call /oauth2/v1/token of the organisation, without the id of a custom server',
  },
  {
    id: 'answer-default-scopes',
    error: 'invalid_scope',
    words: /default scopes/i,
    message: 'The custom authorization server has no default scopes, and none was asked for',
    fix: 'Send the parameter "scope"',
  },
  {
    id: 'answer-custom-scope',
    error: 'invalid_scope',
    words: /custom scopes/i,
    message: 'A scope that is not Okta’s was asked for at the organisation server',
    fix: 'Ask for it at the custom authorization server that defines it',
  },
  {
    id: 'answer-unavailable',
    error: 'temporarily_unavailable',
    message: 'The server cannot answer now: nothing is known to be wrong with the request',
    fix: 'Try again in a while, with a new assertion',
  },
  {
    id: 'answer-server-failed',
    error: 'server_error',
    message: 'The server failed: nothing is known to be wrong with the request',
    fix: 'Try again in a while, with a new assertion',
  },
]

/**
 * What an answer means, when no rule about the assertion leads to it.
 *
 * @example
 * assert.equal(findAnswerMeaning('E0000047', undefined)?.id, 'answer-rate-limit')
 */
export function findAnswerMeaning(error: string, errorDescription: string | undefined): AnswerMeaning | undefined {
  return answerMeanings.find(
    (meaning) => meaning.error === error && (meaning.words === undefined || meaning.words.test(errorDescription ?? '')),
  )
}
