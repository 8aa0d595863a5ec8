import { adminRoles } from '../admin/permissions.js'
import { anyObject, list, nullable, object, ref, type Schema, text, time } from './schema.js'

const seconds = (description: string): Schema => ({ type: 'integer', description: `${description}, in seconds since 1970.` })
const flag = (description: string): Schema => ({ type: 'boolean', description })
const names = (description: string): Schema => list({ type: 'string' }, description)
const url = (description: string): Schema => text(description, { format: 'uri' })

/** The public members of a key, which are the same wherever a key stands. */
const keyMembers = {
  kty: text('The type of the key.', { enum: ['RSA', 'EC', 'OKP'] }),
  n: text('The modulus of an RSA key.'),
  e: text('The exponent of an RSA key.'),
  crv: text('The curve of an EC or OKP key.'),
  x: text('The first coordinate of an EC key, or the OKP key itself.'),
  y: text('The second coordinate of an EC key.'),
  alg: text('The algorithm that the key declares.'),
  key_ops: names('What the key declares to be for.'),
}
const keyMembersOptional = ['n', 'e', 'crv', 'x', 'y', 'alg', 'key_ops']

/** A key as the management API shows it, in an app and by itself. */
const registeredKey = {
  ...keyMembers,
  id: text('The id of the key in this API.'),
  kid: nullable(text('What the header of an assertion names the key by.')),
  use: nullable(text('`sig` or `enc`; null counts as `sig`.')),
  status: text('Whether assertions may be signed with it.', { enum: ['ACTIVE', 'INACTIVE'] }),
  created: time('When it was registered.'),
  lastUpdated: time('When it was last changed.'),
  lastUsed: nullable(time('When an assertion was last accepted with it. Okta does not have this member.')),
}

/** The members of an app that both APIs call the same. */
const client = {
  client_uri: nullable(url('The home page of the app.')),
  logo_uri: nullable(url('Its logo.')),
  tos_uri: url('Its terms.'),
  policy_uri: url('Its privacy policy.'),
  initiate_login_uri: url('Kept, and used by nobody here.'),
  redirect_uris: names('Kept, and used by nobody here.'),
  post_logout_redirect_uris: names('Kept, and used by nobody here.'),
  response_types: names('`token`.'),
  grant_types: names('What the app may ask with.'),
  application_type: { const: 'service', description: 'Other apps are not kept here.' },
  dpop_bound_access_tokens: flag('Whether its access tokens are bound to a key with DPoP (RFC 9449).'),
  jwks: object({ keys: list(ref('RegisteredKey')) }, { description: 'Its keys, when they are stored here.' }),
  jwks_uri: url('Where it publishes its keys, in place of `jwks`.'),
}
const clientOptional = ['tos_uri', 'policy_uri', 'initiate_login_uri', 'post_logout_redirect_uris', 'jwks', 'jwks_uri']

const link = object(
  { href: url('Where it is.'), hints: object({ allow: names('The methods to use.') }) },
  { optional: ['hints'] },
)

const oauthError = object(
  {
    error: text('The code of RFC 6749 §5.2, or of Okta.'),
    error_description: text('What is wrong, in a sentence.'),
  },
  { description: 'A refusal of an OAuth endpoint (RFC 6749 §5.2).' },
)

const oktaError = object(
  {
    errorCode: text("Okta's code.", { pattern: '^E[0-9]{7}$' }),
    errorSummary: text('What is wrong, in a sentence.'),
    errorLink: text('The code again.'),
    errorId: text('The id of the request, as in `x-okta-request-id`.'),
    errorCauses: list(object({ errorSummary: text('One thing that is wrong.') }), 'Everything that is wrong with a body.'),
  },
  { description: "A refusal in the shape of Okta's API." },
)

