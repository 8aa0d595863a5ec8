import { UnavailableError } from 'pkjwt/errors'
import { writeCurl } from './report/curl.js'
import type { CaseResult, CopyCount, Verdict } from './result.js'
import type { Attempt, Subject } from './subject.js'
import type { Sender } from './wire/polite.js'
import { type HttpRequest, writeRequest } from './wire/request.js'
import { type Answer, describeAnswer, stopWhenBusy } from './wire/send.js'

/** Copies that were sent, with what each got; no answer when its connection was cut. */
export interface Volley {
  readonly request: HttpRequest
  readonly shots: readonly Shot[]
}

interface Shot {
  readonly endpoint: string
  readonly answer: Answer | undefined
}

export interface Copies {
  readonly assertion: string
  readonly count: number
  readonly isAtOnce: boolean
  readonly sender: Sender
  /** How the request around the assertion differs from a right one. */
  readonly attempt: Attempt
}

/**
 * Sends copies of one assertion to the endpoints in turn.
 * @throws {UnavailableError} When the server gives no answer in time, or limits the rate
 */
export async function fireCopies(subject: Subject, copies: Copies): Promise<Volley> {
  const { assertion, count, isAtOnce, sender, attempt } = copies
  const { endpoints } = subject
  const request = await writeRequest(attempt, subject, assertion)
  const targets = Array.from({ length: count }, (_, index) => endpoints[index % endpoints.length] ?? endpoints[0])
  const shoot = async (endpoint: string): Promise<Shot> => {
    const answer = await sender.send({ ...request, url: endpoint }).catch(answerOfCut)
    if (answer !== undefined && !isAtOnce) stopWhenBusy(answer)
    return { endpoint, answer }
  }
  const shots: Shot[] = []
  if (isAtOnce) shots.push(...(await Promise.all(targets.map(shoot))))
  else
    for (const target of targets) {
      await sender.pause()
      shots.push(await shoot(target))
    }
  for (const { answer } of shots) if (answer !== undefined) stopWhenBusy(answer)
  return { request, shots }
}

/** A server may cut one connection of many, and still be there. */
export function answerOfCut(error: unknown): undefined {
  if (error instanceof UnavailableError && error.code === 'server_unreachable') return undefined
  throw error
}

/** Holds the tokens that came against the number that should have come. */
export function judgeVolley(
  { request, shots }: Volley,
  wanted: 0 | 1,
): Pick<CaseResult, 'verdict' | 'expected' | 'came' | 'copies' | 'curl'> {
  const tokens = shots.filter(({ answer }) => answer?.isToken).length
  const failed = shots.filter(({ answer }) => answer === undefined || answer.status >= 500).length
  const verdict: Verdict = tokens > wanted ? 'accepted' : failed > 0 ? 'failed' : tokens < wanted ? 'refused' : 'right'
  return {
    verdict,
    expected: wanted === 1 ? 'exactly one token' : 'no token',
    came: `${spellTokens(tokens)} for ${shots.length} ${shots.length === 1 ? 'copy' : 'copies'}${otherAnswers(shots)}`,
    copies: countCopies(shots),
    curl: verdict === 'right' ? undefined : writeCurl(request),
  }
}

/** `; 49 times 401 invalid_client: …`. */
function otherAnswers(shots: Volley['shots']): string {
  const counts = new Map<string, number>()
  for (const { answer } of shots) {
    const text = answer === undefined ? 'a cut connection' : describeAnswer(answer)
    if (!answer?.isToken) counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  return [...counts].map(([text, count]) => `; ${count === 1 ? 'once' : `${count} times`} ${text}`).join('')
}

function spellTokens(count: number): string {
  return count === 0 ? 'no token' : count === 1 ? 'one token' : `${count} tokens`
}

function countCopies(shots: Volley['shots']): readonly CopyCount[] {
  const endpoints = [...new Set(shots.map(({ endpoint }) => endpoint))]
  return endpoints.map((endpoint) => {
    const own = shots.filter((shot) => shot.endpoint === endpoint)
    return { endpoint, sent: own.length, tokens: own.filter(({ answer }) => answer?.isToken).length }
  })
}
