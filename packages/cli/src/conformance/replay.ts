import { writeCurl } from './curl.js'
import type { Sender } from './polite.js'
import { factsOf, type HttpRequest, signAttempt, writeRequest } from './request.js'
import type { CaseResult, CopyCount, Verdict } from './result.js'
import { type Answer, describeAnswer, stopWhenBusy } from './send.js'
import type { Attempt, Subject } from './subject.js'

export interface ReplayOptions {
  /** How many copies are sent at once, and again one after the other. */
  readonly copies: number
  readonly sender: Sender
}

/** Copies that were sent, with what each got. */
interface Volley {
  readonly request: HttpRequest
  readonly shots: readonly { readonly endpoint: string; readonly answer: Answer }[]
}

const once = 'RFC 7523 §3 (7); OpenID Connect Core §9: "jti" is used once'
const recordedLast = 'RFC 7523 §3 (7), (9): nothing is recorded of a token that its client did not sign'
const recordedFirst = 'Okta: whatever is refused after the client has proved who it is finds the assertion used'

/**
 * Fires copies of one assertion at every endpoint, at once and in sequence, then its `jti` in other assertions.
 * @throws {UnavailableError} When the server does not answer, or limits the rate
 */
export async function runReplay(subject: Subject, { copies, sender }: ReplayOptions): Promise<readonly CaseResult[]> {
  const fire = async (assertion: string, volley: Partial<Copies>) =>
    fireCopies(subject, { assertion, count: copies, isAtOnce: false, sender, attempt: {}, ...volley })
  const sign = async (attempt: Attempt) => signAttempt(attempt, await factsOf(subject))
  const [jti, victim, mended] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()]
  const first = await sign({ claims: { jti } })
  const unscoped = await sign({})
  const isOkta = subject.limits.name === 'okta'
  const atOnce = await fire(first, { isAtOnce: true })
  const inSequence = await fire(first, {})
  const resigned = await fire(await sign({ claims: ({ now }) => ({ jti, exp: now + 90 }) }), { count: subject.endpoints.length })
  const forged = await fire(await sign({ signer: 'stranger', claims: { jti: victim } }), { count: 1 })
  const afterForged = await fire(await sign({ claims: { jti: victim } }), { isAtOnce: true })
  await fire(await sign({ claims: { jti: mended, aud: 'https://other.example/token' } }), { count: 1 })
  const afterMended = await fire(await sign({ claims: { jti: mended } }), { count: 1 })
  await fire(unscoped, { count: 1, attempt: { form: { scope: 'pkjwt.conformance.unknown' } } })
  const afterUnscoped = await fire(unscoped, { count: 1 })
  return [
    judge(atOnce, 1, { id: 'at-once', what: `${copies} copies of one assertion at once`, specification: once }),
    judge(inSequence, 0, { id: 'in-sequence', what: `${copies} more, one after the other`, specification: once }),
    judge(resigned, 0, { id: 'resigned', what: 'its "jti" in a new assertion', specification: once }),
    judge(forged, 0, { id: 'forged', what: 'a fresh "jti" that somebody else signed', specification: recordedLast }),
    judge(afterForged, 1, {
      id: 'after-forged',
      what: `${copies} copies at once of that "jti", signed by the client`,
      specification: recordedLast,
    }),
    judge(afterMended, 1, {
      id: 'after-audience',
      what: 'a "jti" that came for another audience before',
      specification: 'good practice: to record the "jti" is the last step',
      isAdvice: true,
    }),
    judge(afterUnscoped, 0, {
      id: 'after-scope',
      what: 'an assertion that asked for an unknown scope before',
      specification: recordedFirst,
      isAdvice: isOkta ? undefined : true,
    }),
  ]
}

interface Copies {
  readonly assertion: string
  readonly count: number
  readonly isAtOnce: boolean
  readonly sender: Sender
  /** How the request around the assertion differs from a right one. */
  readonly attempt: Attempt
}

/** Sends copies to the endpoints in turn. */
async function fireCopies(subject: Subject, { assertion, count, isAtOnce, sender, attempt }: Copies): Promise<Volley> {
  const request = await writeRequest(attempt, subject, assertion)
  const targets = Array.from({ length: count }, (_, index) => {
    return subject.endpoints[index % subject.endpoints.length] ?? subject.endpoints[0]
  })
  const send = isAtOnce ? sender.sendAtOnce : sender.send
  const shoot = async (endpoint: string) => ({ endpoint, answer: await send({ ...request, url: endpoint }) })
  const shots = isAtOnce ? await Promise.all(targets.map(shoot)) : await inTurn(targets, shoot)
  for (const { answer } of shots) stopWhenBusy(answer)
  return { request, shots }
}

async function inTurn<Item, Result>(items: readonly Item[], act: (item: Item) => Promise<Result>): Promise<readonly Result[]> {
  const results: Result[] = []
  for (const item of items) results.push(await act(item))
  return results
}

type Named = Pick<CaseResult, 'id' | 'what' | 'specification' | 'isAdvice'>

/** Holds the tokens that came against the number that should have come. */
function judge({ request, shots }: Volley, wanted: 0 | 1, { id, ...named }: Named): CaseResult {
  const tokens = shots.filter(({ answer }) => answer.isToken).length
  const failed = shots.filter(({ answer }) => answer.status >= 500).length
  const verdict: Verdict = tokens > wanted ? 'accepted' : failed > 0 ? 'failed' : tokens < wanted ? 'refused' : 'right'
  return {
    id: `replay/${id}`,
    group: 'replay',
    ...named,
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
    if (!answer.isToken) counts.set(describeAnswer(answer), (counts.get(describeAnswer(answer)) ?? 0) + 1)
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
    return { endpoint, sent: own.length, tokens: own.filter(({ answer }) => answer.isToken).length }
  })
}
