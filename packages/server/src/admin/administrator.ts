import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { PkjwtError } from 'pkjwt/errors'
import { oktaRefusals } from 'pkjwt/profiles'
import type { Context } from '../context.js'
import { requireCaller } from '../guard/guard.js'
import { Refused } from '../http/refused.js'
import { mayDo, type Operation, permissions } from './permissions.js'

/** Who manages apps with this request. */
export interface Administrator {
  /** The client id of a service app, or `bootstrap`. */
  readonly id: string
  readonly roles: readonly string[]
}

/** The name in log and grants of whoever holds the bootstrap token. */
export const bootstrapId = 'bootstrap'

/** Finds out who sends a request, and refuses who may not do what it asks for. */
export type RequireAdministrator = (request: FastifyRequest, operation: Operation) => Promise<Administrator>

/**
 * Creates the check of administrators: an access token of this server whose app has scope and role, or the bootstrap token.
 *
 * @throws {PkjwtError} `option_invalid` when the bootstrap token is too short
 */
export function createAdministrators(context: Context, adminToken: string | undefined): RequireAdministrator {
  const expected = adminToken === undefined ? undefined : digestOf(readAdminToken(adminToken))
  const find: RequireAdministrator = async (request, operation) => {
    const presented = /^SSWS +([\x21-\x7e]+) *$/i.exec(request.headers.authorization ?? '')?.[1]
    if (presented !== undefined) {
      if (expected === undefined || !timingSafeEqual(digestOf(presented), expected)) throw new Refused(oktaRefusals.tokenInvalid)
      request.seen.clientId = bootstrapId
      return { id: bootstrapId, roles: ['SUPER_ADMIN'] }
    }
    const { scopes } = permissions[operation]
    const { app, roles } = await requireCaller(request, { scopes, context })
    // From here on a refusal belongs into the log: it is known whose it is.
    request.seen.clientId = app.clientId
    if (!mayDo(operation, { roles })) throw new Refused(oktaRefusals.roleMissing)
    return { id: app.clientId, roles }
  }
  // A decision may be taken again, and a proof of possession is good only once.
  const known = new WeakMap<FastifyRequest, Promise<Administrator>>()
  return (request, operation) => {
    const found = known.get(request) ?? find(request, operation)
    known.set(request, found)
    return found
  }
}

const tokenBytesMin = 32

function readAdminToken(token: string): string {
  if (Buffer.byteLength(token) >= tokenBytesMin && /^[\x21-\x7e]+$/.test(token)) return token
  throw new PkjwtError(
    'option_invalid',
    `Cannot use the admin token: it has to be at least ${tokenBytesMin} characters of ASCII without spaces`,
    {
      hint: 'Make one with openssl rand -hex 32',
    },
  )
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
