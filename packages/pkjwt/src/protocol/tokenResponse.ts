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

export interface WriteTokenResponseOptions {
  readonly value: string
  readonly type?: 'Bearer' | 'DPoP' | undefined
  readonly scopes: readonly string[]
  readonly expiresInSeconds: number
}

/** Writes the answer that carries a token. */
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

/** The body of a refusal: Okta's shape for `E00000…`, the OAuth shape for everything else. */
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

/**
 * Reads the answer of a token endpoint.
 *
 * @param options.asked The scopes that were asked for, to tell which ones were dropped.
 * @throws {RefusedError} `refused_by_server` with status, error, description and request id, from both of Okta's error shapes
 * @throws {UnavailableError} `server_busy` for 429, `server_failed` for 5xx, `server_answer_invalid` for whatever no token endpoint says
 */
export function readTokenResponse(
  response: RawResponse,
  options: { readonly asked: readonly string[]; readonly now: Date },
): AccessToken {
  const body = tryReadJson(response.body)
  if (response.status !== 200) throw readRefusal(response, body)
  if (!isJsonObject(body)) throw invalidAnswer(response, 'it is no JSON object')
  const { access_token: value, token_type: type, expires_in: seconds, scope } = body
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value))
    throw invalidAnswer(response, 'there is no "access_token" in it')
  const scheme = tokenTypes.find((candidate) => typeof type === 'string' && candidate.toLowerCase() === type.toLowerCase())
  if (scheme === undefined) throw invalidAnswer(response, 'its "token_type" is neither Bearer nor DPoP')
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds <= 0) {
    throw invalidAnswer(response, '"expires_in" is not a number of seconds above zero')
  }
  const scopes = typeof scope === 'string' ? scope.split(' ').filter((name) => name !== '') : options.asked
  const scopesDropped = options.asked.filter((name) => !scopes.includes(name))
  return createAccessToken({
    value,
    type: scheme,
    scopes,
    scopesDropped,
    expiresAt: new Date(options.now.getTime() + seconds * 1000),
  })
}

const tokenTypes = ['Bearer', 'DPoP'] as const

/** An access token whose value shows in no text, no JSON and no log. */
export function createAccessToken(members: AccessToken): AccessToken {
  const { value, ...rest } = members
  const refuseText = () => {
    throw new PkjwtError('token_printed', 'Cannot put an access token into a text: it would be "[object Object]" or a leak', {
      hint: 'Use token.value where the token itself is wanted',
    })
  }
  return Object.defineProperties({ ...rest } as AccessToken, {
    value: { value, enumerable: false },
    toString: { value: refuseText, enumerable: false },
    [Symbol.toPrimitive]: { value: refuseText, enumerable: false },
  })
}

function readRefusal(response: RawResponse, body: unknown): RefusedError | UnavailableError {
  const { status, header } = response
  const told = readErrorBody(body)
  const requestId = header('x-okta-request-id') ?? told?.errorId
  const retryAfterSeconds = readRetryAfter(header('retry-after'))
  if (status === 429)
    return new UnavailableError('server_busy', `Cannot get a token: the server says to wait (429)`, { retryAfterSeconds })
  if (status >= 500)
    return new UnavailableError('server_failed', `Cannot get a token: the server failed (${status})`, { retryAfterSeconds })
  if (told === undefined) return invalidAnswer(response, 'it is no OAuth error')
  const sentence = told.errorDescription === undefined ? '' : `: ${told.errorDescription}`
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

/** Reads an error body of either shape; answers `undefined` for what is neither. */
export function readErrorBody(body: unknown): ErrorBody | undefined {
  if (!isJsonObject(body)) return undefined
  const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, 1000) : undefined)
  const [error, errorCode] = [text(body.error), text(body.errorCode)]
  if (error !== undefined) return { error, errorDescription: text(body.error_description), errorId: undefined }
  if (errorCode !== undefined) return { error: errorCode, errorDescription: text(body.errorSummary), errorId: text(body.errorId) }
  return undefined
}

function readRetryAfter(value: string | null | undefined): number | undefined {
  return value !== null && value !== undefined && /^\d{1,6}$/.test(value.trim()) ? Number(value) : undefined
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
