import { type Profile, refusalOf, rulesAnswering } from 'pkjwt/profiles'
import { type ConformanceCase, type GradedProfile, gradedProfiles } from './conformanceCase.js'
import type { Verdict } from './result.js'
import type { Answer } from './wire/send.js'

/** What should come, in words, and whether an answer is that. */
export interface Expectation {
  readonly text: string
  readonly isMetBy: (answer: Answer) => boolean
}

/** What an answer to a case should be under a profile. Only Okta's texts are fixed; elsewhere the OAuth error is. */
export function expectationOf(each: ConformanceCase, limits: Profile): Expectation {
  if (each.wanted === 'accepted') return { text: 'a token', isMetBy: ({ isToken }) => isToken }
  return limits.name === 'okta' ? exactly(each, limits) : byError(each, limits)
}

/** Whether the profile asks for the case at all, and how strongly. */
export function demandOf(
  { profiles, adviceIn = [], isAsked }: Pick<ConformanceCase, 'profiles' | 'adviceIn' | 'isAsked'>,
  limits: Profile,
): 'no' | 'advice' | 'yes' {
  const name = gradedProfiles.find((each) => each === limits.name) ?? 'rfc7523'
  const isNamed = (names: readonly GradedProfile[]) => names.includes(name)
  if (isAsked?.(limits) === false) return 'no'
  if (profiles !== undefined && !isNamed(profiles)) return 'no'
  return isNamed(adviceIn) ? 'advice' : 'yes'
}

function exactly({ rule, statuses, isOfHttp }: ConformanceCase, limits: Profile): Expectation {
  const { status, error, error_description: text } = refusalOf(rule, limits)
  if (statuses !== undefined && isOfHttp) return byStatus(statuses)
  return {
    text: `${status} ${error}: ${text}`,
    isMetBy: ({ status: came, refusal }) =>
      came === status && refusal?.errorDescription !== undefined && rulesAnswering(refusal).includes(rule),
  }
}

function byStatus(statuses: readonly number[]): Expectation {
  return { text: statuses.join(' or '), isMetBy: ({ status }) => statuses.includes(status) }
}

function byError({ rule, otherErrors, statuses = [] }: ConformanceCase, limits: Profile): Expectation {
  const { error } = refusalOf(rule, limits)
  const own = error.startsWith('E00000') ? [] : [error]
  const errors = [...new Set([...own, ...(otherErrors ?? [])])]
  const usual = errors.map((each) => (each === 'invalid_client' ? '401 or 400 invalid_client' : `400 ${each}`))
  return {
    text: [...statuses, ...usual].join(', or '),
    isMetBy: ({ status, refusal }) =>
      statuses.includes(status) ||
      (refusal !== undefined && errors.includes(refusal.error) && (status === 400 || status === 401)),
  }
}

/** What an answer means for a case. */
export function verdictOf({ wanted }: ConformanceCase, { isMetBy }: Expectation, answer: Answer): Verdict {
  if (answer.status >= 500) return 'failed'
  if (isMetBy(answer)) return 'right'
  if (wanted === 'accepted') return 'refused'
  return answer.status < 300 ? 'accepted' : 'refused-otherwise'
}
