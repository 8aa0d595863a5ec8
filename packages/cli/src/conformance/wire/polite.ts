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
  /** Waits between two requests. It comes before a request is written: what is signed must not grow old here. */
  readonly pause: () => Promise<void>
  readonly send: (request: HttpRequest) => Promise<Answer>
}

/** Makes the sender of one run. Its time starts now. */
export function createSender({ pauseMilliseconds, deadlineSeconds }: PoliteOptions): Sender {
  const endsAt = performance.now() + deadlineSeconds * 1000
  const secondsLeft = () => (endsAt - performance.now()) / 1000
  return {
    async pause() {
      if (pauseMilliseconds > 0) await wait(Math.min(pauseMilliseconds, Math.max(0, secondsLeft() * 1000)))
    },
    async send(request) {
      const left = secondsLeft()
      if (left <= 0) throw tooSlow(deadlineSeconds)
      return send(request, Math.min(timeoutSecondsDefault, Math.max(1, Math.ceil(left))))
    },
  }
}

function tooSlow(seconds: number): UnavailableError {
  return new UnavailableError('server_timeout', `Cannot go on: the run did not end within ${seconds} seconds`, {
    hint: 'Run a part of it with --only, or give it more time with --deadline',
  })
}
