import { type Challenge, readChallenge } from '../protocol/challenge.js'
import type { AccessToken } from '../protocol/tokenResponse.js'
import { type Reporter, report } from './events.js'

export interface ExplainOptions {
  readonly url: string
  readonly token: AccessToken
  readonly reporter: Reporter
}

/**
 * Gives a refusal without a body the one that its `WWW-Authenticate` says: Okta refuses a missing scope and a wrong proof so, and whoever
 * logs the body sees nothing. Status and headers stay; an answer with a body stays as it is.
 */
export async function explainEmptyRefusal(response: Response, options: ExplainOptions): Promise<Response> {
  const { status, headers } = response
  if (status !== 400 && status !== 401 && status !== 403) return response
  const challenge = readChallenge(headers.get('www-authenticate'))
  if (challenge?.error === undefined) return response
  const { error, errorDescription: error_description } = challenge
  const requestId = headers.get('x-okta-request-id') ?? undefined
  report(options.reporter, { type: 'refused', endpoint: withoutQuery(options.url), status, error, error_description, requestId })
  const given = await readWhenEmpty(response)
  if (given !== undefined) return given
  const told = new Headers(headers)
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) told.delete(name)
  told.set('content-type', 'application/json')
  return new Response(JSON.stringify(explanationOf(challenge, options.token)), { status, headers: told })
}

/** The answer itself when it has a body, `undefined` when it is empty. */
async function readWhenEmpty(response: Response): Promise<Response | undefined> {
  const length = response.headers.get('content-length')
  if (length !== null && length !== '0') return response
  if (response.body === null || length === '0') return undefined
  const [seen, given] = response.body.tee()
  const reader = seen.getReader()
  const { done } = await reader.read()
  reader.cancel().catch(() => {})
  return done ? undefined : new Response(given, response)
}

function explanationOf({ error, errorDescription, scopes }: Challenge, token: AccessToken) {
  const missing = error === 'insufficient_scope' ? scopes.filter((scope) => !token.scopes.includes(scope)) : []
  return {
    error,
    ...(errorDescription === undefined ? {} : { error_description: errorDescription }),
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
    ...hintOf(missing, token),
  }
}

function hintOf(missing: readonly string[], { scopesDropped }: AccessToken): { readonly hint?: string } {
  if (missing.length === 0) return {}
  const dropped = missing.filter((scope) => scopesDropped.includes(scope))
  if (dropped.length > 0)
    return { hint: `${dropped.join(', ')} was asked for and not granted: an administrator grants it to the app` }
  return { hint: `Ask for ${missing.join(', ')} with { scopes }` }
}

/** A query may hold what does not belong into an event. */
function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '')
}
