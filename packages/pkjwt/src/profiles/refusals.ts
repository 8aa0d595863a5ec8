import type { Finding, Profile, Refusal, RuleId } from '../rules/rule.js'
import { genericRefusal, oktaTexts } from './oktaTexts.js'

/** What a server of the profile answers when a rule is broken. */
export function refusalOf(id: RuleId, { refusals }: Pick<Profile, 'refusals'>): Refusal {
  const refusal = oktaTexts[id]
  return refusals === 'one' && refusal.error === genericRefusal.error ? genericRefusal : refusal
}

/** Findings with the refusal that each error leads to. */
export function withRefusals(findings: readonly Finding[], profile: Pick<Profile, 'refusals'>): Finding[] {
  return findings.map((finding) => (finding.severity === 'error' ? { ...finding, refusal: refusalOf(finding.id, profile) } : finding))
}