/** Everything that answers are made of: `components.schemas`. */
export const answerSchemas: Readonly<Record<string, Schema>> = {
  OAuthError: oauthError,
  OktaError: oktaError,
  Token: object(
    {
      token_type: text('How to send it.', { enum: ['Bearer', 'DPoP'] }),
      expires_in: { type: 'integer', description: 'For how many seconds it is good.' },
      access_token: text('The access token, a JWT.'),
      scope: text('The scopes that were granted, which may be fewer than were asked for.'),
    },
    { description: 'A granted token request (RFC 6749 §5.1).' },
  ),
  Introspection: {
    description: 'What is known of a token (RFC 7662 §2.2).',
    oneOf: [
      object({ active: { const: false, description: 'It is no token of this server, or is good no more.' } }),
      object(
        {
          active: { const: true, description: 'It is good.' },
          aud: text('Whom it is for.'),
          client_id: text('Whom it was issued to.'),
          exp: seconds('When it ends'),
          iat: seconds('When it was issued'),
          iss: url('Who issued it.'),
          jti: text('Its id.'),
          scope: text('Its scopes.'),
          sub: text('The client id again.'),
          token_type: { const: 'Bearer', description: 'As Okta says it, also of a bound token.' },
          cnf: object({ jkt: text('The thumbprint of the key that it is bound to.') }),
        },
        { optional: ['cnf'] },
      ),
    ],
  },
  PublicKeys: object(
    {
      keys: list(
        object(
          { ...keyMembers, kid: text('Its name in the header of a token.'), use: { const: 'sig' } },
          { optional: keyMembersOptional },
        ),
      ),
    },
    { description: 'The keys that verify access tokens of this server (RFC 7517 §5).' },
  ),
  Metadata: object(
    {
      issuer: url('The server itself.'),
      token_endpoint: url('Where tokens are had.'),
      jwks_uri: url('The keys that verify them.'),
      registration_endpoint: url('Where clients are registered.'),
      introspection_endpoint: url('Where a token is looked at.'),
      revocation_endpoint: url('Where a token is revoked.'),
      response_types_supported: names('`token`.'),
      grant_types_supported: names('`client_credentials`.'),
      scopes_supported: names('The scopes that it knows.'),
      token_endpoint_auth_methods_supported: names('`private_key_jwt`.'),
      token_endpoint_auth_signing_alg_values_supported: names('What assertions may be signed with.'),
      dpop_signing_alg_values_supported: names('What DPoP proofs may be signed with.'),
    },
    { description: 'Authorization server metadata (RFC 8414 §2).' },
  ),
  Health: object(
    {
      status: text('Whether it is well; `degraded` while a worker is missing.', { enum: ['ok', 'degraded', 'unavailable'] }),
      workers: object(
        {
          ready: { type: 'integer', description: 'How many there are.' },
          wanted: { type: 'integer', description: 'How many there should be.' },
        },
        { description: 'The processes that share the port, where there are several.' },
      ),
    },
    { optional: ['workers'] },
  ),
  App: object(
    {
      id: text('The id of the app, which is its client id.'),
      name: { const: 'oidc_client', description: 'The kind of app.' },
      label: text('What people call it.'),
      status: text('An inactive app gets no token.', { enum: ['ACTIVE', 'INACTIVE'] }),
      created: time('When it was created.'),
      lastUpdated: time('When it was last changed.'),
      accessibility: anyObject('Kept as it was given.'),
      visibility: anyObject('Kept as it was given.'),
      features: names('Kept as they were given.'),
      profile: anyObject('Kept as it was given.'),
      signOnMode: { const: 'OPENID_CONNECT', description: 'The kind of app.' },
      credentials: object({
        userNameTemplate: anyObject('There for clients that expect it.'),
        signing: anyObject('There for clients that expect it.'),
        oauthClient: object({
          autoKeyRotation: flag('Always true.'),
          client_id: text('The client id.'),
          token_endpoint_auth_method: text('How the app proves who it is.'),
        }),
      }),
      settings: object({
        oauthClient: object(
          {
            ...client,
            consent_method: text('Kept as it was given.'),
            issuer_mode: text('Kept as it was given.'),
            network: anyObject('From where it may ask.'),
          },
          { optional: [...clientOptional, 'network'] },
        ),
      }),
      _links: object({ self: link, activate: link, deactivate: link }, { optional: ['activate', 'deactivate'] }),
    },
    { description: 'A service app.', optional: ['profile'] },
  ),
  Client: object(
    {
      client_id: text('The client id.'),
      client_id_issued_at: seconds('When it was registered'),
      client_name: text('What people call it.'),
      token_endpoint_auth_method: text('How it proves who it is.'),
      ...client,
    },
    { description: 'A service app as a client (RFC 7591 §3.2.1).', optional: clientOptional },
  ),
  RegisteredKey: object(registeredKey, { description: 'A public key of an app.', optional: keyMembersOptional }),
  AppKey: object(
    {
      ...registeredKey,
      _links: object({ activate: link, deactivate: link, delete: link }, { optional: ['activate', 'deactivate', 'delete'] }),
    },
    { description: 'A public key of an app, with what can be done to it.', optional: keyMembersOptional },
  ),
  Grant: object(
    {
      id: text('The id of the grant.'),
      status: { const: 'ACTIVE', description: 'A grant that is not active is not there.' },
      created: time('When it was given.'),
      createdBy: object({ id: text('Who gave it: a client id, `seed` or `bootstrap`.'), type: { const: 'User' } }),
      lastUpdated: time('When it was given.'),
      issuer: url('The server that it holds at.'),
      clientId: text('The app that it was given to.'),
      scopeId: text('The scope.'),
      source: { const: 'ADMIN', description: 'Who gives grants here.' },
      _embedded: object({ scope: object({ id: text('The scope.') }) }),
      _links: object({ app: link, self: link, client: link }),
    },
    { description: 'A scope that an app may ask for.' },
  ),
  Role: object(
    {
      id: text('The id of the assignment.'),
      label: text('The role in words.'),
      type: text('The role.', { enum: adminRoles }),
      status: { const: 'ACTIVE', description: 'A role that is not active is not there.' },
      created: time('When it was assigned.'),
      lastUpdated: time('When it was assigned.'),
      assignmentType: { const: 'CLIENT', description: 'Roles belong to apps here.' },
      _links: object({ assignee: link }),
    },
    { description: 'An admin role of an app.' },
  ),
  LogEntry: object(
    {
      uuid: text('The first half of its hash, as a UUID.', { format: 'uuid' }),
      published: time('When it happened.'),
      eventType: text('What happened. Events are listed in [events.md](events.md).'),
      version: { const: '0', description: 'The version of this form.' },
      severity: text('`WARN` for a refusal.', { enum: ['INFO', 'WARN'] }),
      displayMessage: text('The event type again.'),
      actor: object({
        id: text('Who did it: a client id, or `bootstrap`.'),
        type: { const: 'PublicClientApp' },
        alternateId: text('The same.'),
        displayName: text('The same.'),
      }),
      outcome: object({
        result: text('How it ended.', { enum: ['SUCCESS', 'FAILURE', 'CHALLENGE'] }),
        reason: nullable(text('The code of the refusal.')),
      }),
      target: list(
        object(
          { id: text('Its id.'), type: text('What it is.'), displayName: nullable(text('Its name.')) },
          { optional: ['displayName'] },
        ),
        'What was changed.',
      ),
      transaction: object({
        type: { const: 'WEB' },
        id: nullable(text('The id of the request.')),
        detail: anyObject('Empty.'),
      }),
      debugContext: object({
        debugData: object(
          {
            instance: text('The process that wrote it.'),
            seq: { type: 'integer', description: 'Its place in the chain of that process.' },
            hash: text('Its hash, which the next entry holds.'),
          },
          { description: 'Its place in the hash chain, and what belongs to the event.', isOpen: true },
        ),
      }),
    },
    { description: "An event of the audit log, as Okta's System Log API spells it." },
  ),
  User: object(
    {
      id: text('The id of the user.'),
      status: text('Such as `ACTIVE`.'),
      created: time('When the user was created.'),
      lastUpdated: time('When the user was last changed.'),
      profile: object({ login: text('The name to sign in with.') }, { isOpen: true }),
      credentials: anyObject('Who keeps the credentials.'),
      _links: object({ self: link }),
    },
    { description: "A user, as Okta's Users API spells it. Other members of Okta's may stand beside.", isOpen: true },
  ),
  Fault: object(
    {
      kind: text('What goes wrong.'),
      clientId: text('Only for this app.'),
      endpoint: text('At which endpoint.'),
      times: { type: 'number', description: 'How often.' },
      milliseconds: { type: 'number', description: 'How late a slow answer comes.' },
      retryAfterSeconds: { type: 'number', description: 'What `retry-after` says.' },
      isLate: flag('Whether the assertion is used up before.'),
    },
    { optional: ['clientId', 'endpoint', 'times', 'milliseconds', 'retryAfterSeconds', 'isLate'] },
  ),
  Faults: object({ faults: list(ref('Fault')) }, { description: 'What goes wrong next.' }),
  Requests: object({ requests: list(anyObject('One request as the server saw it.')) }, { description: 'What was asked.' }),
}

/** Headers of answers: `components.headers`. */
export const answerHeaders: Readonly<Record<string, Schema>> = {
  'x-okta-request-id': always('The id of the request, as in the log.'),
  'x-rate-limit-limit': sometimes('Requests a minute, when they are limited.', 'integer'),
  'x-rate-limit-remaining': sometimes('How many are left in this minute.', 'integer'),
  'x-rate-limit-reset': sometimes('When the minute ends, in seconds since 1970.', 'integer'),
  'retry-after': always('For how many seconds to wait.', 'integer'),
  'www-authenticate': sometimes('What a caller lacks that sent a header `Authorization` (RFC 9110 §11.6.1).'),
  'dpop-nonce': sometimes('The nonce for the next DPoP proof, for an app that uses DPoP.'),
  link: always('The list itself, and with `rel="next"` where it goes on, when it does.'),
  'access-control-allow-methods': always('The methods that there are.'),
  'access-control-allow-origin': always('`*`: any page may read it.'),
}

function always(description: string, type: 'string' | 'integer' = 'string'): Schema {
  return { description, required: true, schema: { type } }
}

function sometimes(description: string, type: 'string' | 'integer' = 'string'): Schema {
  return { description, schema: { type } }
}
