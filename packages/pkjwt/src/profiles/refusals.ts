import type { Finding, Profile, Refusal, RuleId, ServerRuleId } from '../rules/rule.js'
import { genericRefusal, oktaTexts } from './oktaTexts.js'

/**
 * What a server of ours answers under the profile when a rule is broken.
 *
 * @example
 * assert.equal(refusalOf('jti-used', profiles.okta).error_description, 'The client_assertion token has already been used.')
 */
export function refusalOf(id: ServerRuleId, { refusals }: Pick<Profile, 'refusals'>): Refusal {
  const refusal = oktaTexts[id]
  return refusals === 'one' && refusal.error === genericRefusal.error ? genericRefusal : refusal
}

/**
 * Findings with the refusal that each error leads to, where that can be told.
 *
 * @example
 * const findings = checkRules({ grantType: 'magic' }, grantTypeRules)
 * assert.equal(withRefusals(findings, profiles.okta)[0]?.refusal?.error, 'unsupported_grant_type')
 */
export function withRefusals(findings: readonly Finding[], profile: Pick<Profile, 'refusals'>): Finding[] {
  if (profile.refusals === 'own') return [...findings]
  return findings.map((finding) => {
    return finding.severity === 'error' && isServerRule(finding.id)
      ? { ...finding, refusal: refusalOf(finding.id, profile) }
      : finding
  })
}

/**
 * The rules that lead to an answer, told by its text; the code of the rules' chapter in `docs/rules.md`.
 *
 * @example
 * const said = { error: 'invalid_client', errorDescription: 'The client_assertion token has already been used.' }
 * assert.deepEqual(rulesAnswering(said), ['jti-used'])
 */
export function rulesAnswering({
  error,
  errorDescription,
}: {
  readonly error: string
  readonly errorDescription: string | undefined
}): ServerRuleId[] {
  const said = errorDescription === undefined ? undefined : comparable(errorDescription)
  return serverRules.filter(
    (id) => oktaTexts[id].error === error && (said === undefined || comparable(oktaTexts[id].error_description) === said),
  )
}

const serverRules = Object.keys(oktaTexts) as readonly ServerRuleId[]

/**
 * Whether a server can refuse by this rule, so that there is a text for it.
 *
 * @example
 * assert.equal(isServerRule('aud-mismatch'), true)
 * assert.equal(isServerRule('answer-unknown'), false)
 */
export function isServerRule(id: RuleId): id is ServerRuleId {
  return Object.hasOwn(oktaTexts, id)
}

/** Lists in brackets and quoted values differ from answer to answer. */
function comparable(text: string): string {
  return text
    .replace(/\[[^\]]*\]/g, '[]')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()
}
