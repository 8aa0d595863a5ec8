import { sha256 } from '#crypto'
import { encodeBase64url } from '../encoding/base64url.js'
import { isJsonObject } from '../encoding/json.js'
import { RefusedError } from '../errors.js'
import { type DraftJwt, type JsonObject, readDraftJwt, wellFormed } from '../jwt/parse.js'
import { signJwt } from '../jwt/sign.js'
import type { PublicJwk, PublicKey, Signer } from '../keys/key.js'
import { readPublicKeys } from '../keys/publicKeys.js'
import { okta } from '../profiles/okta.js'
import { withRefusals } from '../profiles/refusals.js'
import { signatureHolds } from '../rules/examine.js'
import { type ProofFacts, proofAgeSecondsMax, proofRules } from '../rules/proof.js'
import { checkRules } from '../rules/rule.js'

/** The `typ` of a proof (RFC 9449 §4.2). */
export const dpopProofType = 'dpop+jwt'

/** What a proof is for (RFC 9449 §4.2). */
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
    htu: url.replace(/[?#].*/s, ''),
    iat: Math.floor(now.getTime() / 1000),
    // JSON has no member for what is undefined.
    nonce,
    ath: accessToken === undefined ? undefined : await accessTokenHash(accessToken),
  }
  return signJwt({ typ: dpopProofType, alg: key.alg, jwk: bareJwk(key.publicKey.jwk) }, claims, key)
}

/**
 * The claim `ath`: which access token a proof is for (RFC 9449 §4.2).
 *
 * @example
 * assert.equal((await accessTokenHash('a')).length, 43)
 */
export async function accessTokenHash(accessToken: string): Promise<string> {
  return encodeBase64url(await sha256(new TextEncoder().encode(accessToken)))
}

/** The members that make the key, and nothing that names it: a `kid` in the proof would be read as a claim about it. */
function bareJwk({ kty, n, e, crv, x, y }: PublicJwk): JsonObject {
  return { kty, n, e, crv, x, y }
}

/** One use of a proof, to be remembered until `keepUntil` (seconds since the epoch). */
export interface ProofUse {
  readonly thumbprint: string
  readonly jti: string
  readonly keepUntil: number
}

/** What a proof has to fit (RFC 9449 §4.3). */
export interface VerifyDpopProofOptions {
  readonly method: string
  /** The URL of the endpoint that was called, or the several that it has; without a query. */
  readonly url: string | readonly string[]
  /** Whether a nonce is one that the server gave lately; left out where none is asked for. */
  readonly acceptsNonce?: ((nonce: unknown) => boolean) | undefined
  /** The access token that came along, where an API is called. */
  readonly accessToken?: string | undefined
  /** The thumbprint of the key that the access token is bound to. */
  readonly boundTo?: string | undefined
  /** Records the use, atomically: true the first time only. Called when everything else holds. */
  readonly rememberOnce: (use: ProofUse) => Promise<boolean> | boolean
  readonly now?: Date | undefined
}

/** A proof that holds, used up by this. */
export interface VerifiedDpopProof {
  /** RFC 7638, SHA-256: the `jkt` of the tokens bound to the key. */
  readonly thumbprint: string
  readonly claims: JsonObject
}

/**
 * Verifies a DPoP proof (RFC 9449 §4.3): form, claims, nonce, signature, single use, in this order, to the first fault.
 *
 * @param proofs The values of the header `DPoP`; none and several are faults.
 * @throws {RefusedError} `refused_by_rules` with the status, `error` and `error_description` to answer, and the finding for the log
 * @example
 * const proof = await createDpopProof({ key, method: 'POST', url: tokenEndpoint })
 * const { thumbprint } = await verifyDpopProof([proof], { method: 'POST', url: tokenEndpoint, rememberOnce: () => true })
 * assert.equal(thumbprint, key.thumbprint)
 */
export async function verifyDpopProof(proofs: readonly string[], options: VerifyDpopProofOptions): Promise<VerifiedDpopProof> {
  const { method, url, acceptsNonce, accessToken, boundTo, rememberOnce, now = new Date() } = options
  const urls = typeof url === 'string' ? [url] : url
  const nowSeconds = Math.floor(now.getTime() / 1000)
  let facts: ProofFacts = { proofs, method, urls, now: nowSeconds, acceptsNonce, boundTo }
  const learn = (more: Partial<ProofFacts>) => {
    facts = { ...facts, ...more }
    refuseProof(facts)
  }
  learn(accessToken === undefined ? {} : { accessTokenHash: await accessTokenHash(accessToken) })
  const jwt = readDraftJwt(proofs[0] ?? '')
  learn({ jwt })
  const key = await readProofKey(jwt)
  learn({ key })
  learn({ good: key !== null && (await signatureHolds(jwt, key)) })
  const { claims } = wellFormed(jwt)
  const { jti, iat } = claims
  if (key === null || typeof jti !== 'string' || typeof iat !== 'number') {
    throw new Error('a proof without a finding has all its parts')
  }
  learn({ remembered: await rememberOnce({ thumbprint: key.thumbprint, jti, keepUntil: iat + proofAgeSecondsMax + 1 }) })
  return { thumbprint: key.thumbprint, claims }
}

function refuseProof(facts: ProofFacts): void {
  const [finding] = withRefusals(checkRules(facts, proofRules, true), okta)
  if (finding === undefined) return
  throw new RefusedError('rules', `Cannot accept the DPoP proof: ${finding.message}`, {
    hint: finding.fix,
    status: finding.refusal?.status,
    error: finding.refusal?.error,
    errorDescription: finding.refusal?.error_description,
    findings: [finding],
  })
}

const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** The public key in the header; `null` when there is none that can be used. */
async function readProofKey({ header }: DraftJwt): Promise<PublicKey | null> {
  const jwk = header?.jwk
  if (!isJsonObject(jwk) || secretMembers.some((member) => Object.hasOwn(jwk, member))) return null
  const { kty, n, e, crv, x, y } = jwk
  try {
    const { keys } = await readPublicKeys({ keys: [{ kty, n, e, crv, x, y }] })
    return keys[0] ?? null
  } catch {
    // Whatever is wrong with the key, the sender brought it: the rule says so.
    return null
  }
}
