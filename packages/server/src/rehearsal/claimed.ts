import type { FastifyRequest } from 'fastify'
import { readDraftJwt } from 'pkjwt/jwt'
import { readTokenRequest } from 'pkjwt/protocol'
import { readScopes } from 'pkjwt/rules'
import { bodyOf } from '../http/requests.js'

/** What a request says about itself. Nothing of it is verified: it is for ledgers and faults of tests. */
export interface Claimed {
  readonly clientId: string | undefined
  readonly kid: string | undefined
  readonly jti: string | undefined
  readonly aud: unknown
  readonly scopes: readonly string[]
}

/** Reads what a client-authenticated request says about itself. */
export function readClaimed(request: FastifyRequest): Claimed {
  const { assertion, scope } = readTokenRequest({ body: bodyOf(request) })
  const { header, claims } = readDraftJwt(assertion ?? '')
  return {
    clientId: textOf(claims?.iss),
    kid: textOf(header?.kid),
    jti: textOf(claims?.jti),
    aud: claims?.aud,
    scopes: readScopes(scope),
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
