import type { DraftJwt } from '../jwt/parse.js'
import type { Algorithm } from '../keys/algorithms.js'
import type { PublicKey } from '../keys/key.js'
import { type Breach, type Rule, type RuleId, shown } from './rule.js'
import { isWholeSeconds, moment } from './time.js'
import { isUsableTokenId } from './tokenId.js'

/** What the rules about a DPoP proof look at (RFC 9449 §4.3). What nobody knows yet stays undefined, and no rule asks about it. */
export interface ProofFacts {
  /** The values of the header `DPoP`. */
  readonly proofs: readonly string[]
  readonly jwt?: DraftJwt | undefined
  /** The key that the header brings; `null` when it brings none that can be used. */
  readonly key?: PublicKey | null | undefined
  readonly good?: boolean | undefined
  readonly method: string
  /** The URLs of the endpoint that was called. */
  readonly urls: readonly string[]
  /** Whole seconds since the epoch. */
  readonly now: number
  /** Whether the server takes a nonce; undefined where it asks for none. */
  readonly acceptsNonce?: ((nonce: unknown) => boolean) | undefined
  /** The hash of the access token that came along, when an API was called. */
  readonly accessTokenHash?: string | undefined
  /** The thumbprint of the key that the access token is bound to. */
  readonly boundTo?: string | undefined
  readonly remembered?: boolean | undefined
}

/** How old a proof may be. */
export const proofAgeSecondsMax = 300

/** How far ahead the clock of the client may be. */
export const proofAheadSecondsMax = 10

/** What Okta takes; FAPI 2.0 takes less and nobody takes a symmetric one. */
export const proofAlgorithms: readonly Algorithm[] = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512']

const jtiBytesMax = 256

function rule(id: RuleId, section: string, check: Rule<ProofFacts>['check']): Rule<ProofFacts> {
  return { id, stage: 'use', specification: `RFC 9449 ${section}`, check }
}

/** A proof has to be there (RFC 9449 §4.3). */
export const proofMissing = rule('proof-missing', '§5', ({ proofs }) => {
  if (proofs.length > 0) return undefined
  return {
    member: 'DPoP',
    expected: 'one header "DPoP" with a proof',
    message: 'The app is bound to DPoP, and the request brings no proof',
    fix: 'Send a DPoP proof, or take the tick away from "Require Demonstrating Proof of Possession" in the app',
  }
})

/** There may be only one (RFC 9449 §4.3). */
export const proofSeveral = rule('proof-several', '§4.3 (1)', ({ proofs }) => {
  if (proofs.length < 2) return undefined
  return {
    member: 'DPoP',
    found: `${proofs.length} proofs`,
    expected: 'one',
    message: 'The request brings more than one header "DPoP"',
    fix: 'Send one proof',
  }
})

/** It has to be a compact JWS (RFC 9449 §4.3). */
export const proofForm = rule('proof-form', '§4.3 (2)', ({ jwt }) => {
  const fault = jwt?.faults[0]
  if (fault === undefined) return undefined
  return {
    member: 'DPoP',
    found: fault.detail,
    expected: 'a compact JWT',
    message: `The proof cannot be read: ${fault.detail}`,
    fix: 'Send the signed JWT in its compact form, whole and alone',
  }
})

/** Its `typ` says that it is a proof (RFC 9449 §4.3). */
export const proofType = rule('proof-typ', '§4.3 (4)', ({ jwt }) => {
  const typ = jwt?.header?.typ
  if (jwt?.header === undefined || (typeof typ === 'string' && typ.toLowerCase() === 'dpop+jwt')) return undefined
  return {
    member: 'typ',
    ...(typ === undefined ? {} : { found: shown(typ) }),
    expected: 'dpop+jwt',
    message: typ === undefined ? 'The header of the proof has no "typ"' : 'The header says that this is a token of another kind',
    fix: 'Sign with "typ": "dpop+jwt"',
    patch: { header: { typ: 'dpop+jwt' } },
  }
})

/** It is signed with an asymmetric algorithm (RFC 9449 §4.3). */
export const proofAlgorithm = rule('proof-alg', '§4.3 (5)', ({ jwt }) => {
  const alg = jwt?.header?.alg
  if (jwt?.header === undefined || proofAlgorithms.some((name) => name === alg)) return undefined
  return {
    member: 'alg',
    ...(alg === undefined ? {} : { found: shown(alg) }),
    expected: proofAlgorithms.join(', '),
    message: 'The proof is signed with an algorithm that the server does not take',
    fix: 'Sign with ES256 or RS256',
  }
})

