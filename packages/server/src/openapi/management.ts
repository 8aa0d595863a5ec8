import { z } from 'zod'
import { appsPerPageMax } from '../admin/apps.js'
import { appBody, clientBody, grantBody, roleBody } from '../admin/bodies.js'
import { clientsPerPageMax } from '../admin/clients.js'
import { entriesPerPageMax } from '../admin/logs.js'
import { usersPerPageMax } from '../admin/users.js'
import { type Answer, type Body, type Operation, type Operations, paging } from './operation.js'
import { jsonRefusals, managementRefusals } from './refusals.js'
import { list, object, ref, type Schema, text } from './schema.js'

const { invalid, invalidMetadata, notFound, changedMeanwhile, deleteForbidden } = managementRefusals

/** A body as the schema that the server reads it with. */
function json(schema: z.ZodType, example: Schema): Body {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input' })
  return { mediaType: 'application/json', schema: rest, example }
}

const shows = (name: string, description: string, status: 200 | 201 = 200): Answer => ({
  status,
  description,
  mediaType: 'application/json',
  schema: ref(name),
})

const lists = (name: string, description: string): Answer => ({
  status: 200,
  description,
  mediaType: 'application/json',
  schema: list(ref(name)),
})

const gone = (description: string): Answer => ({ status: 204, description })

const pageOf = (name: string, description: string): Answer => ({ ...lists(name, description), headers: ['link'] })

const publicKey = {
  kty: 'EC',
  crv: 'P-256',
  kid: '2026-01',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
}

const appExample = {
  name: 'oidc_client',
  label: 'Nightly report',
  signOnMode: 'OPENID_CONNECT',
  credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
  settings: {
    oauthClient: { application_type: 'service', grant_types: ['client_credentials'], jwks: { keys: [publicKey] } },
  },
}

const clientExample = {
  client_name: 'Nightly report',
  application_type: 'service',
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks: { keys: [publicKey] },
}

const keyBody: Body = {
  mediaType: 'application/json',
  schema: object(
    {
      kty: text('The type of the key.', { enum: ['RSA', 'EC', 'OKP'] }),
      kid: text('Needed as soon as the app has a second key.'),
      status: text('Whether assertions may be signed with it. Default `ACTIVE`.', { enum: ['ACTIVE', 'INACTIVE'] }),
      use: text('Default `sig`.', { enum: ['sig', 'enc'] }),
    },
    { description: 'A public JWK (RFC 7517 §4).', optional: ['kid', 'status', 'use'], isOpen: true },
  ),
  example: publicKey,
}

const protectedApps =
  'An app that was ever granted a scope, or that holds a role that changes apps, is changed by a Super Admin alone.'

const change = { refusals: [notFound, changedMeanwhile] } as const
const changeKey = { refusals: [notFound, changedMeanwhile, invalid], description: protectedApps } as const

const appOperations: Operations = {
  'GET /api/v1/apps': {
    id: 'listApps',
    tag: 'Apps',
    summary: 'Lists apps',
    caller: 'readApps',
    query: [
      ...paging(appsPerPageMax),
      { name: 'q', schema: { type: 'string' }, description: 'The beginning of the label, in any case.' },
      {
        name: 'filter',
        schema: { type: 'string', examples: ['status eq "ACTIVE"'] },
        description: '`status eq "ACTIVE"` or `status eq "INACTIVE"`. A page may then hold fewer than `limit`.',
      },
    ],
    success: pageOf('App', 'The apps.'),
    refusals: [invalid],
  },
  'POST /api/v1/apps': {
    id: 'createApp',
    tag: 'Apps',
    summary: 'Creates an app',
    caller: 'changeApps',
    query: [
      {
        name: 'activate',
        schema: { type: 'boolean', default: true },
        description: '`false`: the app gets no token until it is activated.',
      },
    ],
    body: json(appBody, appExample),
    success: shows('App', 'The new app.'),
    refusals: [...jsonRefusals, invalid],
  },
  'GET /api/v1/apps/:appId': {
    id: 'readApp',
    tag: 'Apps',
    summary: 'Shows an app',
    caller: 'readApps',
    success: shows('App', 'The app.'),
    refusals: [notFound],
  },
  'PUT /api/v1/apps/:appId': {
    id: 'replaceApp',
    tag: 'Apps',
    summary: 'Puts an app in the place of what it was',
    description: `${protectedApps} Keys that are left out are removed.`,
    caller: 'changeApps',
    body: json(appBody, appExample),
    success: shows('App', 'The app as it is now.'),
    refusals: [...jsonRefusals, ...change.refusals, invalid],
  },
  'DELETE /api/v1/apps/:appId': {
    id: 'deleteApp',
    tag: 'Apps',
    summary: 'Deletes an app that is inactive',
    description: protectedApps,
    caller: 'changeApps',
    success: gone('The app is gone.'),
    refusals: [...change.refusals, deleteForbidden],
  },
  'POST /api/v1/apps/:appId/lifecycle/activate': {
    id: 'activateApp',
    tag: 'Apps',
    summary: 'Activates an app',
    description: protectedApps,
    caller: 'changeApps',
    success: { status: 200, description: 'It is active.', mediaType: 'application/json', schema: object({}) },
    ...change,
  },
  'POST /api/v1/apps/:appId/lifecycle/deactivate': {
    id: 'deactivateApp',
    tag: 'Apps',
    summary: 'Deactivates an app, with every token that it has',
    description: protectedApps,
    caller: 'changeApps',
    success: { status: 200, description: 'It is inactive.', mediaType: 'application/json', schema: object({}) },
    ...change,
  },
}

