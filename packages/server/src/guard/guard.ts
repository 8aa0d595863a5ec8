import type { FastifyRequest } from 'fastify'
import { oktaRefusals } from 'pkjwt/profiles'
import { type AccessTokenClaims, verifyDpopProof, writeChallenge } from 'pkjwt/protocol'
import { proofAlgorithms } from 'pkjwt/rules'
import type { Context } from '../context.js'
import { Refused, readRefusal } from '../http/refused.js'
import { foldedPath, queryOf } from '../http/requests.js'
import { proofKey } from '../store/replayKey.js'
import type { App } from '../store/store.js'
import { findLiveToken } from './liveToken.js'

/** Who calls the API, and what it may. */
export interface Caller {
  readonly app: App
  readonly claims: AccessTokenClaims
  readonly roles: readonly string[]
}

export interface GuardOptions {
  /** One of these scopes is needed; the first one is named in the refusal. */
  readonly scopes: readonly string[]
  readonly context: Context
}

/**
 * Lets a request pass that brings an access token of this server which lives and holds the scope. What its roles allow is for the caller
 * of this to say.
 *
 * @throws {Refused} as Okta's API refuses
 */
export async function requireCaller(request: FastifyRequest, { scopes, context }: GuardOptions): Promise<Caller> {
  if (
    queryOf(request)
      .split('&')
      .some((pair) => pair.startsWith('access_token='))
  )
    throw new Refused(oktaRefusals.tokenInQuery)
  const presented = readAuthorization(request)
  const live = await findLiveToken(presented.value, {}, context)
  if (live === undefined) throw new Refused(oktaRefusals.tokenInvalid)
  const { app, claims } = live
  await requireBinding(request, { presented, claims, context })
  request.seen.scopes = claims.scp
  if (!scopes.some((scope) => claims.scp.includes(scope))) throw insufficientScope(request, scopes[0] ?? '', context)
  const { roles } = await context.clients.partsOf(app)
  return { app, claims, roles }
}

interface Presented {
  readonly scheme: 'bearer' | 'dpop'
  readonly value: string
}

function readAuthorization({ headers: { authorization } }: FastifyRequest): Presented {
  const [, scheme = '', value = ''] = /^(Bearer|DPoP) +([\x21-\x7e]+) *$/i.exec(authorization ?? '') ?? []
  if (value === '') throw new Refused(oktaRefusals.tokenInvalid)
  return { scheme: scheme.toLowerCase() === 'dpop' ? 'dpop' : 'bearer', value }
}

interface Binding {
  readonly presented: Presented
  readonly claims: AccessTokenClaims
  readonly context: Context
}

/** A bound token needs its proof; one that is not bound must not pretend to be. */
async function requireBinding(request: FastifyRequest, { presented, claims, context }: Binding): Promise<void> {
  const boundTo = claims.cnf?.jkt
  const proofs = proofsOf(request)
  if (boundTo === undefined) {
    if (presented.scheme === 'dpop') throw challenged(request, oktaRefusals.tokenNotBound, context)
    return
  }
  if (presented.scheme !== 'dpop') throw challenged(request, oktaRefusals.proofSchemeRequired, context)
  if (proofs.length === 0) throw challenged(request, oktaRefusals.proofRequired, context)
  try {
    await verifyDpopProof(proofs, {
      method: request.method,
      url: context.addresses.urlsOfPath(foldedPath(request)),
      accessToken: presented.value,
      boundTo,
      now: context.clock(),
      rememberOnce: ({ thumbprint, jti, keepUntil }) => rememberProof(context, { thumbprint, jti, keepUntil }),
    })
  } catch (error) {
    const refused = readRefusal(error)
    throw refused === undefined ? error : challenged(request, refused.refusal, context, refused)
  }
}

/** Records a proof; what could have been forgotten counts as used. */
export async function rememberProof(
  { store }: Context,
  { thumbprint, jti, keepUntil }: { readonly thumbprint: string; readonly jti: string; readonly keepUntil: number },
): Promise<boolean> {
  return (await store.rememberOnce({ key: proofKey(thumbprint, jti), keepUntil })) === true
}

/** The values of the header `DPoP`; Node joins several into one with commas, which no JWT holds. */
export function proofsOf({ headers: { dpop } }: FastifyRequest): readonly string[] {
  const values = dpop === undefined ? [] : Array.isArray(dpop) ? dpop : [dpop]
  return values.flatMap((value) => value.split(',')).map((value) => value.trim())
}

function insufficientScope(request: FastifyRequest, scope: string, { addresses }: Context): Refused {
  const { error, error_description } = oktaRefusals.scopeInsufficient
  const org = addresses.issuer()
  const challenge = writeChallenge('Bearer', {
    authorization_uri: `${org}/oauth2/v1/authorize`,
    realm: org,
    scope,
    error,
    error_description,
    resource: foldedPath(request),
  })
  return new Refused(oktaRefusals.scopeInsufficient, { headers: { 'www-authenticate': challenge }, isBodyEmpty: true })
}

/** A refusal about a proof: Okta's API says it in the header alone. */
function challenged(request: FastifyRequest, refusal: Refused['refusal'], { addresses }: Context, cause?: Refused): Refused {
  const org = addresses.issuer()
  const challenge = writeChallenge('DPoP', {
    algs: proofAlgorithms.join(' '),
    authorization_uri: `${org}/oauth2/v1/authorize`,
    realm: org,
    error: refusal.error,
    error_description: refusal.error_description,
    resource: foldedPath(request),
  })
  return new Refused(refusal, { headers: { 'www-authenticate': challenge }, isBodyEmpty: true, finding: cause?.finding })
}
