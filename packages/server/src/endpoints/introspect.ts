import type { FastifyReply, FastifyRequest } from 'fastify'
import { oktaRefusals } from 'pkjwt/profiles'
import { parameterOf } from 'pkjwt/rules'
import { type AuthenticatedClient, authenticate } from '../authenticate.js'
import type { Context } from '../context.js'
import { findLiveToken } from '../guard/liveToken.js'
import { Refused } from '../http/refused.js'
import type { Handler, Route } from '../routing/http.js'
import { findCalledServer } from '../servers.js'

/** `POST /oauth2/v1/introspect` (RFC 7662) and `POST /oauth2/v1/revoke` (RFC 7009), and the same of each custom server. */
export function tokenStateRoutes(context: Context): Route[] {
  const introspect: Handler = (request, reply) => answerIntrospection(request, reply, context)
  const revoke: Handler = (request, reply) => answerRevocation(request, reply, context)
  return [
    {
      name: 'introspect',
      path: ['/oauth2/v1/introspect', '/oauth2/:serverId/v1/introspect'],
      POST: introspect,
      hasPreflight: true,
    },
    { name: 'revoke', path: ['/oauth2/v1/revoke', '/oauth2/:serverId/v1/revoke'], POST: revoke, hasPreflight: true },
  ]
}

async function answerIntrospection(request: FastifyRequest, reply: FastifyReply, context: Context) {
  const server = await findCalledServer(request, context)
  const authenticated = await authenticate(request, reply, { endpoint: { name: 'introspect', serverId: server.id }, context })
  const live = await findLiveToken(tokenOf(authenticated), server, context)
  if (live === undefined) return { active: false }
  const { claims } = live
  const { aud, cid: client_id, exp, iat, iss, jti, scp, sub, cnf } = claims
  const bound = cnf === undefined ? {} : { cnf }
  return { active: true, aud, client_id, exp, iat, iss, jti, scope: scp.join(' '), sub, token_type: 'Bearer', ...bound }
}

async function answerRevocation(request: FastifyRequest, reply: FastifyReply, context: Context) {
  const server = await findCalledServer(request, context)
  const authenticated = await authenticate(request, reply, { endpoint: { name: 'revoke', serverId: server.id }, context })
  const { claims } = (await findLiveToken(tokenOf(authenticated), server, context)) ?? {}
  const { clientId } = authenticated.client
  // A token of somebody else is left as it is, and nothing tells that there is one.
  if (claims?.cid === clientId) {
    await context.store.revokeToken({ jti: claims.jti, exp: claims.exp })
    context.audit.note('app.oauth2.token.revoke', { outcome: 'SUCCESS', clientId, requestId: request.id, tokenId: claims.jti })
  }
  return reply.code(200).send()
}

function tokenOf({ read }: AuthenticatedClient): string {
  const token = parameterOf(read.facts.parameters, 'token')
  if (token === undefined || token === '') throw new Refused(oktaRefusals.tokenMissing)
  return token
}
