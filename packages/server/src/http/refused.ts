import { type Finding, type Refusal, RefusedError } from 'pkjwt/errors'
import { isServerRule, refusalOf } from 'pkjwt/profiles'
import { checkRules, type Profile, type Rule } from 'pkjwt/rules'

export interface RefusedOptions {
  /** The broken rule, for the log. */
  readonly finding?: Finding | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** `errorCauses` of Okta's shape. */
  readonly causes?: readonly string[] | undefined
  /** Okta answers some refusals of its API with a header and nothing else. */
  readonly isBodyEmpty?: boolean | undefined
}

/** A request that is answered with a refusal. `answers.ts` makes the response of it. */
export class Refused extends Error {
  readonly refusal: Refusal
  readonly finding: Finding | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly causes: readonly string[]
  readonly isBodyEmpty: boolean

  constructor(refusal: Refusal, options: RefusedOptions = {}) {
    super(refusal.error_description)
    this.name = 'Refused'
    this.refusal = refusal
    this.finding = options.finding
    this.headers = options.headers ?? {}
    this.causes = options.causes ?? []
    this.isBodyEmpty = options.isBodyEmpty ?? false
  }
}

/** Runs rules to the first error and refuses by it. */
export function requireRules<Facts>(facts: Facts, rules: readonly Rule<Facts>[], profile: Profile): void {
  const finding = checkRules(facts, rules, true).find(({ severity }) => severity === 'error')
  if (finding === undefined || !isServerRule(finding.id)) return
  throw new Refused(refusalOf(finding.id, profile), { finding })
}

/** The refusal in an error that the rulebook threw. Two copies of a module have two classes, so the code is compared. */
export function readRefusal(error: unknown): Refused | undefined {
  if (error instanceof Refused) return error
  if (!isRefusedByRules(error)) return undefined
  const finding = error.findings.find(({ severity }) => severity === 'error')
  return finding?.refusal === undefined ? undefined : new Refused(finding.refusal, { finding })
}

function isRefusedByRules(error: unknown): error is RefusedError {
  return error instanceof RefusedError || (error instanceof Error && 'code' in error && error.code === 'refused_by_rules')
}
