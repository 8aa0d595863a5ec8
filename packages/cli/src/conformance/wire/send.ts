import { isJsonObject, readJson } from 'pkjwt/encoding'
import { UnavailableError } from 'pkjwt/errors'
import { nodeFetch } from 'pkjwt/node'
import { type ErrorBody, readErrorBody, readRetryAfter, responseCharactersMax } from 'pkjwt/protocol'
import { systemCode } from '../../input.js'
import type { HttpRequest } from './request.js'

/** An answer as it came, read as far as a token endpoint's answers go. */
export interface Answer {
  readonly status: number
  readonly header: (name: string) => string | null
  readonly body: string
  /** Whether there is a token in it. */
  readonly isToken: boolean
  /** What it says when it is a refusal, in either shape. */
  readonly refusal: ErrorBody | undefined
}

/** How long one answer may take. */
export const timeoutSecondsDefault = 10

/**
 * Sends one request and reads its answer, in bounded time and up to a bounded length.
 *
 * @throws {UnavailableError} `server_timeout`, `server_unreachable`
 */
export async function send(
  { url, method, headers, body }: HttpRequest,
  timeoutSeconds: number = timeoutSecondsDefault,
): Promise<Answer> {
  const signal = AbortSignal.timeout(timeoutSeconds * 1000)
  try {
    const response = await nodeFetch(url, {
      method,
      headers,
      redirect: 'manual',
      signal,
      ...(body === undefined ? {} : { body: new TextEncoder().encode(body) }),
    })
    return readAnswer(response, await readText(response))
  } catch (cause) {
    throw signal.aborted ? timedOut(url, timeoutSeconds, cause) : unreachable(url, cause)
  }
}

/** Reads as much as any answer of a token endpoint has, and drops the rest. */
async function readText({ body }: Response): Promise<string> {
  const reader = body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (let read = await reader?.read(); read !== undefined && !read.done; read = await reader?.read()) {
    text += decoder.decode(read.value, { stream: true })
    if (text.length > responseCharactersMax) {
      await reader?.cancel()
      break
    }
  }
  return text
}

function readAnswer({ status, headers }: Response, body: string): Answer {
  const parsed = tryReadJson(body)
  const header = (name: string) => headers.get(name)
  const isToken = status === 200 && isJsonObject(parsed) && typeof parsed['access_token'] === 'string'
  return { status, header, body, isToken, refusal: status < 400 ? undefined : readErrorBody(parsed) }
}

function tryReadJson(text: string): unknown {
  try {
    return readJson(text)
  } catch {
    return undefined
  }
}

/** Stops at an answer that asks to wait: whoever goes on learns nothing, and is no guest. @throws {UnavailableError} `server_busy` */
export function stopWhenBusy(answer: Answer): void {
  if (answer.status !== 429) return
  const retryAfterSeconds = readRetryAfter(answer)
  const wait = retryAfterSeconds === undefined ? '' : ` for ${Math.ceil(retryAfterSeconds)} seconds`
  throw new UnavailableError('server_busy', `Cannot go on: the server limits the rate, and says to wait${wait} (429)`, {
    hint: 'Try again later, with --pause 2000 between two requests, or with the limit off',
    retryAfterSeconds,
  })
}

/** What came, in a few words: `401 invalid_client: The client_assertion token is expired.` */
export function describeAnswer({ status, isToken, refusal, body }: Answer): string {
  if (isToken) return `${status}, a token`
  if (refusal !== undefined) {
    const { error, errorDescription } = refusal
    return `${status} ${error.slice(0, 100)}${errorDescription === undefined ? '' : `: ${errorDescription.slice(0, 300)}`}`
  }
  return `${status}, ${body.trim() === '' ? 'nothing in it' : 'neither a token nor an error as OAuth spells it'}`
}

function timedOut(url: string, seconds: number, cause: unknown): UnavailableError {
  return new UnavailableError('server_timeout', `Cannot go on: ${shortly(url)} gave no answer within ${seconds} seconds`, {
    hint: 'Check that a token endpoint listens there',
    cause,
  })
}

function unreachable(url: string, cause: unknown): UnavailableError {
  return new UnavailableError('server_unreachable', `Cannot reach ${shortly(url)}: ${systemCode(cause)}`, {
    hint: 'Check the address, the port and the scheme, and for https the certificate',
    cause,
  })
}

function shortly(url: string): string {
  return JSON.stringify(url.slice(0, 200))
}
