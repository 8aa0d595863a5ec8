import type { FastifyReply, FastifyRequest } from 'fastify'
import { oktaScopes, refusalOf } from 'pkjwt/profiles'
import { accessTokenLifetimeSeconds, issueAccessToken, writeTokenResponse } from 'pkjwt/protocol'
import { grantTypeRules, readScopes, scopeRules, scopesWanted, type UseFacts } from 'pkjwt/rules'
import { type AuthenticatedClient, authenticate } from '../authenticate.js'
import type { Context } from '../context.js'
import { requireProof } from '../guard/proof.js'
import { Refused, requireRules } from '../http/refused.js'
import type { Handler, Route } from '../routing/http.js'
import { type CalledServer, findCalledServer } from '../servers.js'
import type { App } from '../store/store.js'

/** `POST /oauth2/v1/token`, and the same of each custom authorization server. */
export function tokenRoutes(context: Context): Route[] {
  const POST: Handler = (request, reply) => answerTokenRequest(request, reply, context)
  return [{ name: 'token', path: ['/oauth2/v1/token', '/oauth2/:serverId/v1/token'], POST, hasPreflight: true }]
}

async function answerTokenRequest(request: FastifyRequest, reply: FastifyReply, context: Context) {
  const server = await findCalledServer(request, context)
  const endpoint = { name: 'token', serverId: server.id } as const
  const authenticated = await authenticate(request, reply, { endpoint, context })
  if (await context.faults?.pass(request, reply, 'late')) return reply
  const app = await requireActive(authenticated, context)
  const facts = await factsOf(authenticated, { app, server, context })
  requireRules(facts, grantTypeRules, context.profile)
  const thumbprint = await requireProof(request, reply, { app, serverId: server.id, context })
  requireRules(facts, scopeRules, context.profile)
  const { granted: scopes } = scopesWanted(facts)
  request.seen.granted = scopes
  const value = await issueAccessToken(
    {
      issuer: context.addresses.issuer(server.id),
      audience: server.audience ?? context.addresses.issuer(),
      clientId: app.clientId,
      scopes,
      now: Math.floor(context.clock().getTime() / 1000),
      thumbprint,
    },
    await context.signingKeys.signer(),
  )
  noteToken(request, { app, server, scopes, context })
  const type = thumbprint === undefined ? 'Bearer' : 'DPoP'
  return writeTokenResponse({ value, type, scopes, expiresInSeconds: accessTokenLifetimeSeconds })
}

/** The app as it is after authentication: one that was deactivated or deleted meanwhile gets nothing. */
async function requireActive({ client }: AuthenticatedClient, { clients, profile }: Context): Promise<App> {
  const app = await clients.findApp(client.clientId)
  if (app?.status !== 'ACTIVE') throw new Refused(refusalOf('client-inactive', profile))
  return app
}

interface Grantee {
  readonly app: App
  readonly server: CalledServer
  readonly context: Context
}

async function factsOf({ read }: AuthenticatedClient, { app, server, context }: Grantee): Promise<UseFacts> {
  const isCustom = server.id !== undefined
  const granted = isCustom ? new Set(server.scopes) : (await context.clients.partsOf(app)).scopes
  return {
    requested: true,
    grantType: read.grantType,
    scope: read.scope,
    clientGrantTypes: app.grantTypes,
    defaultScopes: isCustom ? server.defaultScopes : undefined,
    granted,
    catalogue: isCustom ? granted : await catalogueFor(readScopes(read.scope), { granted, context }),
  }
}

const oktaScopeSet: ReadonlySet<string> = new Set(oktaScopes)

/** Okta's scopes and every scope granted to any app; the store is asked only about one that is neither Okta's nor the app's own. */
function catalogueFor(
  asked: readonly string[],
  { granted, context }: { readonly granted: ReadonlySet<string>; readonly context: Context },
): ReadonlySet<string> | Promise<ReadonlySet<string>> {
  if (asked.every((scope) => oktaScopeSet.has(scope))) return oktaScopeSet
  const catalogue = new Set([...oktaScopes, ...granted])
  if (asked.every((scope) => catalogue.has(scope))) return catalogue
  return context.store.listGrantedScopes().then((others) => new Set([...catalogue, ...others]))
}

function noteToken(
  request: FastifyRequest,
  { app, server, scopes, context }: Grantee & { readonly scopes: readonly string[] },
): void {
  context.metrics.count('pkjwt_tokens_issued_total')
  context.audit.note(server.id === undefined ? 'app.oauth2.token.grant' : 'app.oauth2.as.token.grant', {
    outcome: 'SUCCESS',
    clientId: app.clientId,
    scopes,
    requestId: request.id,
    ...(server.id === undefined ? {} : { authorizationServer: server.id }),
  })
}