const jwks = '/api/v1/apps/:appId/credentials/jwks'

const keyOperations: Operations = {
  [`GET ${jwks}`]: {
    id: 'listKeys',
    tag: 'Keys',
    summary: 'Lists the keys of an app',
    caller: 'readApps',
    success: {
      status: 200,
      description: 'The keys.',
      mediaType: 'application/json',
      schema: object({ keys: list(ref('AppKey')) }),
    },
    refusals: [notFound],
  },
  [`POST ${jwks}`]: {
    id: 'addKey',
    tag: 'Keys',
    summary: 'Registers a public key',
    description: `${protectedApps} A private key is refused, and has to be thrown away: it went over the network.`,
    caller: 'changeApps',
    body: keyBody,
    success: shows('AppKey', 'The new key.', 201),
    refusals: [...jsonRefusals, ...changeKey.refusals],
  },
  [`GET ${jwks}/:keyId`]: {
    id: 'readKey',
    tag: 'Keys',
    summary: 'Shows a key',
    caller: 'readApps',
    success: shows('AppKey', 'The key.'),
    refusals: [notFound],
  },
  [`DELETE ${jwks}/:keyId`]: {
    id: 'removeKey',
    tag: 'Keys',
    summary: 'Removes a key that is inactive',
    caller: 'changeApps',
    success: gone('The key is gone.'),
    ...changeKey,
  },
  [`POST ${jwks}/:keyId/lifecycle/activate`]: {
    id: 'activateKey',
    tag: 'Keys',
    summary: 'Activates a key',
    caller: 'changeApps',
    success: shows('AppKey', 'The key as it is now.'),
    ...changeKey,
  },
  [`POST ${jwks}/:keyId/lifecycle/deactivate`]: {
    id: 'deactivateKey',
    tag: 'Keys',
    summary: 'Deactivates a key, though never the last one that signs',
    caller: 'changeApps',
    success: shows('AppKey', 'The key as it is now.'),
    ...changeKey,
  },
}

const grants = '/api/v1/apps/:appId/grants'

const grantOperations: Operations = {
  [`GET ${grants}`]: {
    id: 'listGrants',
    tag: 'Grants',
    summary: 'Lists the scopes of an app',
    caller: 'readGrants',
    success: lists('Grant', 'The grants.'),
    refusals: [notFound],
  },
  [`POST ${grants}`]: {
    id: 'addGrant',
    tag: 'Grants',
    summary: 'Grants a scope',
    caller: 'changeGrants',
    body: json(grantBody, { scopeId: 'okta.users.read', issuer: 'https://example.okta.com' }),
    success: shows('Grant', 'The new grant.'),
    refusals: [...jsonRefusals, ...change.refusals, invalid],
  },
  [`GET ${grants}/:grantId`]: {
    id: 'readGrant',
    tag: 'Grants',
    summary: 'Shows a grant',
    caller: 'readGrants',
    success: shows('Grant', 'The grant.'),
    refusals: [notFound],
  },
  [`DELETE ${grants}/:grantId`]: {
    id: 'removeGrant',
    tag: 'Grants',
    summary: 'Takes a scope away',
    description: 'The app stays protected: what it once could do is remembered.',
    caller: 'changeGrants',
    success: gone('The grant is gone.'),
    ...change,
  },
}

