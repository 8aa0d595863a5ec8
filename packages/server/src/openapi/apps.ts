import { appsPerPageMax } from '../admin/apps.js'
import { appBody, grantBody } from '../admin/bodies.js'
import { change, changeKey, gone, json, lists, pageOf, protectedApps, publicKey, shows } from './managed.js'
import { type Body, type Operations, paging } from './operation.js'
import { jsonRefusals, managementRefusals } from './refusals.js'
import { list, object, ref, text } from './schema.js'

const { invalid, notFound, deleteForbidden } = managementRefusals

const appExample = {
  name: 'oidc_client',
  label: 'Nightly report',
  signOnMode: 'OPENID_CONNECT',
  credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
  settings: {
    oauthClient: { application_type: 'service', grant_types: ['client_credentials'], jwks: { keys: [publicKey] } },
  },
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

/** Apps. */
export const appOperations: Operations = {
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

/** The keys of an app. */
export const keyOperations: Operations = {
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

/** The scopes of an app. */
export const grantOperations: Operations = {
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
