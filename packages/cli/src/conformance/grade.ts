import { UnavailableError } from 'pkjwt/errors'
import { conformanceCases } from './cases/cases.js'
import { type ConformanceCase, ruleOf } from './conformanceCase.js'
import { demandOf, expectationOf, verdictOf } from './expectation.js'
import { writeCurl } from './report/curl.js'
import type { CaseResult, Group } from './result.js'
import type { Subject } from './subject.js'
import { answerOfCut } from './volley.js'
import type { Sender } from './wire/polite.js'
import { factsOf, type HttpRequest, writeRequest } from './wire/request.js'
import { type Answer, describeAnswer, stopWhenBusy } from './wire/send.js'

/** A case that was sent, with its answer: the checks of all answers look at it again. */
export interface Graded {
  readonly result: CaseResult
  readonly request: HttpRequest
  /** Absent when the connection was cut. */
  readonly answer: Answer | undefined
}

export interface GradeOptions {
  readonly only: Group | undefined
  readonly sender: Sender
  readonly onGraded: (graded: Graded) => void
}

/** So many failures in a row, and the server is down: what follows would tell nothing about its rules. */
const failuresMax = 5

/**
 * Sends every case that the profile asks for and that this key can make, one after the other.
 * @throws {UnavailableError} When the server does not answer, limits the rate, or fails again and again
 */
export async function gradeCases(subject: Subject, { only, sender, onGraded }: GradeOptions): Promise<void> {
  const facts = await factsOf(subject)
  let failures = 0
  for (const each of conformanceCases) {
    if (only !== undefined && groupOf(each) !== only) continue
    if (demandOf(each, subject.limits) === 'no' || each.isPossible?.(facts) === false) continue
    const graded = await gradeCase(each, subject, sender)
    onGraded(graded)
    failures = graded.result.verdict === 'failed' ? failures + 1 : 0
    if (failures >= failuresMax) throw failing()
  }
}

/** A case belongs to the stage of its rule. */
function groupOf({ rule }: ConformanceCase): Group {
  return ruleOf(rule).stage
}

async function gradeCase(each: ConformanceCase, subject: Subject, { pause, send }: Sender): Promise<Graded> {
  await pause()
  const request = await writeRequest(each.attempt, subject)
  const answer = await send(request).catch(answerOfCut)
  if (answer !== undefined) stopWhenBusy(answer)
  const expectation = expectationOf(each, subject.limits)
  const cut = each.mayCut ? 'right' : 'failed'
  const verdict = answer === undefined ? cut : verdictOf(each, expectation, answer)
  const result: CaseResult = {
    id: each.id,
    group: groupOf(each),
    what: each.what,
    specification: each.specification ?? ruleOf(each.rule).specification,
    isAdvice: demandOf(each, subject.limits) === 'advice' ? true : undefined,
    verdict,
    expected: `${each.wanted === 'refused' ? 'refused: ' : ''}${expectation.text}`,
    came: answer === undefined ? 'the connection was cut' : describeAnswer(answer),
    curl: verdict === 'right' ? undefined : writeCurl(request),
  }
  return { result, request, answer }
}

function failing(): UnavailableError {
  return new UnavailableError('server_failed', `Cannot go on: the server failed ${failuresMax} times in a row`, {
    hint: 'Look into its log',
  })
}