/** It needs no extension that nobody here knows (RFC 9449 §4.3). */
export const proofExtension = rule('proof-extension', '§4.3 (2); RFC 7515 §4.1.11', ({ jwt }) => {
  const header = jwt?.header ?? {}
  const member = ['crit', 'b64', 'zip'].find((name) => Object.hasOwn(header, name))
  if (member === undefined) return undefined
  return {
    member,
    found: shown(header[member]),
    message: `The header member "${member}" asks for an extension that no server understands`,
    fix: `Sign without "${member}"`,
    patch: { header: { [member]: null } },
  }
})

/** Its header brings a public key, and no private one (RFC 9449 §4.3). */
export const proofKey = rule('proof-key', '§4.3 (7)', ({ jwt, key }) => {
  if (jwt === undefined || key !== null) return undefined
  return {
    member: 'jwk',
    expected: 'the public key alone, as a JWK',
    message: 'The header brings no usable public key: it is absent, private, symmetric, too small, or none',
    fix: 'Put the public JWK into the header, without "d" and the like',
  }
})

/** That key made the signature (RFC 9449 §4.3). */
export const proofSignature = rule('proof-signature', '§4.3 (6)', ({ good }) => {
  if (good !== false) return undefined
  return {
    member: 'signature',
    found: 'a signature of another key, or of other content',
    expected: 'a signature of the key in "jwk"',
    message: 'The signature does not fit the key that the proof brings',
    fix: 'Sign with the private half of the key in "jwk"',
  }
})

/** `htm` is the method of the request (RFC 9449 §4.3). */
export const proofMethod = rule('proof-htm', '§4.3 (8)', ({ jwt, method }) => {
  const htm = jwt?.claims?.htm
  if (jwt?.claims === undefined || htm === method) return undefined
  return wrongClaim('htm', htm, method, 'Set "htm" to the method in upper case', { htm: method })
})

/** `htu` is the URL of the request (RFC 9449 §4.3). */
export const proofUrl = rule('proof-htu', '§4.3 (9); okta-sdk-nodejs#453: no query', ({ jwt, urls }) => {
  const htu = jwt?.claims?.htu
  if (jwt?.claims === undefined || (typeof htu === 'string' && urls.includes(normalUrl(htu)))) return undefined
  return wrongClaim('htu', htu, urls.join(' or '), 'Set "htu" to the URL that is called, without query and fragment', {
    htu: urls[0],
  })
})

/** Scheme and host in lower case, no default port (RFC 3986 §6.2.2 and §6.2.3). A query stays, and is refused for it. */
function normalUrl(text: string): string {
  try {
    return new URL(text).href
  } catch {
    return text
  }
}

/** `iat` is whole seconds (RFC 9449 §4.3). */
export const proofIssuedType = rule('proof-iat', '§4.2', ({ jwt }) => {
  const iat = jwt?.claims?.iat
  if (jwt?.claims === undefined || isWholeSeconds(iat)) return undefined
  return wrongClaim('iat', iat, 'seconds since the epoch, as a number', 'Set "iat" to the present time in seconds')
})

/** `iat` is not in the future (RFC 9449 §4.3). */
export const proofIssuedAhead = rule('proof-iat-future', '§4.3 (11)', ({ jwt, now }) => {
  const iat = jwt?.claims?.iat
  if (!isWholeSeconds(iat) || iat <= now + proofAheadSecondsMax) return undefined
  return {
    member: 'iat',
    found: moment(iat, now),
    expected: `at most ${now + proofAheadSecondsMax}`,
    message: 'The proof was made in the future',
    fix: 'Set the clock of the client',
  }
})

/** `iat` is not long ago (RFC 9449 §4.3). */
export const proofIssuedLongAgo = rule('proof-iat-past', '§4.3 (11); Okta: five minutes', ({ jwt, now }) => {
  const iat = jwt?.claims?.iat
  if (!isWholeSeconds(iat) || iat >= now - proofAgeSecondsMax) return undefined
  return {
    member: 'iat',
    found: moment(iat, now),
    expected: `at least ${now - proofAgeSecondsMax}`,
    message: 'The proof is older than five minutes',
    fix: 'Make a new proof for every request',
  }
})

