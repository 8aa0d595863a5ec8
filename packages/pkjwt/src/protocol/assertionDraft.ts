import { PkjwtError } from '../errors.js'
import type { JsonObject } from '../jwt/parse.js'
import type { Certificate } from '../keys/certificate.js'
import type { Signer } from '../keys/key.js'
import { type ProfileName, profileOf } from '../profiles/profiles.js'
import { isForIssuer } from '../rules/audience.js'
import { checkRules, type Finding, type Profile } from '../rules/rule.js'
import { claimsRules, identityRules, ownKeyRules } from '../rules/rulebook.js'
import { usualLifetimeSeconds } from '../rules/time.js'
import { endpointsOf, readIssuer } from './endpoints.js'

/** `iat` lies this much in the past: a server whose clock is a little behind must not see the future. */
export const backdatedSeconds = 5

/** Who asks, at whom the assertion is aimed, and the key. */
export interface AssertionOptions {
  readonly key: Signer
  /** `iss` and `sub`. Needed unless `payload` is given. */
  readonly clientId?: string | undefined
  /** The organisation or issuer, from which the audience follows. */
  readonly org?: string | undefined
  /** `aud`, character by character. */
  readonly audience?: string | undefined
  /** Default `okta`. */
  readonly profile?: ProfileName | Profile | undefined
  /** Default 300, or less where the profile wants less. */
  readonly lifetimeSeconds?: number | undefined
  /** A `jti` of your own, or `false` for none. Default a fresh random one. */
  readonly jti?: string | false | undefined
  /** `false` leaves `iat` out. */
  readonly iat?: false | undefined
  /** Claims to add or to replace; `null` removes one. */
  readonly claims?: JsonObject | undefined
  /** The whole payload instead of the claims made here: only a missing or quoted `exp` is put right. */
  readonly payload?: JsonObject | undefined
  /** The certificate of the key, for servers that know it by that; `readCertificate` reads one. It takes the place of `kid`. */
  readonly certificate?: Pick<Certificate, 'headerFor'> | undefined
  /** `true` sends the certificate itself in the header, too. */
  readonly x5c?: boolean | undefined
  /** Header members to add or to replace; `null` removes one. */
  readonly header?: JsonObject | undefined
  /** `false` signs even what the profile refuses. */
  readonly check?: boolean | undefined
  readonly now?: Date | undefined
}

/** What is going to be signed, and what was put right on the way there. */
export interface AssertionDraft {
  readonly header: JsonObject
  readonly claims: JsonObject
  /** What `aud` should be, when the options say it. */
  readonly audience: string | undefined
  /** Sentences about what was changed in a payload. */
  readonly notes: readonly string[]
}

/**
 * Makes header and claims without signing them.
 *
 * @example
 * const { header, claims } = draftAssertion({ org, clientId, key, jti: 'one' })
 * assert.equal(header.kid, key.kid)
 * assert.equal(claims.jti, 'one')
 */
export function draftAssertion(options: AssertionOptions): AssertionDraft {
  const { clientId, payload } = options
  const limits = profileOf(options.profile ?? 'okta')
  const { lifetimeSeconds = usualLifetimeSeconds(limits) } = options
  if (payload === undefined && !clientId) {
    throw new PkjwtError('option_invalid', 'Cannot create an assertion: there is no client id', { hint: 'Give { clientId }' })
  }
  if (!Number.isSafeInteger(lifetimeSeconds) || lifetimeSeconds <= 0) {
    throw new PkjwtError(
      'option_invalid',
      `Cannot create an assertion: a lifetime of ${lifetimeSeconds} is not a number of seconds`,
      {
        hint: 'Give whole seconds above zero, such as 300',
      },
    )
  }
  const now = nowSeconds(options.now)
  const audience = audienceOf(options, limits)
  const header = merged(headerWith(options), options.header)
  if (payload === undefined)
    return {
      header,
      claims: merged(freshClaims(options, { audience, now, exp: now + lifetimeSeconds, nbf: limits.nbf }), options.claims),
      audience,
      notes: [],
    }
  const { claims, notes } = mendPayload(payload, now, lifetimeSeconds)
  return { header, claims: merged(merged(claims, namedClaims(options, audience)), options.claims), audience, notes }
}

