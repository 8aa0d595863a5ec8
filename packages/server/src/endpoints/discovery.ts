import type { FastifyReply, FastifyRequest } from 'fastify'
import { oktaScopes } from 'pkjwt/profiles'
import { endpointsOf, writeMetadata } from 'pkjwt/protocol'
import type { Context } from '../context.js'
import type { Route } from '../routing/http.js'
import { findCalledServer } from '../servers.js'

/** Time for which others may keep what is published here. A key is published that long before it signs. */
const cacheControl = 'max-age=60, must-revalidate'

/** The public keys and both metadata documents, of the organisation server and of each custom one. */
export function discoveryRoutes(context: Context): Route[] {
  const keys = async (request: FastifyRequest, reply: FastifyReply) => {
    await findCalledServer(request, context)
    return publish(reply, { keys: await context.signingKeys.published() })
  }
  const metadata = async (request: FastifyRequest, reply: FastifyReply) => {
    const server = await findCalledServer(request, context)
    const scopes = server.id === undefined ? oktaScopes : server.scopes
    return publish(reply, writeMetadata(endpointsOf(context.addresses.issuer(server.id)), scopes))
  }
  return [
    { name: 'keys', path: ['/oauth2/v1/keys', '/oauth2/:serverId/v1/keys'], GET: keys, isUnlimited: true },
    {
      name: 'metadata',
      path: [
        '/.well-known/oauth-authorization-server',
        '/.well-known/oauth-authorization-server/oauth2/:serverId',
        '/oauth2/:serverId/.well-known/oauth-authorization-server',
        '/.well-known/openid-configuration',
        '/oauth2/:serverId/.well-known/openid-configuration',
      ],
      GET: metadata,
      isUnlimited: true,
    },
  ]
}

/** Sends a document that anybody may read. */
export function publish(reply: FastifyReply, document: unknown): FastifyReply {
  // What is public may be read by any page, unlike everything else here.
  return reply
    .headers({ 'cache-control': cacheControl, pragma: '', 'access-control-allow-origin': '*' })
    .removeHeader('pragma')
    .type('application/json;charset=UTF-8')
    .send(JSON.stringify(document))
}
