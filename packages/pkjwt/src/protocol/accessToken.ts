import { encodeBase64url } from '../encoding/base64url.js'
import { isJsonObject, readJson } from '../encoding/json.js'
import { createHeaderEncoder, signEncoded } from '../jwt/sign.js'
import { verifyJws } from '../jwt/verify.js'
import type { KeySet, Signer } from '../keys/key.js'
import { isWholeSeconds } from '../rules/time.js'

/** Lifetime of the access tokens of Okta's organisation server; it cannot be changed there. */
export const accessTokenLifetimeSeconds = 3600

/** What stands in an access token of the client-credentials grant, with Okta's names. */
export interface AccessTokenClaims {
  readonly ver: 1
  readonly jti: string
  readonly iss: string
  readonly aud: string
  readonly iat: number
  readonly exp: number
  readonly cid: string
  readonly sub: string
  readonly scp: readonly string[]
  /** Binds the token to a DPoP key (RFC 9449 §6.1). */
  readonly cnf?: { readonly jkt: string }
}

/** Whom a token is for, and what it may. */
export interface IssueAccessTokenOptions {
  readonly issuer: string
  readonly audience: string
  readonly clientId: string
  readonly scopes: readonly string[]
  /** Whole seconds since the epoch. */
  readonly now: number
  readonly lifetimeSeconds?: number | undefined
  /** Thumbprint of the DPoP key. */
  readonly thumbprint?: string | undefined
}

/**
 * Issues an access token (Okta's claims; RFC 9068 differs in names only).
 *
 * @example
 * const now = Math.floor(Date.now() / 1000)
 * const token = await issueAccessToken({ issuer: 'https://id.example', audience: 'api', clientId, scopes, now }, key)
 * assert.deepEqual(parseJwt(token).claims.scp, ['okta.users.read'])
 */
export function issueAccessToken(options: IssueAccessTokenOptions, signer: Signer): string | Promise<string> {
  const { issuer, audience, clientId, scopes, now, thumbprint, lifetimeSeconds = accessTokenLifetimeSeconds } = options
  const claims = {
    ver: 1,
    jti: `AT.${encodeBase64url(drawBytes())}`,
    iss: issuer,
    aud: audience,
    iat: now,
    exp: now + lifetimeSeconds,
    cid: clientId,
    sub: clientId,
    scp: scopes,
    // JSON has no member for what is undefined.
    cnf: thumbprint === undefined ? undefined : { jkt: thumbprint },
  } satisfies { readonly [Name in keyof AccessTokenClaims]: AccessTokenClaims[Name] | undefined }
  return signEncoded(encodedHeaderOf(signer), JSON.stringify(claims), signer)
}

const encodedHeaderOf = /* @__PURE__ */ createHeaderEncoder(({ kid, alg }) => ({ kid, alg }))

const drawnBytes = 32
let drawn = new Uint8Array(0)
let drawnUsed = 0

/** 32 random bytes. They are drawn for 64 tokens at once: to ask for them takes longer than to make them. */
function drawBytes(): Uint8Array {
  if (drawnUsed === drawn.length) {
    drawn = crypto.getRandomValues(new Uint8Array(64 * drawnBytes))
    drawnUsed = 0
  }
  drawnUsed += drawnBytes
  return drawn.subarray(drawnUsed - drawnBytes, drawnUsed)
}

/** What a token has to fit. */
export interface VerifyAccessTokenOptions {
  readonly keys: KeySet
  readonly issuer: string
  readonly audience: string
  /** Whole seconds since the epoch. */
  readonly now: number
}

/** Why an access token is not accepted. */
export type AccessTokenFault = 'invalid' | 'expired' | 'issuer' | 'audience'

/**
 * Verifies an access token that `issueAccessToken` made. It answers with a word instead of throwing: what a bad token leads to
 * differs from endpoint to endpoint.
 *
 * @example
 * const now = Math.floor(Date.now() / 1000)
 * const whom = { issuer: 'https://id.example', audience: 'api', now }
 * const token = await issueAccessToken({ ...whom, clientId, scopes, lifetimeSeconds: 60 }, key)
 * assert.equal(await verifyAccessToken(token, { ...whom, keys, now: now + 60 }), 'expired')
 */
export async function verifyAccessToken(
  value: string,
  options: VerifyAccessTokenOptions,
): Promise<AccessTokenClaims | AccessTokenFault> {
  const claims = await readVerified(value, options.keys)
  if (claims === undefined) return 'invalid'
  if (claims.iss !== options.issuer) return 'issuer'
  if (claims.aud !== options.audience) return 'audience'
  return claims.exp > options.now ? claims : 'expired'
}

async function readVerified(value: string, keys: KeySet): Promise<AccessTokenClaims | undefined> {
  try {
    const { payload } = await verifyJws(value, keys)
    const claims = readJson(payload)
    return isAccessTokenClaims(claims) ? claims : undefined
  } catch {
    // Anything can stand in an Authorization header; whatever is no token of ours is simply invalid.
    return undefined
  }
}

function isAccessTokenClaims(value: unknown): value is AccessTokenClaims {
  if (!isJsonObject(value)) return false
  const { jti, iss, aud, cid, sub, scp, exp, iat, cnf } = value
  return (
    [jti, iss, aud, cid, sub].every((text) => typeof text === 'string') &&
    isWholeSeconds(exp) &&
    isWholeSeconds(iat) &&
    Array.isArray(scp) &&
    scp.every((scope) => typeof scope === 'string') &&
    (cnf === undefined || (isJsonObject(cnf) && typeof cnf.jkt === 'string'))
  )
}
