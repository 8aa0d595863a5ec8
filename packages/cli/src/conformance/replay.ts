import type { CaseResult } from './result.js'
import type { Attempt, Subject } from './subject.js'
import { type Copies, fireCopies, judgeVolley, type Volley } from './volley.js'
import type { Sender } from './wire/polite.js'
import { factsOf, signAttempt } from './wire/request.js'

export interface ReplayOptions {
  /** How many copies are sent at once, and again one after the other. */
  readonly copies: number
  readonly sender: Sender
  readonly onResult: (result: CaseResult) => void
}

/** One volley, and how many tokens it may get. */
interface Step extends Pick<CaseResult, 'what' | 'specification' | 'isAdvice'> {
  readonly id: string
  readonly tokens: 0 | 1
  readonly fire: () => Promise<Volley>
}

const once = 'RFC 7523 §3 (7); OpenID Connect Core §9: "jti" is used once'
const recordedLast = 'RFC 7523 §3 (7), (9): nothing is recorded of a token that its client did not sign'

/**
 * Fires copies of one assertion at every endpoint, at once and in sequence, then its `jti` in other assertions.
 * @throws {UnavailableError} When the server does not answer, or limits the rate
 */
export async function runReplay(subject: Subject, { copies, sender, onResult }: ReplayOptions): Promise<void> {
  for (const { id, what, specification, isAdvice, tokens, fire } of stepsOf(subject, copies, sender)) {
    const judged = judgeVolley(await fire(), tokens)
    onResult({ id: `replay/${id}`, group: 'replay', what, specification, isAdvice, ...judged })
  }
}

/** The steps build on one another: each finds the `jti` as the one before left it. */
function stepsOf(subject: Subject, copies: number, sender: Sender): readonly Step[] {
  const sign = async (attempt: Attempt) => signAttempt(attempt, await factsOf(subject))
  const fire = (assertion: string, volley: Partial<Copies> = {}) =>
    fireCopies(subject, { assertion, count: 1, isAtOnce: false, sender, attempt: {}, ...volley })
  const [jti, victim, mended] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()]
  const first = sign({ claims: { jti } })
  return [
    {
      ...{ id: 'at-once', what: `${copies} copies of one assertion at once`, specification: once, tokens: 1 },
      fire: async () => fire(await first, { count: copies, isAtOnce: true }),
    },
    {
      ...{ id: 'in-sequence', what: `${copies} more, one after the other`, specification: once, tokens: 0 },
      fire: async () => fire(await first, { count: copies }),
    },
    {
      ...{ id: 'resigned', what: 'its "jti" in a new assertion', specification: once, tokens: 0 },
      fire: async () => fire(await sign({ claims: ({ now }) => ({ jti, exp: now + 90 }) }), { count: subject.endpoints.length }),
    },
    {
      ...{ id: 'forged', what: 'a fresh "jti" that somebody else signed', specification: recordedLast, tokens: 0 },
      fire: async () => fire(await sign({ signer: 'stranger', claims: { jti: victim } })),
    },
    {
      id: 'after-forged',
      what: `${copies} copies at once of that "jti", signed by the client`,
      specification: recordedLast,
      tokens: 1,
      fire: async () => fire(await sign({ claims: { jti: victim } }), { count: copies, isAtOnce: true }),
    },
    {
      id: 'after-audience',
      what: 'a "jti" that came for another audience before',
      specification: 'good practice: to record the "jti" is the last step',
      isAdvice: true,
      tokens: 1,
      async fire() {
        await fire(await sign({ claims: { jti: mended, aud: 'https://other.example/token' } }))
        return fire(await sign({ claims: { jti: mended } }))
      },
    },
    {
      id: 'after-scope',
      what: 'an assertion that asked for an unknown scope before',
      specification: 'Okta: whatever is refused after the client has proved who it is finds the assertion used',
      isAdvice: subject.limits.name === 'okta' ? undefined : true,
      tokens: 0,
      async fire() {
        const assertion = await sign({})
        await fire(assertion, { attempt: { form: { scope: 'pkjwt.conformance.unknown' } } })
        return fire(assertion)
      },
    },
  ]
}
