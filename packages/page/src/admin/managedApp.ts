import type { Listed } from 'pkjwt/client'
import { isJsonObject } from 'pkjwt/encoding'
import { readDate } from './keyAge.js'

/** An app as the server tells of it, with what is shown of it read. */
export interface ManagedApp {
  readonly id: string
  readonly label: string
  readonly isActive: boolean
  readonly created: Date | undefined
  /** Where it publishes its keys, in place of keys at the server. */
  readonly keysUrl: string | undefined
  readonly keysCount: number
}

/** Reads what the server says of an app. */
export function readManagedApp({ id, wire }: Listed): ManagedApp {
  const client = objectAt(objectAt(wire, 'settings'), 'oauthClient')
  const keys = objectAt(client, 'jwks')['keys']
  return {
    id,
    label: textAt(wire, 'label') ?? id,
    isActive: wire['status'] !== 'INACTIVE',
    created: readDate(wire['created']),
    keysUrl: textAt(client, 'jwks_uri'),
    keysCount: Array.isArray(keys) ? keys.length : 0,
  }
}

function objectAt(value: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, unknown>> {
  const member = value[name]
  return isJsonObject(member) ? member : {}
}

/** A member that is a text and not empty. */
export function textAt(value: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const member = value[name]
  return typeof member === 'string' && member !== '' ? member : undefined
}
