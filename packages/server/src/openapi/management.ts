import { entriesPerPageMax } from '../admin/logs.js'
import { usersPerPageMax } from '../admin/users.js'
import { appOperations, grantOperations, keyOperations } from './apps.js'
import { clientOperations, roleOperations } from './clients.js'
import { pageOf } from './managed.js'
import { type Operation, type Operations, paging } from './operation.js'
import { managementRefusals } from './refusals.js'

const { invalid } = managementRefusals

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
