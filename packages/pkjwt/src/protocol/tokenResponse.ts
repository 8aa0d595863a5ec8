import { isJsonObject, readJson } from '../encoding/json.js'
import { PkjwtError, type Refusal, RefusedError, UnavailableError } from '../errors.js'

/** The longest answer that is read. */
export const responseCharactersMax = 65_536

/** The body of a granted token request (RFC 6749 §5.1). */
export interface TokenResponseBody {
  readonly token_type: 'Bearer' | 'DPoP'
  readonly expires_in: number
  readonly access_token: string
  readonly scope: string
}

/** An access token that was bought, and what it is good for. Putting it into a text throws: nobody logs a token by accident. */
export interface AccessToken {
  /** The token itself, for the Authorization header. */
  readonly value: string
  readonly type: 'Bearer' | 'DPoP'
  readonly scopes: readonly string[]
  /** Scopes that were asked for and not given. */
  readonly scopesDropped: readonly string[]
  readonly expiresAt: Date
}

/** The token of an answer (RFC 6749 §5.1). */
export interface WriteTokenResponseOptions {
  readonly value: string
  readonly type?: 'Bearer' | 'DPoP' | undefined
  readonly scopes: readonly string[]
  readonly expiresInSeconds: number
}

/**
 * Writes the answer that carries a token.
 *
 * @example
 * const body = writeTokenResponse({ value: 'a', scopes, expiresInSeconds: 3600 })
 * assert.equal(body.scope, 'okta.users.read')
 */
export function writeTokenResponse({
  value,
  type = 'Bearer',
  scopes,
  expiresInSeconds,
}: WriteTokenResponseOptions): TokenResponseBody {
  return { token_type: type, expires_in: expiresInSeconds, access_token: value, scope: scopes.join(' ') }
}

/** Okta's own shape of an error, beside the OAuth one. */
export interface OktaErrorBody {
  readonly errorCode: string
  readonly errorSummary: string
  readonly errorLink: string
  readonly errorId: string
  readonly errorCauses: readonly { readonly errorSummary: string }[]
}

/**
 * The body of a refusal: Okta's shape for `E00000…`, the OAuth shape for everything else.
 *
 * @example
 * const refusal = { status: 400, error: 'invalid_scope', error_description: 'No scopes were requested.', code: 'missing_scopes' }
 * assert.equal(writeRefusal(refusal, 'req1').error, 'invalid_scope')
 */
export function writeRefusal({ error, error_description }: Refusal, errorId: string, causes: readonly string[] = []) {
  if (!error.startsWith('E00000')) return { error, error_description }
  const errorCauses = causes.map((errorSummary) => ({ errorSummary }))
  return { errorCode: error, errorSummary: error_description, errorLink: error, errorId, errorCauses } satisfies OktaErrorBody
}

/** An answer as HTTP brought it. */
export interface RawResponse {
  readonly status: number
  readonly header: (name: string) => string | null | undefined
  readonly body: string
}

/** No token lives longer here than this, whatever its answer says. */
const lifetimeSecondsMax = 10 * 366 * 86_400

/**
 * Reads the answer of a token endpoint.
 *
 * @param options.asked The scopes that were asked for, to tell which ones were dropped.
 * @param options.now When the request was sent: the token lives from then on.
 * @throws {RefusedError} `refused_by_server` with status, error, description and request id, from both of Okta's error shapes
 * @throws {UnavailableError} `server_busy` for 429, `server_failed` for 5xx, `server_answer_invalid` for whatever no token endpoint says
 * @example
 * const body = '{"token_type":"bearer","expires_in":3600,"access_token":"a","scope":"okta.users.read"}'
 * const token = readTokenResponse({ status: 200, header: () => null, body }, { asked: ['okta.users.read'], now: new Date(0) })
 * assert.equal(token.expiresAt.getTime(), 3_600_000)
 */
export function readTokenResponse(
  response: RawResponse,
  { asked, now }: { readonly asked: readonly string[]; readonly now: Date },
): AccessToken {
  const body = tryReadJson(response.body)
  if (response.status !== 200) throw readRefusal(response, body)
  if (!isJsonObject(body)) throw invalidAnswer(response, describeBody(response))
  const { access_token: value, token_type: type, expires_in: seconds, scope } = body
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
    throw invalidAnswer(response, 'there is no "access_token" in it')
  }
  const scheme = tokenTypes.find((candidate) => typeof type === 'string' && candidate.toLowerCase() === type.toLowerCase())
  if (scheme === undefined) throw invalidAnswer(response, 'its "token_type" is neither Bearer nor DPoP')
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds <= 0) {
    throw invalidAnswer(response, '"expires_in" is not a number of seconds above zero')
  }
  const scopes = typeof scope === 'string' ? scope.split(' ').filter((name) => name !== '') : asked
  return createAccessToken({
    value,
    type: scheme,
    scopes,
    scopesDropped: asked.filter((name) => !scopes.includes(name)),
    expiresAt: new Date(now.getTime() + Math.min(seconds, lifetimeSecondsMax) * 1000),
  })
}

const tokenTypes = ['Bearer', 'DPoP'] as const

/**
 * An access token whose value shows in no text, no JSON and no log, and that nobody changes: many callers share it.
 *
 * @example
 * const token = createAccessToken({ value: 'a', type: 'Bearer', scopes, scopesDropped: [], expiresAt: new Date() })
 * assert.equal(token.value, 'a')
 * assert.throws(() => `${token}`, { code: 'token_printed' })
 */
