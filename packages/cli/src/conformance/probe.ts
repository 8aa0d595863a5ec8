import { readTokenResponse } from 'pkjwt/protocol'
import { type HttpRequest, writeRequest } from './request.js'
import { type Answer, stopWhenBusy } from './send.js'
import type { Subject } from './subject.js'

/**
 * Asks every endpoint for a token with a right request. Without one there is nothing to compare with.
 *
 * @returns How many seconds the server's clock is ahead of this one.
 * @throws {RefusedError} when the server refuses even that
 * @throws {UnavailableError} when it is no token endpoint, hangs, or limits the rate
 */
export async function probe(subject: Subject, send: (request: HttpRequest) => Promise<Answer>): Promise<number> {
  let aheadSeconds = 0
  for (const url of subject.endpoints) {
    const request = await writeRequest({}, subject)
    const answer = await send({ ...request, url })
    stopWhenBusy(answer)
    readTokenResponse(answer, { asked: subject.scopes, now: subject.clock() })
    aheadSeconds = secondsAhead(answer.header('date'), subject.clock())
  }
  return aheadSeconds
}

/** The header holds whole seconds, so that one is no difference. */
function secondsAhead(date: string | null, now: Date): number {
  const difference = Math.round((Date.parse(date ?? '') - now.getTime() + 500) / 1000)
  return Number.isNaN(difference) || Math.abs(difference) <= 1 ? 0 : difference
}
