import type { Refusal } from 'pkjwt/errors'
import type { Operation as Right } from '../admin/permissions.js'
import { type Schema, text } from './schema.js'

/** The chapters of the document. */
export const tags = {
  Tokens: 'Tokens for service apps, which prove who they are with a signed assertion (RFC 7523).',
  Discovery: 'What a client or an API has to know about this server.',
  Apps: "Service apps, as Okta's Apps API has them.",
  Keys: 'The public keys of an app, and their life.',
  Grants: "The scopes of Okta's API that an app may ask for.",
  Clients: 'The same apps as OAuth clients (RFC 7591).',
  Roles: 'The admin roles of an app.',
  Log: 'The audit log.',
  Users: 'Something to call with a token.',
  Operation: 'For orchestrators and for those who watch.',
  Control:
    'Faults on purpose and the ledger of requests, for tests. Only there when they were asked for, only for callers on this machine.',
} as const

/** A parameter of the query. */
export interface QueryParameter {
  readonly name: string
  readonly schema: Schema
  readonly description: string
}

/** What is sent with a request. */
export interface Body {
  readonly mediaType: 'application/json' | 'application/x-www-form-urlencoded'
  readonly schema: Schema
  readonly example: Schema
}

/** An answer that is no refusal. */
export interface Answer {
  readonly status: 200 | 201 | 204 | 503
  readonly description: string
  readonly mediaType?: string
  readonly schema?: Schema
  /** Names in `headers` of answers.ts. */
  readonly headers?: readonly string[]
}

/** One method of one path, as the document tells it. */
export interface Operation {
  readonly id: string
  readonly tag: keyof typeof tags
  readonly summary: string
  readonly description?: string
  /** Who may: a row of the table of permissions; or a client with its assertion. Everybody when it is left out. */
  readonly caller?: Right | 'client'
  readonly query?: readonly QueryParameter[]
  readonly body?: Body
  readonly success: Answer
  /** Another answer, which is no refusal either. */
  readonly failure?: Answer
  /** What it refuses, beyond what any route and the guard refuse. */
  readonly refusals?: readonly Refusal[]
  /** A client proves in the header `DPoP` which key its token is to be bound to. */
  readonly takesProof?: boolean
  /** It answers without the store: neither 500 nor 503. */
  readonly needsNoStore?: boolean
}

/** Operations by method and path, as the routes spell it: `GET /api/v1/apps/:appId`. */
export type Operations = Readonly<Record<string, Operation>>

/** What stands in a path. */
export const pathParameters: Readonly<Record<string, Schema>> = {
  appId: text('The id of the app, which is its client id.', { examples: ['0oa1abcdEFGHijkl2345'] }),
  keyId: text('The id of the key, which is not its `kid`.', { examples: ['pks1abcdEFGHijkl2345'] }),
  grantId: text('The id of the grant.', { examples: ['oag1abcdEFGHijkl2345'] }),
  roleId: text('The id of the assignment, which is not the type of the role.', { examples: ['ra11abcdEFGHijkl234'] }),
  serverId: text('The id of a custom authorization server.', { examples: ['default'] }),
}

/** The two parameters of every list. */
export function paging(limitMax: number): readonly QueryParameter[] {
  return [
    {
      name: 'limit',
      schema: { type: 'integer', minimum: 1, maximum: limitMax, default: limitMax },
      description: 'How many are wanted at most. A number that cannot be used counts as the most.',
    },
    {
      name: 'after',
      schema: { type: 'string' },
      description: 'Where to go on: take the whole URL of the link with `rel="next"`.',
    },
  ]
}