export function createAccessToken(members: AccessToken): AccessToken {
  const { value, ...rest } = members
  const token: AccessToken = Object.defineProperty({ value, ...rest }, 'value', { enumerable: false })
  return Object.freeze(Object.setPrototypeOf(token, unprintable))
}

// In the prototype, so that ten thousand tokens do not carry ten thousand copies.
const unprintable = Object.create(Object.prototype, {
  toString: { value: refuseText },
  [Symbol.toPrimitive]: { value: refuseText },
})

function refuseText(): never {
  throw new PkjwtError('token_printed', 'Cannot put an access token into a text: it would be "[object Object]" or a leak', {
    hint: 'Use token.value where the token itself is wanted',
  })
}

/** OAuth errors that say "later" whatever their status is; Okta sends the first with 400. */
const passingErrors: readonly string[] = ['temporarily_unavailable', 'server_error', 'slow_down']

function readRefusal(response: RawResponse, body: unknown): RefusedError | UnavailableError {
  const { status, header } = response
  const told = readErrorBody(body)
  const requestId = header('x-okta-request-id') ?? told?.errorId
  const named = requestId === undefined ? '' : ` (request ${requestId.slice(0, 100)})`
  const retryAfterSeconds = readRetryAfter(response)
  if (status === 429) {
    return new UnavailableError('server_busy', `Cannot get a token: the server says to wait (429)${named}`, { retryAfterSeconds })
  }
  if (status >= 500 || passingErrors.includes(told?.error ?? '')) {
    const state = told === undefined ? `${status}` : `${status} ${told.error}`
    return new UnavailableError('server_failed', `Cannot get a token: the server failed (${state})${named}`, {
      retryAfterSeconds,
    })
  }
  if (told === undefined) return invalidAnswer(response, describeBody(response))
  const sentence = told.errorDescription === undefined ? '' : `: ${told.errorDescription.replace(/\.$/, '')}`
  return new RefusedError('server', `Cannot get a token: the server answered ${status} ${told.error}${sentence}`, {
    status,
    error: told.error,
    errorDescription: told.errorDescription,
    requestId,
    hint: 'Run pkjwt diagnose with the assertion and this answer',
  })
}

/** An error body in either shape. */
export interface ErrorBody {
  readonly error: string
  readonly errorDescription: string | undefined
  readonly errorId: string | undefined
}

/**
 * Reads an error body of either shape; answers `undefined` for what is neither.
 *
 * @example
 * const told = readErrorBody({ errorCode: 'E0000011', errorSummary: 'Invalid token provided' })
 * assert.equal(told?.error, 'E0000011')
 */
export function readErrorBody(body: unknown): ErrorBody | undefined {
  if (!isJsonObject(body)) return undefined
  const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, 1000) : undefined)
  const [error, errorCode] = [text(body.error), text(body.errorCode)]
  if (error !== undefined) return { error, errorDescription: text(body.error_description), errorId: undefined }
  if (errorCode !== undefined) return { error: errorCode, errorDescription: text(body.errorSummary), errorId: text(body.errorId) }
  return undefined
}

/**
 * Reads how long a server asks to wait, in seconds: `Retry-After` as seconds or as a date (RFC 9110 §10.2.3), else Okta's
 * `X-Rate-Limit-Reset`. Both dates are compared with the server's own `Date`, so that a wrong clock here changes nothing.
 *
 * @example
 * assert.equal(readRetryAfter({ header: (name) => (name === 'retry-after' ? '30' : null) }), 30)
 */
export function readRetryAfter({ header }: Pick<RawResponse, 'header'>): number | undefined {
  const retryAfter = header('retry-after')?.trim() ?? ''
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter)
  const serverNow = Date.parse(header('date') ?? '')
  if (Number.isNaN(serverNow)) return undefined
  const later = Date.parse(retryAfter)
  if (!Number.isNaN(later)) return Math.max(0, (later - serverNow) / 1000)
  return readRateLimitReset(header, serverNow)
}

/** Okta sends a limit of 0 for "too many at once": then the reset is only a hint, and waiting for it takes far too long. */
function readRateLimitReset(header: RawResponse['header'], serverNow: number): number | undefined {
  const reset = header('x-rate-limit-reset')?.trim() ?? ''
  if (
    !/^\d{1,12}$/.test(reset) ||
    header('x-rate-limit-limit')?.trim() === '0' ||
    header('x-rate-limit-remaining')?.trim() !== '0'
  ) {
    return undefined
  }
  // The reset is a whole second, and so is the Date: one more is sure to be past it.
  return Math.max(0, Number(reset) - serverNow / 1000 + 1)
}

function describeBody({ body, header }: RawResponse): string {
  if (body.trim() === '') return 'it is empty'
  const html = (header('content-type') ?? '').includes('html') || /^\s*<(!doctype|html)/i.test(body)
  return html ? 'it is a web page' : 'it is not the JSON that a token endpoint answers'
}

function invalidAnswer({ status }: RawResponse, state: string): UnavailableError {
  return new UnavailableError('server_answer_invalid', `Cannot use the answer of the token endpoint (${status}): ${state}`, {
    hint: 'Check that the URL is that of a token endpoint, and that no proxy answers in its place',
  })
}

function tryReadJson(text: string): unknown {
  try {
    return readJson(text)
  } catch {
    return undefined
  }
}
