import type { Refusal } from 'pkjwt/errors'
import { genericRefusal, isServerRule, oktaRefusals, oktaTexts } from 'pkjwt/profiles'
import {
  claimsRules,
  clientRules,
  grantTypeRules,
  identityRules,
  keyRules,
  proofRules,
  type RuleId,
  rememberRules,
  requestRules,
  scopeRules,
  shapeRules,
  signatureRules,
} from 'pkjwt/rules'
import { changedMeanwhile, deleteForbidden, invalid, invalidMetadata, notFound } from '../admin/refusals.js'

/** What a client hears whose assertion, or the form around it, breaks a rule. */
export const clientRefusals: readonly Refusal[] = [
  ...textsOf(requestRules, shapeRules, identityRules, clientRules, claimsRules, keyRules, signatureRules, rememberRules),
  genericRefusal,
  oktaRefusals.networkForbidden,
]

/** What a token request hears beside. */
export const useRefusals: readonly Refusal[] = textsOf(grantTypeRules, proofRules, scopeRules)

/** What the guard of the management API says, with a body. */
export const guardRefusals: readonly Refusal[] = [oktaRefusals.tokenInvalid, oktaRefusals.tokenInQuery, oktaRefusals.roleMissing]

/** What the guard says in the header `www-authenticate` alone. */
export const challengeRefusals: readonly Refusal[] = [
  oktaRefusals.scopeInsufficient,
  oktaRefusals.tokenNotBound,
  oktaRefusals.proofSchemeRequired,
  oktaRefusals.proofRequired,
  ...textsOf(proofRules),
]

/** What a body is refused with that is no JSON. */
export const jsonRefusals: readonly Refusal[] = [oktaRefusals.mediaTypeUnknown, oktaRefusals.badRequest]

/** What any route says to a body that cannot be read. */
export const bodyRefusals: readonly Refusal[] = [
  oktaRefusals.bodyTooLarge,
  oktaRefusals.mediaTypeUnknown,
  oktaRefusals.requestInvalid,
]

/** Refusals of the management API, by what they are about. */
export const managementRefusals = {
  invalid: invalid('the part that is wrong').refusal,
  invalidMetadata: invalidMetadata('What is wrong, one after the other.').refusal,
  notFound: notFound('0oa1abcdEFGHijkl2345', 'AppInstance').refusal,
  changedMeanwhile: changedMeanwhile().refusal,
  deleteForbidden: deleteForbidden().refusal,
} as const

/** The texts of rules, each once. Another method is another operation. */
function textsOf(...stages: readonly (readonly { readonly id: RuleId }[])[]): readonly Refusal[] {
  const ids = stages.flat().flatMap(({ id }) => (isServerRule(id) ? [id] : []))
  return [...new Set(ids.map((id) => oktaTexts[id]))].filter(({ status }) => status !== 405)
}
