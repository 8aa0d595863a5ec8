import { listIn, objectIn, readDate, textAt, type WireObject } from '../wire.js'

/** An entry of the audit log with what is shown of it read. */
export interface LogEntry {
  readonly id: string
  readonly at: Date | undefined
  readonly type: string
  readonly actor: string
  readonly isFailure: boolean
  readonly reason: string | undefined
  /** What it was done to: names of apps, kids, scopes, roles. */
  readonly targets: readonly string[]
  readonly scopes: readonly string[]
  readonly wire: WireObject
}

/** Reads an entry as the API spells it. */
export function readLogEntry(wire: WireObject): LogEntry {
  const outcome = objectIn(wire['outcome'])
  const data = objectIn(objectIn(wire['debugContext'])['debugData'])
  return {
    id: textAt(wire, 'uuid') ?? JSON.stringify(wire),
    at: readDate(wire['published']),
    type: textAt(wire, 'eventType') ?? '',
    actor: textAt(objectIn(wire['actor']), 'id') ?? '',
    isFailure: textAt(outcome, 'result') !== 'SUCCESS',
    reason: textAt(outcome, 'reason'),
    targets: listIn(wire['target']).flatMap(
      (each) => textAt(objectIn(each), 'displayName') ?? textAt(objectIn(each), 'id') ?? [],
    ),
    scopes: listIn(data['scopes']).filter((each) => typeof each === 'string'),
    wire,
  }
}

/** Types of events, by what they are about. */
export const logKinds = {
  all: [],
  tokens: ['app.oauth2.token.grant', 'app.oauth2.as.token.grant', 'app.oauth2.token.revoke'],
  refusals: ['token', 'introspect', 'revoke', 'apps', 'clients', 'keys_of_apps', 'grants', 'roles', 'logs', 'users']
    .map((endpoint) => `app.oauth2.${endpoint}.refused`)
    .concat('app.oauth2.client.key.private'),
  apps: ['create', 'update', 'activate', 'deactivate', 'delete']
    .map((step) => `application.lifecycle.${step}`)
    .concat(['create', 'update', 'delete'].map((step) => `app.oauth2.client.lifecycle.${step}`)),
  keys: ['create', 'activate', 'deactivate', 'delete', 'private'].map((step) => `app.oauth2.client.key.${step}`),
  grants: ['admin.consent', 'client.privilege'].flatMap((what) => [`app.oauth2.${what}.grant`, `app.oauth2.${what}.revoke`]),
} as const satisfies Readonly<Record<string, readonly string[]>>

export type LogKind = keyof typeof logKinds
