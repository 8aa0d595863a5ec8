import type { FastifyReply, FastifyRequest } from 'fastify'
import { readDraftJwt } from 'pkjwt/jwt'
import { type ReadTokenRequest, readTokenRequest, type VerifiedAssertion, verifyAssertion } from 'pkjwt/protocol'
import { requestRules } from 'pkjwt/rules'
import type { KnownClient } from './clients.js'
import type { Context } from './context.js'
import { requireRules } from './http/refused.js'
import { bodyOf, queryOf } from './http/requests.js'
import { rateHeaders, requireRate } from './limits/limits.js'
import { requireNetwork } from './limits/network.js'
import { replayKey } from './store/replayKey.js'

/** The endpoint that was called: one of the organisation server, or of a custom one. */
export interface CalledEndpoint {
  readonly name: 'token' | 'introspect' | 'revoke'
  readonly serverId: string | undefined
}

/** A client that proved who it is, and the request that it sent. */
export interface AuthenticatedClient {
  readonly client: KnownClient
  readonly read: ReadTokenRequest
  readonly verified: VerifiedAssertion
}

/**
 * Authenticates the client of a request with its assertion: the form, then shape, client, claims, key and signature of the
 * assertion, then the client's rate limit, then its single use. What comes after finds the assertion used up.
 *
 * @throws {Refused | RefusedError} with what to answer
 */
export async function authenticate(
  request: FastifyRequest,
  reply: FastifyReply,
  { endpoint, context }: { readonly endpoint: CalledEndpoint; readonly context: Context },
): Promise<AuthenticatedClient> {
  const read = readTokenRequest({
    method: request.method,
    contentType: request.headers['content-type'],
    query: queryOf(request),
    authorization: request.headers.authorization,
    body: bodyOf(request),
  })
  requireRules(read.facts, requestRules, context.profile)
  let client: KnownClient | undefined
  const proved = (found: KnownClient) => admitClient(found, { request, reply, endpoint, context })
  const { assertion = '' } = read
  const verifying = verifyAssertion(assertion, {
    audience: context.addresses.urlsOf(endpoint.name, endpoint.serverId),
    issuer: context.addresses.issuers(endpoint.serverId),
    profile: context.profile,
    formClientId: read.clientId,
    now: context.clock(),
    findClient: async (clientId) => {
      client = await context.clients.find(clientId, () => readDraftJwt(assertion).header?.kid)
      return client
    },
    rememberOnce: async ({ clientId, jti, keepUntil }) => {
      if (client !== undefined) proved(client)
      context.audit.flush()
      const remembered = await context.store.rememberOnce({ key: replayKey(clientId, jti), keepUntil })
      context.metrics.count(remembered === true ? 'pkjwt_assertions_remembered_total' : 'pkjwt_assertions_replayed_total')
      return remembered
    },
  })
  const verified = await verifying.catch((error) => refuseUnhurried(error, client, context))
  if (client === undefined) throw new Error('an assertion that holds has a client')
  // An assertion without "jti" is not remembered, and its client is admitted here.
  if (request.seen.clientId === undefined) proved(client)
  context.clients.noteKeyUse(client.app, verified.key)
  return { client, read, verified }
}

/**
 * Where one text hides whether a client exists, time must not tell it: an app that is kept in memory costs its refusal the read that an
 * unknown one costs.
 */
async function refuseUnhurried(error: unknown, client: KnownClient | undefined, { store, profile }: Context): Promise<never> {
  if (client !== undefined && store.watchApps !== undefined && profile.refusals === 'one') await store.findApp(client.clientId)
  throw error
}

interface Admission {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly endpoint: CalledEndpoint
  readonly context: Context
}

/** The signature holds: now, and not before, the client's own limits count, and nothing is used up by them. */
function admitClient({ clientId, app }: KnownClient, { request, reply, endpoint, context }: Admission): void {
  request.seen.clientId = clientId
  const state = context.limits.client(clientId, endpoint.name)
  if (state !== undefined) reply.headers(rateHeaders(state))
  requireRate(state, context.clock)
  requireNetwork(app.network, request.ip)
}
