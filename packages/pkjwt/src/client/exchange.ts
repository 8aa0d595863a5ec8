import { PkjwtError, UnavailableError } from '../errors.js'
import { type RawResponse, responseCharactersMax } from '../protocol/tokenResponse.js'
import type { RoundTrip } from './clock.js'
import { limitSignal, orAborted } from './waiting.js'

/** One request to an authorization server. */
export interface ExchangeRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface ExchangeOptions {
  readonly fetch: typeof globalThis.fetch
  /** Our own clock. */
  readonly clock: () => Date
  readonly signal: AbortSignal
  readonly timeoutMilliseconds: number
}

/** An answer, and when it came. */
export interface Exchanged extends RoundTrip {
  readonly response: RawResponse
}

/**
 * Sends one request and reads its whole answer, within limits of time and size. It follows no redirect: what goes to an authorization
 * server is for that server.
 *
 * @throws {UnavailableError} `server_unreachable`, `server_timeout`, `server_answer_invalid` for an answer without end
 * @throws {PkjwtError} `config_invalid` for a redirect
 */
export async function exchange(request: ExchangeRequest, options: ExchangeOptions): Promise<Exchanged> {
  const { fetch, clock, signal, timeoutMilliseconds } = options
  const { url, method, headers, body } = request
  const limited = limitSignal(signal, timeoutMilliseconds, () => timedOut(url, timeoutMilliseconds))
  try {
    const sentAt = clock().getTime()
    const init = { method, headers, redirect: 'manual', signal: limited.signal } as const
    // Raced, because a `fetch` that somebody gave us may not listen to the signal.
    const response = await orAborted(fetch(url, body === undefined ? init : { ...init, body }), limited.signal)
    const receivedAt = clock().getTime()
    refuseRedirect(url, response)
    const text = await orAborted(readText(response, url, responseCharactersMax), limited.signal)
    return { response: { status: response.status, header: (name) => response.headers.get(name), body: text }, sentAt, receivedAt }
  } catch (error) {
    throw limited.signal.aborted ? limited.signal.reason : explain(error, url)
  } finally {
    limited.release()
  }
}

/** Reads a body up to the limit, by pieces, so that one without end takes no more memory than that. */
export async function readText(response: Response, url: string, charactersMax: number): Promise<string> {
  if (response.body === null) return ''
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    text += decoder.decode(value, { stream: true })
    if (text.length > charactersMax) {
      // Not awaited: a body that never ends may never confirm that it was given up.
      reader.cancel().catch(() => {})
      throw new UnavailableError(
        'server_answer_invalid',
        `Cannot use the answer of ${quote(url)}: it is longer than ${charactersMax} characters`,
        {
          hint: 'Check that the URL is that of an authorization server',
        },
      )
    }
  }
}

/** @throws {PkjwtError} `config_invalid` */
export function refuseRedirect(url: string, { status, type, headers }: Response): void {
  if (type !== 'opaqueredirect' && (status < 300 || status > 399)) return
  const location = headers.get('location')
  throw new PkjwtError(
    'config_invalid',
    `Cannot use ${quote(url)}: it redirects${location === null ? '' : ` to ${quote(location)}`}`,
    {
      hint: 'Give the URL that answers itself; what proves who you are is never sent on',
    },
  )
}

function timedOut(url: string, milliseconds: number): UnavailableError {
  const seconds = Math.round(milliseconds / 100) / 10
  return new UnavailableError(
    'server_timeout',
    `Cannot get an answer from ${quote(url)}: there was none within ${seconds} seconds`,
    {
      hint: 'Check the network, or give it more time with { retry: { timeoutSeconds } }',
    },
  )
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its name does not exist',
  EAI_AGAIN: 'its name could not be looked up',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ETIMEDOUT: 'the connection took too long',
  UND_ERR_CONNECT_TIMEOUT: 'the connection took too long',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by an authority that is not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
}

/** What a failed `fetch` means; what is an error of ours already stays as it is. */
export function explain(error: unknown, url: string): unknown {
  if (error instanceof PkjwtError) return error
  const code = codeOf(error)
  const reason = reasons[code ?? ''] ?? `the request failed${code === undefined ? '' : ` (${code})`}`
  const hint = isCertificateFault(error)
    ? 'Trust its authority with NODE_EXTRA_CA_CERTS; certificates are never left unchecked'
    : 'Check the URL and the network'
  return new UnavailableError('server_unreachable', `Cannot reach ${quote(new URL(url).origin)}: ${reason}`, {
    hint,
    cause: error,
  })
}

/** Whether a connection failed over a certificate, which no second try mends. */
export function isCertificateFault(error: unknown): boolean {
  return /CERT|^ERR_(TLS|SSL)|^UNABLE_TO_/.test(codeOf(error) ?? '')
}

/** The first `code` of an error and its causes; `fetch` hides the one of the socket below its own. */
function codeOf(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if ('code' in at && typeof at.code === 'string' && !(at instanceof PkjwtError)) return at.code
  }
  return undefined
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 200))
}
