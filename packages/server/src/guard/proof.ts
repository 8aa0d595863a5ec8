import type { FastifyReply, FastifyRequest } from 'fastify'
import { verifyDpopProof } from 'pkjwt/protocol'
import type { Context } from '../context.js'
import type { App } from '../store/store.js'
import { proofsOf, rememberProof } from './guard.js'

export interface RequireProofOptions {
  readonly app: App
  readonly serverId: string | undefined
  readonly context: Context
}

/**
 * The thumbprint of the key that a token is to be bound to. An app that does not ask for it gets a Bearer token, whatever proof it
 * brings: Okta's own SDK sends one always.
 *
 * @throws {RefusedError} with what to answer
 */
export async function requireProof(
  request: FastifyRequest,
  reply: FastifyReply,
  { app, serverId, context }: RequireProofOptions,
): Promise<string | undefined> {
  if (!app.dpopBoundAccessTokens) return undefined
  const { nonces, addresses, clock } = context
  const { current, accepts } = await nonces.now()
  reply.header('dpop-nonce', current)
  const { thumbprint } = await verifyDpopProof(proofsOf(request), {
    method: 'POST',
    url: addresses.urlsOf('token', serverId),
    acceptsNonce: accepts,
    now: clock(),
    rememberOnce: (use) => rememberProof(context, use),
  })
  return thumbprint
}
