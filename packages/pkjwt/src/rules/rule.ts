import type * as errors from '../errors.js'
import type { Patch, Refusal, Severity } from '../errors.js'
import type { Algorithm } from '../keys/algorithms.js'

export type { Patch, Refusal, Severity }

/** The stages in the order in which they are run: cheap ones first, and nothing is remembered before the signature holds. */
export const stages = ['request', 'shape', 'client', 'claims', 'key', 'signature', 'use'] as const

/** One stage of an examination. */
export type Stage = (typeof stages)[number]

/** The stable name of a rule; it links a finding to its chapter in `docs/rules.md`. */
export type RuleId = ServerRuleId | DiagnosisRuleId

/** Rules that a server can refuse by. */
export type ServerRuleId =
  | 'request-method'
  | 'request-media-type'
  | 'request-encoding'
  | 'parameter-repeated'
  | 'parameter-in-query'
  | 'credentials-multiple'
  | 'credentials-missing'
  | 'credentials-secret'
  | 'assertion-type'
  | 'assertion-empty'
  | 'token-size'
  | 'token-form'
  | 'token-encoding'
  | 'token-json'
  | 'header-extension'
  | 'header-alg'
  | 'header-typ'
  | 'header-kid'
  | 'header-key'
  | 'iss-missing'
  | 'iss-unknown'
  | 'sub-missing'
  | 'sub-mismatch'
  | 'client-id-mismatch'
  | 'client-id-missing'
  | 'client-inactive'
  | 'client-type'
  | 'client-method'
  | 'alg-profile'
  | 'header-missing'
  | 'aud-missing'
  | 'aud-list'
  | 'aud-mismatch'
  | 'exp-missing'
  | 'exp-type'
  | 'exp-past'
  | 'exp-far'
  | 'exp-near-limit'
  | 'iat-type'
  | 'iat-future'
  | 'iat-after-exp'
  | 'iat-past'
  | 'nbf-type'
  | 'nbf-future'
  | 'jti-missing'
  | 'jti-type'
  | 'jti-size'
  | 'keys-missing'
  | 'keys-unavailable'
  | 'keys-empty'
  | 'keys-ambiguous'
  | 'kid-missing'
  | 'kid-absent'
  | 'kid-unknown'
  | 'key-inactive'
  | 'key-use'
  | 'key-ops'
  | 'key-alg'
  | 'signature-missing'
  | 'signature-der'
  | 'signature-hmac'
  | 'signature-mismatch'
  | 'jti-used'
  | 'exp-forgotten'
  | 'grant-type-missing'
  | 'grant-type-unsupported'
  | 'grant-type-unauthorized'
  | 'scope-missing'
  | 'scope-default-missing'
  | 'scope-form'
  | 'scope-openid'
  | 'scope-self'
  | 'scope-not-default'
  | 'scope-unknown'
  | 'scope-not-granted'
  | 'scope-narrowed'
  | 'proof-missing'
  | 'proof-several'
  | 'proof-form'
  | 'proof-typ'
  | 'proof-alg'
  | 'proof-extension'
  | 'proof-key'
  | 'proof-signature'
  | 'proof-htm'
  | 'proof-htu'
  | 'proof-iat'
  | 'proof-iat-future'
  | 'proof-iat-past'
  | 'proof-exp'
  | 'proof-jti'
  | 'proof-ath'
  | 'proof-binding'
  | 'proof-nonce'
  | 'proof-used'

/** Observations that only a diagnosis makes: no server refuses by them. */
export type DiagnosisRuleId =
  | 'token-dressed'
  | 'token-kind'
  | 'input-unknown'
  | 'key-unregistered'
  | 'jwks-private'
  | 'clock-skew'
  | 'endpoint-mismatch'
  | 'answer-success'
  | 'answer-unexplained'
  | 'answer-unknown'

/** What one rule saw: a finding before it has its name. An error unless it says otherwise. */
export type Breach = Omit<errors.Finding, 'id' | 'severity' | 'refusal'> & { readonly severity?: Severity }

