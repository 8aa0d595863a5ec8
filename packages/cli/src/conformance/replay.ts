import { writeCurl } from './curl.js'
import type { Sender } from './polite.js'
import { factsOf, type HttpRequest, signAttempt, strangerTo, writeRequest } from './request.js'
import type { CaseResult, CopyCount, Verdict } from './result.js'
import { type Answer, describeAnswer, stopWhenBusy } from './send.js'
import type { Subject } from './subject.js'

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

const onceSpecification = 'RFC 7523 §3 (7); OpenID Connect Core §9: "jti" is used once'
const recordSpecification = 'RFC 7523 §3 (7), (9): nothing is recorded of a token that its client did not sign'

/**
 * Fires copies of one assertion at every endpoint, at once and in sequence, then its `jti` in other assertions.
 * @throws {UnavailableError} When the server does not answer, or limits the rate
 */
export async function runReplay(subject: Subject, { copies, sender }: ReplayOptions): Promise<readonly CaseResult[]> {
  const fire = (assertion: string, count: number, isAtOnce: boolean) =>
    fireCopies(subject, { assertion, count, isAtOnce, sender })
  const jti = crypto.randomUUID()
  const first = await signWith(subject, jti)
  const atOnce = await fire(first, copies, true)
  const inSequence = await fire(first, copies, false)
  const resigned = await fire(await signWith(subject, jti, 1), subject.endpoints.length, false)
  const victim = crypto.randomUUID()
  const forged = await fire(await forgeWith(subject, victim), 1, false)
  const afterForged = await fire(await signWith(subject, victim), copies, true)
  return [
    judge(atOnce, 1, { id: 'replay-at-once', what: `${copies} copies of one assertion at once` }),
    judge(inSequence, 0, { id: 'replay-in-sequence', what: `${copies} more copies of it, one after the other` }),
    judge(resigned, 0, { id: 'replay-resigned', what: 'its "jti" in a new assertion' }),
    judge(forged, 0, { id: 'replay-forged', what: 'a fresh "jti" under a signature that does not hold' }),
    judge(afterForged, 1, {
      id: 'replay-after-forged',
      what: `${copies} copies at once of that "jti", signed by the client`,
      specification: recordSpecification,
    }),
  ]
}

/** A right assertion with this `jti`; `later` makes another one of the same `jti`. */
function signWith(subject: Subject, jti: string, later = 0): Promise<string> {
  const facts = factsOf(subject)
  return signAttempt({ claims: ({ now }) => ({ jti, exp: now + 120 + later }) }, facts)
}

async function forgeWith(subject: Subject, jti: string): Promise<string> {
  await strangerTo(subject.key)
  return signAttempt({ signer: 'stranger', claims: { jti } }, factsOf(subject))
}

interface Copies {
  readonly assertion: string
  readonly count: number
  readonly isAtOnce: boolean
  readonly sender: Sender
}

/** Sends copies to the endpoints in turn. */
async function fireCopies(subject: Subject, { assertion, count, isAtOnce, sender }: Copies): Promise<Volley> {
  const request = await writeRequest({}, subject, assertion)
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

interface Named {
  readonly id: string
  readonly what: string
  readonly specification?: string
}

/** Holds the tokens that came against the number that should have come. */
function judge({ request, shots }: Volley, wanted: 0 | 1, named: Named): CaseResult {
  const { id, what, specification = onceSpecification } = named
  const tokens = shots.filter(({ answer }) => answer.isToken).length
  const failed = shots.filter(({ answer }) => answer.status >= 500).length
  const verdict: Verdict = tokens > wanted ? 'accepted' : failed > 0 ? 'failed' : tokens < wanted ? 'refused' : 'right'
  return {
    id,
    group: 'replay',
    what,
    specification,
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
  return [...counts].map(([text, count]) => `; ${count} times ${text}`).join('')
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
