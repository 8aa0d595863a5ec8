import type { Profile, ProfileName } from 'pkjwt/profiles'
import {
  claimsRules,
  clientRules,
  grantTypeRules,
  identityRules,
  keyRules,
  type RuleId,
  rememberRules,
  requestRules,
  type ServerRuleId,
  type Stage,
  scopeRules,
  shapeRules,
  signatureRules,
} from 'pkjwt/rules'
import type { Attempt, Facts } from './subject.js'

/** Profiles with a column of their own in the kit. Every other one is graded like RFC 7523, by its own limits. */
export const gradedProfiles = ['okta', 'rfc7523', 'fapi2'] as const satisfies readonly ProfileName[]

/** A profile that says how strongly a case is asked for. */
export type GradedProfile = (typeof gradedProfiles)[number]

/** One request that a server should refuse, or accept, and the rule by which. */
export interface ConformanceCase {
  /** The rule, a slash, and what is sent. */
  readonly id: string
  readonly rule: ServerRuleId
  readonly what: string
  readonly wanted: 'refused' | 'accepted'
  readonly attempt: Attempt
  /** The profiles that ask for it. Default all. */
  readonly profiles?: readonly GradedProfile[] | undefined
  /** Whether the limits of a profile ask for it. Default yes. */
  readonly isAsked?: ((limits: Profile) => boolean) | undefined
  /** Those of them in which it is good practice only: no specification demands it. Default none. */
  readonly adviceIn?: readonly GradedProfile[] | undefined
  /** Errors that are right, too, where the texts of a profile are not fixed. */
  readonly otherErrors?: readonly string[] | undefined
  /** Statuses that are right whatever the body says. */
  readonly statuses?: readonly number[] | undefined
  /** Whether it can be made with what there is: some need a key of one kind. Default always. */
  readonly isPossible?: ((facts: Facts) => boolean) | undefined
  /** It is about a limit of HTTP itself and not of a rule: the status alone decides, under every profile. */
  readonly isOfHttp?: boolean | undefined
  /** A server may cut the connection instead of answering. */
  readonly mayCut?: boolean | undefined
  /** Where it is demanded, when the specification of the rule does not say it. */
  readonly specification?: string | undefined
}

export type CaseOptions = Omit<ConformanceCase, 'id' | 'rule' | 'what' | 'wanted' | 'attempt'>

/** A case that should be refused. */
export function refused(rule: ServerRuleId, what: string, attempt: Attempt, options: CaseOptions = {}): ConformanceCase {
  return { id: `${rule}/${slug(what)}`, rule, what, wanted: 'refused', attempt, ...options }
}

/** A case that should get a token: the twin of one that should not. */
export function accepted(rule: ServerRuleId, what: string, attempt: Attempt, options: CaseOptions = {}): ConformanceCase {
  return { id: `${rule}/${slug(what)}`, rule, what, wanted: 'accepted', attempt, ...options }
}

function slug(what: string): string {
  return what
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

interface RuleFacts {
  readonly id: RuleId
  readonly stage: Stage
  readonly specification: string
}

/** Every rule that a token endpoint can break with a request from outside, DPoP left out. */
export const drivableRules: readonly RuleFacts[] = [
  ...requestRules,
  ...shapeRules,
  ...identityRules,
  ...clientRules,
  ...claimsRules,
  ...keyRules,
  ...signatureRules,
  ...rememberRules,
  ...grantTypeRules,
  ...scopeRules,
]

/** The rule of an id. */
export function ruleOf(id: ServerRuleId): RuleFacts {
  const found = drivableRules.find((rule) => rule.id === id)
  if (found === undefined) throw new TypeError(`the rulebook has no rule ${id}`)
  return found
}