/** A finding of the rulebook. */
export interface Finding extends errors.Finding {
  readonly id: RuleId
}

/** One rule as a value: it is given the facts of its stage, and answers only when they break it. */
export interface Rule<Facts> {
  readonly id: RuleId
  readonly stage: Stage
  /** The section that asks for it. */
  readonly specification: string
  check(facts: Facts): Breach | undefined
}

/** What one kind of authorization server asks for: the numbers and choices that rules read. All times are in seconds. */
export interface Profile {
  readonly name: string
  /**
   * Okta's text for each refusal, one text for all of them, which tells an attacker nothing, or texts of the vendor's own: what those
   * say, nobody can tell beforehand.
   */
  readonly refusals: 'okta' | 'one' | 'own'
  /** Refused when `exp` ≤ now − this. */
  readonly expiredToleranceSeconds: number
  /** Refused when `exp` > now + this; infinite where the vendor sets no limit. */
  readonly lifetimeSecondsMax: number
  /** Refused when `iat` < now − this; without `iat`, `exp` may be this far ahead at most. Default no limit. */
  readonly ageSecondsMax?: number | undefined
  /** Warned about when `exp` > now + this: a drifting clock would break it. */
  readonly lifetimeSecondsSafe: number
  /** Refused when `iat` or `nbf` > now + this. */
  readonly aheadSecondsMax: number
  readonly jti: 'optional' | 'required'
  readonly jtiBytesMax: number
  readonly algorithms: readonly Algorithm[]
  /** Whose URL `aud` must be: the endpoint called, the issuer, either of them, or whatever the caller configured. */
  readonly audience: 'endpoint' | 'issuer' | 'either' | 'configured'
  /** What becomes of an `aud` that is a list. */
  readonly audienceList: 'one-with-warning' | 'one' | 'refused'
  /** Header members without which an assertion is refused. Default none: a header without `kid` does while the app has one active key. */
  readonly headerRequired?: readonly HeaderMember[] | undefined
  /** Members that bring a key, or say where one is, and are taken. Default none: no server needs them, and they are warned about. */
  readonly headerKeys?: readonly HeaderKey[] | undefined
  /** Whether the form has to name the client beside the assertion. Default no. */
  readonly formClientId?: 'required' | undefined
  /** Whether the assertion says from when on it is valid. Default no. */
  readonly nbf?: 'sent' | undefined
  /** Whether a scope has to be asked for, and whether it must be the one `…/.default` of a resource. Default `required`. */
  readonly scope?: 'required' | 'optional' | 'resource-default' | undefined
}

/** A header member that a profile can ask for. */
export type HeaderMember = 'typ' | 'kid' | 'x5t#S256'

/** A header member that brings a key, or says where one is (RFC 7515 §4.1). */
export type HeaderKey = 'jwk' | 'jku' | 'x5u' | 'x5c'

/**
 * Runs rules over facts in their order. With `stopAtFirst` it ends at the first error.
 *
 * @example
 * const [finding] = checkRules({ grantType: 'magic' }, grantTypeRules)
 * assert.equal(finding?.id, 'grant-type-unsupported')
 */
export function checkRules<Facts>(facts: Facts, rules: readonly Rule<Facts>[], stopAtFirst = false): Finding[] {
  const findings: Finding[] = []
  for (const rule of rules) {
    const breach = rule.check(facts)
    if (breach === undefined) continue
    const finding = { id: rule.id, ...breach, severity: breach.severity ?? 'error' }
    findings.push(finding)
    if (stopAtFirst && finding.severity === 'error') break
  }
  return findings
}

const shownCharactersMax = 200

/**
 * A value as a person may see it: JSON, control characters escaped, at most 200 characters.
 *
 * @example
 * assert.equal(shown('a\nb'), '"a\\nb"')
 */
export function shown(value: unknown): string {
  const text = (JSON.stringify(value) ?? 'nothing').replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    escaped,
  )
  return text.length > shownCharactersMax ? `${text.slice(0, shownCharactersMax - 1)}…` : text
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
