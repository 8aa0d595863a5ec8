import { clientBody, roleBody } from '../admin/bodies.js'
import { clientsPerPageMax } from '../admin/clients.js'
import { change, gone, json, lists, pageOf, protectedApps, publicKey, shows } from './managed.js'
import { type Operations, paging } from './operation.js'
import { jsonRefusals, managementRefusals } from './refusals.js'

const { invalid, invalidMetadata, notFound, deleteForbidden } = managementRefusals

const clientExample = {
  client_name: 'Nightly report',
  application_type: 'service',
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks: { keys: [publicKey] },
}

const clients = '/oauth2/v1/clients'

/** Apps as clients. */
export const clientOperations: Operations = {
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

/** The admin roles of an app. */
export const roleOperations: Operations = {
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
