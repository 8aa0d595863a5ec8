import type { Listed } from 'pkjwt/client'
import { listIn, objectIn, readDate, textAt } from '../wire.js'

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
  const client = objectIn(objectIn(wire['settings'])['oauthClient'])
  return {
    id,
    label: textAt(wire, 'label') ?? id,
    isActive: wire['status'] !== 'INACTIVE',
    created: readDate(wire['created']),
    keysUrl: textAt(client, 'jwks_uri'),
    keysCount: listIn(objectIn(client['jwks'])['keys']).length,
  }
}