/**
 * Runs the rules of the profile over a draft, as its servers will.
 *
 * @example
 * const options = { org, clientId, key, lifetimeSeconds: 7200 }
 * const [finding] = examineDraft(draftAssertion(options), options)
 * assert.equal(finding?.id, 'exp-far')
 */
export function examineDraft({ header, claims, audience }: AssertionDraft, options: AssertionOptions): Finding[] {
  const { key, clientId, profile = 'okta' } = options
  const limits = profileOf(profile)
  const audiences = audience === undefined ? undefined : [audience]
  const findings: Finding[] = checkRules({ claims, expected: clientId }, identityRules)
  findings.push(...checkRules({ header, claims, limits, now: nowSeconds(options.now), audiences }, claimsRules))
  // The server may know the key under the name that the header gives it, so a name is not compared here.
  findings.push(...checkRules({ header, limits, keys: [key.publicKey], key: key.publicKey }, ownKeyRules))
  return findings
}

/** What of fresh claims does not stand in the options. */
interface Aim extends Pick<Profile, 'nbf'> {
  readonly audience: string | undefined
  readonly now: number
  readonly exp: number
}

function freshClaims(
  { clientId, jti = crypto.randomUUID(), iat }: AssertionOptions,
  { audience, now, exp, nbf }: Aim,
): JsonObject {
  return {
    iss: clientId,
    sub: clientId,
    aud: audience,
    ...(iat === false ? {} : { iat: now - backdatedSeconds }),
    ...(nbf === undefined ? {} : { nbf: now - backdatedSeconds }),
    exp,
    ...(jti === false ? {} : { jti }),
  }
}

/** The claims that options name beside a payload. */
function namedClaims({ clientId, jti }: AssertionOptions, audience: string | undefined): JsonObject {
  return {
    ...(clientId === undefined ? {} : { iss: clientId, sub: clientId }),
    ...(audience === undefined ? {} : { aud: audience }),
    ...(jti === undefined ? {} : { jti: jti === false ? null : jti }),
  }
}

/** Okta's own sample payload quotes `exp`, with a time long gone; older ones have none. */
function mendPayload(payload: JsonObject, now: number, lifetimeSeconds: number): Pick<AssertionDraft, 'claims' | 'notes'> {
  const { exp } = payload
  const fresh = now + lifetimeSeconds
  if (exp === undefined) return { claims: { ...payload, exp: fresh }, notes: [`"exp" was missing: it is ${fresh} now`] }
  if (typeof exp !== 'string' || !/^\d{1,12}$/.test(exp.trim())) return { claims: payload, notes: [] }
  const mended = Number(exp) > now ? Number(exp) : fresh
  const past = mended === fresh ? ' and past' : ''
  return { claims: { ...payload, exp: mended }, notes: [`"exp" was quoted${past}: it is the number ${mended} now`] }
}

function audienceOf({ org, audience }: AssertionOptions, profile: Profile): string | undefined {
  if (audience !== undefined || org === undefined) return audience
  const endpoints = endpointsOf(readIssuer(org))
  return isForIssuer(profile) ? endpoints.issuer : endpoints.token
}

/**
 * The header that a key signs under.
 *
 * @example
 * assert.deepEqual(headerOf(key), { alg: 'RS256', typ: 'JWT', kid: key.kid })
 */
export function headerOf({ alg, kid }: Signer): JsonObject {
  return kid === undefined ? { alg, typ: 'JWT' } : { alg, kid, typ: 'JWT' }
}

function headerWith({ key, certificate, x5c }: AssertionOptions): JsonObject {
  return certificate === undefined ? headerOf(key) : { alg: key.alg, typ: 'JWT', ...certificate.headerFor(key, { x5c }) }
}

function merged(base: JsonObject, changes: JsonObject | undefined): JsonObject {
  if (changes === undefined) return base
  return Object.fromEntries(Object.entries({ ...base, ...changes }).filter(([, value]) => value !== null && value !== undefined))
}

/**
 * Whole seconds since the epoch.
 *
 * @example
 * assert.equal(nowSeconds(new Date(1500)), 1)
 */
export function nowSeconds(now: Date | undefined): number {
  return Math.floor((now?.getTime() ?? Date.now()) / 1000)
}
