import { setTimeout as wait } from 'node:timers/promises'
import { UnavailableError } from 'pkjwt/errors'
import type { HttpRequest } from './request.js'
import { type Answer, send, timeoutSecondsDefault } from './send.js'

export interface PoliteOptions {
  /** Milliseconds between two requests. Copies that are fired at once are not held back. */
  readonly pauseMilliseconds: number
  /** How long the whole run may take: a server that is slow for every request ends it, too. */
  readonly deadlineSeconds: number
}

/** How the kit sends: in bounded time, whatever the server does. */
export interface Sender {
  /** One request, after the pause. */
  readonly send: (request: HttpRequest) => Promise<Answer>
  /** One of many at once. */
  readonly sendAtOnce: (request: HttpRequest) => Promise<Answer>
}

/** Makes the sender of one run. Its time starts now. */
export function createSender({ pauseMilliseconds, deadlineSeconds }: PoliteOptions): Sender {
  const endsAt = performance.now() + deadlineSeconds * 1000
  const sendAtOnce = (request: HttpRequest) => {
    const left = (endsAt - performance.now()) / 1000
    if (left <= 0) throw tooSlow(deadlineSeconds)
    return send(request, Math.min(timeoutSecondsDefault, Math.max(1, Math.ceil(left))))
  }
  return {
    sendAtOnce,
    async send(request) {
      if (pauseMilliseconds > 0) await wait(pauseMilliseconds)
      return sendAtOnce(request)
    },
  }
}

function tooSlow(seconds: number): UnavailableError {
  return new UnavailableError('server_timeout', `Cannot go on: the run did not end within ${seconds} seconds`, {
    hint: 'Run a part of it with --only, or give it more time with --deadline',
  })
}
