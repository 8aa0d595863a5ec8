import type { EndpointName } from './endpoints.js'

/** What the audit log holds, by the event types of Okta's System Log. */
export const auditEvents = {
  'app.oauth2.token.grant': 'An access token was issued.',
  'app.oauth2.as.token.grant': 'A custom authorization server issued an access token.',
  'app.oauth2.token.revoke': 'An access token was revoked.',
  'app.oauth2.client.key.create': 'A key was registered.',
  'app.oauth2.client.key.activate': 'A key was activated.',
  'app.oauth2.client.key.deactivate': 'A key was deactivated.',
  'app.oauth2.client.key.delete': 'A key was removed.',
  'app.oauth2.client.key.private': 'Somebody sent a private key to be registered. It was refused, and must not be used any more.',
  'app.oauth2.client.lifecycle.create': 'A client was registered.',
  'app.oauth2.client.lifecycle.update': 'A client was replaced.',
  'app.oauth2.client.lifecycle.delete': 'A client was deleted.',
  'app.oauth2.client.privilege.grant': 'An admin role was assigned.',
  'app.oauth2.client.privilege.revoke': 'An admin role was taken away.',
  'app.oauth2.admin.consent.grant': 'A scope was granted.',
  'app.oauth2.admin.consent.revoke': 'A scope was taken away.',
  'application.lifecycle.create': 'An app was created.',
  'application.lifecycle.update': 'An app was replaced.',
  'application.lifecycle.activate': 'An app was activated.',
  'application.lifecycle.deactivate': 'An app was deactivated.',
  'application.lifecycle.delete': 'An app was deleted.',
} as const

/** An event of the audit log: one of the table, or a refusal of somebody who proved who it is. */
export type AuditEventType = keyof typeof auditEvents | `app.oauth2.${EndpointName}.refused`

/** What the operational log holds. */
export const logEvents = {
  refused: 'A request broke a rule. At most ten lines a second for each rule; `leftOut` counts the others.',
  store_unavailable: 'A request failed because the store was away.',
  failed: 'A request failed, and should not have.',
  not_ready: '`/health/ready` said no.',
  audit: 'Events could not be written to the audit log.',
  upkeep: 'Work in the background failed: purging, rotating keys.',
  key_use: 'When a key was last used could not be written down.',
  signing_keys_reload: 'The keys of the server could not be read again; those that were read serve on.',
  jwks_uri: 'A key set at a `jwks_uri` could not be fetched or used.',
  private_key_sent: 'Somebody sent a private key to be registered: it must not be used any more.',
  first_admin: 'The first start made an app that administers the server, and wrote its key to a file.',
  admin_closed: 'The management API is closed: there is no Super Admin, and no admin token.',
  seed: 'The seed file says something else than the store; the store stays as it is.',
} as const

/** The name of a line of the operational log. */
export type LogEventName = keyof typeof logEvents