const clients = '/oauth2/v1/clients'

const clientOperations: Operations = {
  [`GET ${clients}`]: {
    id: 'listClients',
    tag: 'Clients',
    summary: 'Lists clients',
    caller: 'readClients',
    query: paging(clientsPerPageMax),
    success: pageOf('Client', 'The clients.'),
    refusals: [invalid],
  },
  [`POST ${clients}`]: {
    id: 'registerClient',
    tag: 'Clients',
    summary: 'Registers a client',
    description: 'RFC 7591 §3.1.',
    caller: 'registerClients',
    body: json(clientBody, clientExample),
    success: shows('Client', 'The new client.', 201),
    refusals: [...jsonRefusals, invalidMetadata],
  },
  [`GET ${clients}/:appId`]: {
    id: 'readClient',
    tag: 'Clients',
    summary: 'Shows a client',
    caller: 'readClients',
    success: shows('Client', 'The client.'),
    refusals: [notFound],
  },
  [`PUT ${clients}/:appId`]: {
    id: 'replaceClient',
    tag: 'Clients',
    summary: 'Puts a client in the place of what it was',
    description: `${protectedApps} What only the Apps API can say stays as it is.`,
    caller: 'changeClients',
    body: json(clientBody, clientExample),
    success: shows('Client', 'The client as it is now.'),
    refusals: [...jsonRefusals, ...change.refusals, invalidMetadata],
  },
  [`DELETE ${clients}/:appId`]: {
    id: 'deleteClient',
    tag: 'Clients',
    summary: 'Deletes a client that is inactive',
    description: protectedApps,
    caller: 'changeClients',
    success: gone('The client is gone.'),
    refusals: [...change.refusals, deleteForbidden],
  },
}

const roles = `${clients}/:appId/roles`

const roleOperations: Operations = {
  [`GET ${roles}`]: {
    id: 'listRoles',
    tag: 'Roles',
    summary: 'Lists the roles of an app',
    caller: 'readRoles',
    success: lists('Role', 'The roles.'),
    refusals: [notFound],
  },
  [`POST ${roles}`]: {
    id: 'addRole',
    tag: 'Roles',
    summary: 'Assigns a role',
    caller: 'changeRoles',
    body: json(roleBody, { type: 'READ_ONLY_ADMIN' }),
    success: shows('Role', 'The new assignment.'),
    refusals: [...jsonRefusals, ...change.refusals, invalid],
  },
  [`GET ${roles}/:roleId`]: {
    id: 'readRole',
    tag: 'Roles',
    summary: 'Shows an assignment',
    caller: 'readRoles',
    success: shows('Role', 'The assignment.'),
    refusals: [notFound],
  },
  [`DELETE ${roles}/:roleId`]: {
    id: 'removeRole',
    tag: 'Roles',
    summary: 'Takes a role away',
    caller: 'changeRoles',
    success: gone('The role is gone.'),
    ...change,
  },
}

const listLog: Operation = {
  id: 'listLog',
  tag: 'Log',
  summary: 'Lists what happened',
  caller: 'readLogs',
  query: [
    ...paging(entriesPerPageMax),
    { name: 'since', schema: { type: 'string' }, description: 'From this time on, such as 2026-01-31T12:00:00Z.' },
    { name: 'until', schema: { type: 'string' }, description: 'Before this time.' },
    {
      name: 'filter',
      schema: { type: 'string', examples: ['eventType eq "app.oauth2.token.grant"'] },
      description: 'Event types: `eventType eq "…"`, several of them with `or`.',
    },
    {
      name: 'sortOrder',
      schema: { type: 'string', enum: ['ASCENDING', 'DESCENDING'], default: 'ASCENDING' },
      description: 'Which comes first.',
    },
  ],
  success: pageOf('LogEntry', 'The events.'),
  refusals: [invalid],
}

const listUsers: Operation = {
  id: 'listUsers',
  tag: 'Users',
  summary: 'Lists users',
  description: 'What a token opens that may do nothing else.',
  caller: 'readUsers',
  query: paging(usersPerPageMax),
  success: pageOf('User', 'The users.'),
  refusals: [invalid],
}

/** Everything that administrators call. */
export const managementOperations: Operations = {
  ...appOperations,
  ...keyOperations,
  ...grantOperations,
  ...clientOperations,
  ...roleOperations,
  'GET /api/v1/logs': listLog,
  'GET /api/v1/users': listUsers,
}
