/**
 * What came of a case. `right`: as it should be. Of what should be refused: `refused-otherwise` (with another status or error) or
 * `accepted`. Of what should be accepted: `refused`. `failed`: the server gave no answer, or one of the class
 * 500. Of the answers together: `malformed`, when one lacks what each should have.
 */
export type Verdict = 'right' | 'refused-otherwise' | 'accepted' | 'refused' | 'failed' | 'malformed'

/** The groups in which cases are run and reported. */
export const groups = ['request', 'shape', 'client', 'claims', 'key', 'signature', 'use', 'replay', 'answers'] as const
export type Group = (typeof groups)[number]

/** One line of the report card. */
export interface CaseResult {
  readonly id: string
  readonly group: Group
  readonly what: string
  readonly specification: string
  /** Good practice that no specification demands: it is told, and does not fail the server. */
  readonly isAdvice?: boolean | undefined
  readonly verdict: Verdict
  readonly expected: string
  readonly came: string
  /** The request as curl, without the signature of the assertion. Only where the verdict is not `right`. */
  readonly curl?: string | undefined
  /** How many copies were sent to each endpoint, and how many tokens came. Only for replays. */
  readonly copies?: readonly CopyCount[] | undefined
}

/** What the copies of one assertion got at one endpoint. */
export interface CopyCount {
  readonly endpoint: string
  readonly sent: number
  readonly tokens: number
}

/** Whether a server has what it takes: advice that it does not follow is no fault. */
export function isFault({ verdict, isAdvice = false }: Pick<CaseResult, 'verdict' | 'isAdvice'>): boolean {
  return verdict !== 'right' && !isAdvice
}
