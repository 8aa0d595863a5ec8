import type { FastifyRequest } from 'fastify'
import { oktaRefusals } from 'pkjwt/profiles'
import type { Context } from './context.js'
import { Refused } from './http/refused.js'
import type { Store } from './store/store.js'

/** The authorization server that was called. The organisation's own has no id, no fixed audience and no list of scopes. */
export interface CalledServer {
  readonly id: string | undefined
  readonly audience: string | undefined
  readonly scopes: readonly string[]
  readonly defaultScopes: readonly string[]
}

const organisation: CalledServer = { id: undefined, audience: undefined, scopes: [], defaultScopes: [] }

/**
 * Finds the authorization server that a path names.
 * @throws {Refused} when there is none of that id
 */
export function findCalledServer({ params }: FastifyRequest, { store }: Context): CalledServer | Promise<CalledServer> {
  const serverId = readServerId(params)
  return serverId === undefined ? organisation : findCustomServer(serverId, store)
}

async function findCustomServer(serverId: string, store: Store): Promise<CalledServer> {
  const server = await store.findServer(serverId)
  if (server === undefined) throw new Refused(oktaRefusals.authorizationServerUnknown)
  return server
}

function readServerId(params: unknown): string | undefined {
  if (typeof params !== 'object' || params === null || !('serverId' in params)) return undefined
  return typeof params.serverId === 'string' ? params.serverId : undefined
}
