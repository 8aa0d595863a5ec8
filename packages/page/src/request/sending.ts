import { type PkjwtError, RefusedError, UnavailableError } from 'pkjwt/errors'
import { type AccessToken, type Diagnosis, type RawResponse, readTokenResponse } from 'pkjwt/protocol'
import type { LiveServer } from '../live/liveServer.js'
import { createStore, type Store } from '../model/store.js'
import { explainAnswer, type Known, type PreparedRequest } from './answer.js'

/** What the server answered to a request that was sent from here. */
export interface SentAnswer {
  readonly request: PreparedRequest
  readonly sentAt: Date
  readonly status: number
  readonly body: string
  readonly requestId: string | undefined
  /** The token that was given. It is kept in this tab only, until it is forgotten. */
  readonly token: AccessToken | undefined
  /** Why there is none. */
  readonly refusal: PkjwtError | undefined
  /** What the library says of request and answer together. */
  readonly diagnosis: Diagnosis
}

/** Where sending stands. */
export interface SendingState {
  readonly isBusy: boolean
  readonly answer: SentAnswer | undefined
  /** Why no answer came. */
  readonly failure: string | undefined
}

/** Sends token requests to the server that the page came from. */
export interface Sending {
  readonly state: Store<SendingState>
  send(request: PreparedRequest, known: Known): Promise<void>
  /** Drops the answer, and with it the token. */
  forget(): void
}

const timeoutMilliseconds = 15_000

/** Creates what sends. Nothing is sent before somebody asks for it. */
export function createSending(server: LiveServer): Sending {
  const state = createStore<SendingState>({ isBusy: false, answer: undefined, failure: undefined })
  let turn = 0
  return {
    state,
    async send(request, known) {
      if (state.get().isBusy) return
      const mine = ++turn
      state.set({ isBusy: true, failure: undefined })
      const outcome = await exchange(request, known, server).catch((error: unknown) => ({ answer: undefined, ...failed(error) }))
      // What was forgotten meanwhile stays forgotten.
      if (mine === turn) state.set({ isBusy: false, ...outcome })
    },
    forget() {
      turn += 1
      state.set({ isBusy: false, answer: undefined, failure: undefined })
    },
  }
}

async function exchange(request: PreparedRequest, known: Known, server: LiveServer): Promise<{ readonly answer: SentAnswer }> {
  const sentAt = new Date()
  const response = await server.fetch(request.url, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: request.body,
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMilliseconds),
  })
  const raw: RawResponse = {
    status: response.status,
    header: (name) => response.headers.get(name),
    body: await response.text(),
  }
  const { status, body } = raw
  const requestId = raw.header('x-okta-request-id') ?? undefined
  const diagnosis = await explainAnswer(raw, request, known)
  return { answer: { request, sentAt, status, body, requestId, diagnosis, ...readOutcome(raw, request.scopes, sentAt) } }
}

function readOutcome(raw: RawResponse, asked: readonly string[], now: Date): Pick<SentAnswer, 'token' | 'refusal'> {
  try {
    return { token: readTokenResponse(raw, { asked, now }), refusal: undefined }
  } catch (error) {
    if (error instanceof RefusedError || error instanceof UnavailableError) return { token: undefined, refusal: error }
    throw error
  }
}

function failed(error: unknown): Pick<SendingState, 'failure'> {
  return { failure: error instanceof Error ? error.message : String(error) }
}
