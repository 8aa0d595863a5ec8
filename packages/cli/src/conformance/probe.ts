import { RefusedError } from 'pkjwt/errors'
import { readTokenResponse } from 'pkjwt/protocol'
import type { Subject } from './subject.js'
import { type HttpRequest, writeRequest } from './wire/request.js'
import { type Answer, describeAnswer, stopWhenBusy } from './wire/send.js'

/**
 * Asks every endpoint for a token with a right request. Without one there is nothing to compare with.
 *
 * @returns How many seconds the server's clock is ahead of this one.
 * @throws {RefusedError} when the server refuses even that
 * @throws {UnavailableError} when it is no token endpoint, hangs, or limits the rate
 */
export async function probe(subject: Subject, send: (request: HttpRequest) => Promise<Answer>): Promise<number> {
  const [first, ...others] = subject.endpoints
  const aheadSeconds = await probeClock(subject, first, send)
  const adjusted = aheadBy(subject, aheadSeconds)
  for (const url of others) readToken(await ask(adjusted, url, send), adjusted)
  return aheadSeconds
}

/** What the server says that it is by its clock, when that is why it refuses, is the time to test it by. */
async function probeClock(subject: Subject, url: string, send: (request: HttpRequest) => Promise<Answer>): Promise<number> {
  const answer = await ask(subject, url, send)
  const aheadSeconds = secondsAhead(answer.header('date'), subject.clock())
  const isOff = !answer.isToken && aheadSeconds !== 0
  readToken(isOff ? await ask(aheadBy(subject, aheadSeconds), url, send) : answer, subject)
  return aheadSeconds
}

async function ask(subject: Subject, url: string, send: (request: HttpRequest) => Promise<Answer>): Promise<Answer> {
  const answer = await send({ ...(await writeRequest({}, subject)), url })
  stopWhenBusy(answer)
  return answer
}

/** The same server, seen by a clock that is so much ahead. */
export function aheadBy(subject: Subject, seconds: number): Subject {
  return { ...subject, clock: () => new Date(subject.clock().getTime() + seconds * 1000) }
}

function readToken(answer: Answer, { scopes, clock }: Subject): void {
  try {
    readTokenResponse(answer, { asked: scopes, now: clock() })
  } catch (cause) {
    if (!(cause instanceof RefusedError)) throw cause
    const told = describeAnswer(answer).replace(/\.$/, '')
    throw new RefusedError('server', `Cannot grade a server that refuses even a right request: ${told}`, {
      hint: 'Check client id, key, scope, --profile and --audience; pkjwt doctor looks at them one after the other',
      cause,
    })
  }
}

/** The header holds whole seconds, so that one is no difference. */
function secondsAhead(date: string | null, now: Date): number {
  const difference = Math.round((Date.parse(date ?? '') - now.getTime() + 500) / 1000)
  return Number.isNaN(difference) || Math.abs(difference) <= 1 ? 0 : difference
}