/** `exp`, when it is there, is not over (RFC 9449 §4.3). */
export const proofExpired = rule('proof-exp', '§4.2; RFC 7519 §4.1.4', ({ jwt, now }) => {
  const exp = jwt?.claims?.exp
  if (exp === undefined || (isWholeSeconds(exp) && exp > now)) return undefined
  return wrongClaim('exp', exp, `later than ${now}, or nothing`, 'Make a new proof for every request, without "exp"')
})

/** `jti` names the proof (RFC 9449 §4.3). */
export const proofId = rule('proof-jti', '§4.2', ({ jwt }) => {
  const jti = jwt?.claims?.jti
  if (jwt?.claims === undefined || isUsableTokenId(jti, jtiBytesMax)) return undefined
  return wrongClaim('jti', jti, `a string that is not empty, at most ${jtiBytesMax} bytes`, 'Use a fresh random "jti"')
})

/** It holds a nonce that the server gave lately (RFC 9449 §4.3). */
export const proofNonce = rule('proof-nonce', '§8', ({ jwt, acceptsNonce }) => {
  const nonce = jwt?.claims?.nonce
  if (acceptsNonce === undefined || jwt?.claims === undefined || acceptsNonce(nonce)) return undefined
  return {
    member: 'nonce',
    ...(nonce === undefined ? {} : { found: shown(nonce) }),
    expected: 'the nonce of the header DPoP-Nonce',
    message: nonce === undefined ? 'The proof carries no nonce' : 'The nonce of the proof is not one that the server gave lately',
    fix: 'Repeat with the nonce of the header DPoP-Nonce, a new proof and a new assertion',
  }
})

/** `ath` is the hash of the access token beside it (RFC 9449 §4.3). */
export const proofTokenHash = rule('proof-ath', '§4.3 (12)', ({ jwt, accessTokenHash }) => {
  const ath = jwt?.claims?.ath
  if (accessTokenHash === undefined || jwt?.claims === undefined || ath === accessTokenHash) return undefined
  return wrongClaim('ath', ath, accessTokenHash, 'Set "ath" to the base64url SHA-256 of the access token')
})

/** Its key is the one that the access token is bound to (RFC 9449 §4.3). */
export const proofBinding = rule('proof-binding', '§4.3 (12)', ({ key, boundTo }) => {
  if (boundTo === undefined || key === undefined || key?.thumbprint === boundTo) return undefined
  return {
    member: 'jwk',
    found: shown(key?.thumbprint),
    expected: shown(boundTo),
    message: 'The access token is bound to another key than the one that made the proof',
    fix: 'Make the proof with the key that the token was bought with',
  }
})

/** It was not used before (RFC 9449 §4.3). */
export const proofUsed = rule('proof-used', '§11.1', ({ jwt, remembered }) => {
  if (remembered !== false) return undefined
  return {
    member: 'jti',
    found: shown(jwt?.claims?.jti),
    expected: 'a "jti" that was never used',
    message: 'The proof was used before',
    fix: 'Make a new proof for every request, also when trying again',
  }
})

function wrongClaim(
  member: string,
  found: unknown,
  expected: string,
  fix: string,
  claims?: Readonly<Record<string, unknown>>,
): Breach {
  return {
    member,
    ...(found === undefined ? {} : { found: shown(found) }),
    expected,
    message:
      found === undefined
        ? `The claim "${member}" of the proof is missing`
        : `The claim "${member}" of the proof is ${shown(found)}`,
    fix,
    ...(claims === undefined ? {} : { patch: { claims } }),
  }
}

/** In the order in which a server refuses; each asks only about what is known by then. */
export const proofRules: readonly Rule<ProofFacts>[] = [
  proofMissing,
  proofSeveral,
  proofForm,
  proofType,
  proofAlgorithm,
  proofExtension,
  proofKey,
  proofSignature,
  proofMethod,
  proofUrl,
  proofIssuedType,
  proofIssuedAhead,
  proofIssuedLongAgo,
  proofExpired,
  proofId,
  proofTokenHash,
  proofBinding,
  proofNonce,
  proofUsed,
]
