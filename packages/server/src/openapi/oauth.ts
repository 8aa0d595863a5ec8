import { oktaRefusals } from 'pkjwt/profiles'
import type { Body, Operation, Operations } from './operation.js'
import { clientRefusals, useRefusals } from './refusals.js'
import { object, ref, type Schema, text } from './schema.js'

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** The form members with which a client proves who it is: `private_key_jwt`. */
const clientMembers = {
  client_assertion_type: { const: assertionType, description: 'The kind of proof (RFC 7523 §2.2).' },
  client_assertion: text(
    'A JWT that the client signed: `iss` and `sub` are the client id, `aud` is the URL of this endpoint, `exp` is at most an hour ahead. With a `jti` it works once.',
  ),
  client_id: text('May be left out; has to be the `sub` of the assertion.'),
}

const assertionExample = 'eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiIwb2ExYWJjZEVGR0hpamtsMjM0NSJ9.c2lnbmF0dXJl'

function form(members: Readonly<Record<string, Schema>>, example: Schema, optional: readonly string[] = []): Body {
  return {
    mediaType: 'application/x-www-form-urlencoded',
    // RFC 6749 §3.1: parameters that are unknown are ignored.
    schema: object({ ...members, ...clientMembers }, { optional: ['client_id', ...optional], isOpen: true }),
    example: { ...example, client_assertion_type: assertionType, client_assertion: assertionExample },
  }
}

const tokenMembers = {
  token: text('The access token in question.'),
  token_type_hint: text('Not needed: there are only access tokens.'),
}

const token: Operation = {
  id: 'requestToken',
  tag: 'Tokens',
  summary: 'Gives an access token for a signed assertion',
  description:
    'RFC 6749 §4.4 with the client authentication of RFC 7523. Scopes that the app was not granted are left out silently, as long as one is left. An app that uses DPoP (RFC 9449) sends a proof in the header `DPoP`, and a second one with the nonce that the first answer brings.',
  caller: 'client',
  takesProof: true,
  body: form(
    {
      grant_type: { const: 'client_credentials', description: 'The only grant that there is.' },
      scope: text('The scopes that are wanted, with a space between. A custom server has scopes that stand for none.'),
    },
    { grant_type: 'client_credentials', scope: 'okta.users.read' },
    ['scope'],
  ),
  success: {
    status: 200,
    description: 'The token.',
    mediaType: 'application/json',
    schema: ref('Token'),
    headers: ['dpop-nonce'],
  },
  refusals: [...clientRefusals, ...useRefusals],
}

const introspect: Operation = {
  id: 'introspectToken',
  tag: 'Tokens',
  summary: 'Says what is known of an access token',
  description: 'RFC 7662. A token of another server, or one that is good no more, is `{"active":false}` and nothing else.',
  caller: 'client',
  body: form(tokenMembers, { token: assertionExample }, ['token_type_hint']),
  success: { status: 200, description: 'What is known.', mediaType: 'application/json', schema: ref('Introspection') },
  refusals: [...clientRefusals, oktaRefusals.tokenMissing],
}

const revoke: Operation = {
  id: 'revokeToken',
  tag: 'Tokens',
  summary: 'Ends an access token of the client that asks',
  description: 'RFC 7009. The answer is the same for a token that is good no more, or is of somebody else.',
  caller: 'client',
  body: form(tokenMembers, { token: assertionExample }, ['token_type_hint']),
  success: { status: 200, description: 'The token is good no more, if it was a token of this client. The body is empty.' },
  refusals: [...clientRefusals, oktaRefusals.tokenMissing],
}

const keys: Operation = {
  id: 'listPublicKeys',
  tag: 'Discovery',
  summary: 'The keys that verify access tokens of this server',
  description: 'May be kept for a minute: a key is published for longer than that before it signs.',
  success: {
    status: 200,
    description: 'The keys.',
    mediaType: 'application/json',
    schema: ref('PublicKeys'),
    headers: ['access-control-allow-origin'],
  },
}

const metadata: Operation = {
  id: 'readMetadata',
  tag: 'Discovery',
  summary: 'Where the endpoints are, and what they can do',
  description: 'RFC 8414 §2.',
  success: {
    status: 200,
    description: 'The metadata.',
    mediaType: 'application/json',
    schema: ref('Metadata'),
    headers: ['access-control-allow-origin'],
  },
}

const wellKnown = '.well-known'

/** Tokens and discovery, of the organisation's server and of each custom one. */
export const oauthOperations: Operations = {
  'POST /oauth2/v1/token': token,
  'POST /oauth2/:serverId/v1/token': ofServer(token),
  'POST /oauth2/v1/introspect': introspect,
  'POST /oauth2/:serverId/v1/introspect': ofServer(introspect),
  'POST /oauth2/v1/revoke': revoke,
  'POST /oauth2/:serverId/v1/revoke': ofServer(revoke),
  'GET /oauth2/v1/keys': keys,
  'GET /oauth2/:serverId/v1/keys': ofServer(keys),
  [`GET /${wellKnown}/oauth-authorization-server`]: metadata,
  [`GET /${wellKnown}/oauth-authorization-server/oauth2/:serverId`]: ofServer(metadata),
  [`GET /oauth2/:serverId/${wellKnown}/oauth-authorization-server`]: ofServer(metadata, 'AsOktaDoes'),
  [`GET /${wellKnown}/openid-configuration`]: { ...metadata, id: 'readOpenidConfiguration' },
  [`GET /oauth2/:serverId/${wellKnown}/openid-configuration`]: ofServer({ ...metadata, id: 'readOpenidConfiguration' }),
}

/** The same operation of a custom authorization server. */
function ofServer(operation: Operation, ending = ''): Operation {
  return {
    ...operation,
    id: `${operation.id}OfServer${ending}`,
    summary: `${operation.summary}, at a custom authorization server`,
    refusals: [...(operation.refusals ?? []), oktaRefusals.authorizationServerUnknown],
  }
}
