import { sha256 } from '#crypto'
import { encodeBase64url } from '../encoding/base64url.js'
import type { JsonObject } from '../jwt/parse.js'
import { signJwt } from '../jwt/sign.js'
import type { PublicJwk, Signer } from '../keys/key.js'

/** The `typ` of a proof (RFC 9449 §4.2). */
export const dpopProofType = 'dpop+jwt'

export interface DpopProofOptions {
  /** The key that tokens are bound to: another one than the key of the assertion. */
  readonly key: Signer
  /** The method of the request, in upper case. */
  readonly method: string
  /** The URL of the request; its query and fragment are left out of the proof. */
  readonly url: string
  /** What the server sent as `DPoP-Nonce`. */
  readonly nonce?: string | undefined
  /** The access token that goes with the request, when an API is called. */
  readonly accessToken?: string | undefined
  readonly now?: Date | undefined
}

/**
 * Creates the proof that a request is made by the holder of a key (RFC 9449 §4.2), for the header `DPoP`.
 *
 * @returns A JWT for this one request; trying again takes a new one.
 * @example
 * const proof = await createDpopProof({ key, method: 'POST', url: 'https://example.okta.com/oauth2/v1/token' })
 * assert.equal(parseJwt(proof).claims.htm, 'POST')
 */
export async function createDpopProof(options: DpopProofOptions): Promise<string> {
  const { key, method, url, nonce, accessToken, now = new Date() } = options
  const claims = {
    jti: crypto.randomUUID(),
    htm: method,
    htu: url.replace(/[?#].*$/s, ''),
    iat: Math.floor(now.getTime() / 1000),
    ...(nonce === undefined ? {} : { nonce }),
    ...(accessToken === undefined ? {} : { ath: await accessTokenHash(accessToken) }),
  }
  return signJwt({ typ: dpopProofType, alg: key.alg, jwk: bareJwk(key.publicKey.jwk) }, claims, key)
}

/** The claim `ath`: which access token a proof is for (RFC 9449 §4.2). */
export async function accessTokenHash(accessToken: string): Promise<string> {
  return encodeBase64url(await sha256(new TextEncoder().encode(accessToken)))
}

/** The members that make the key, and nothing that names it: a `kid` in the proof would be read as a claim about it. */
function bareJwk({ kty, n, e, crv, x, y }: PublicJwk): JsonObject {
  return Object.fromEntries(Object.entries({ kty, n, e, crv, x, y }).filter(([, value]) => value !== undefined))
}
