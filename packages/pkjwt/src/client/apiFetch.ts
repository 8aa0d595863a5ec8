import { readChallenge } from '../protocol/challenge.js'
import type { AccessToken } from '../protocol/tokenResponse.js'
import { type ApiRequest, readApiRequest } from './apiRequest.js'
import { serverNow } from './clock.js'
import { createProof, learnNonce } from './dpop.js'
import { explainEmptyRefusal } from './emptyRefusal.js'
import { fetchOf, type Purchaser } from './purchaser.js'
import { getToken, type TokenCache } from './tokenCache.js'

/** Who calls APIs with the tokens of a client. */
export interface ApiCaller {
  readonly tokens: TokenCache
  /** When a new token was last refused like the one before it. */
  renewedInVainAt: number
}

const redirectsMax = 5

/** After a new token was refused like the old one, no other is bought for so long: the fault is elsewhere. */
const vainSeconds = 10

/** Calls an API with the token attached; takes and gives what `fetch` does. */
export async function callApi(caller: ApiCaller, input: RequestInfo | URL, init: RequestInit | undefined): Promise<Response> {
  const { tokens } = caller
  const { buyer } = tokens
  const request = await readApiRequest(input, init, buyer.target.apiBase)
  const signal = request.init.signal ?? undefined
  const token = await getToken(tokens, undefined, { signal })
  const response = await callWithNonce(request, token, buyer)
  const isInVain = Math.abs(tokens.now() - caller.renewedInVainAt) < vainSeconds * 1000
  if (response.status !== 401 || !request.canRepeat || isInVain) return explain(request, response, { token, buyer })
  const fresh = await getToken(tokens, undefined, { signal, refused: token })
  discard(response)
  const second = await callWithNonce(request, fresh, buyer)
  if (second.status === 401) caller.renewedInVainAt = tokens.now()
  return explain(request, second, { token: fresh, buyer })
}

interface Attached {
  readonly token: AccessToken
  readonly buyer: Purchaser
}

function explain({ url }: ApiRequest, response: Response, { token, buyer: { reporter } }: Attached): Promise<Response> {
  return explainEmptyRefusal(response, { url: url.href, token, reporter })
}

/** Calls once, and once more when the server wants a nonce of its own in the proof. */
async function callWithNonce(request: ApiRequest, token: AccessToken, buyer: Purchaser): Promise<Response> {
  const response = await call(request, token, buyer)
  const isNew = learnNonce(buyer.dpop, response.url === '' ? request.url.href : response.url, response.headers.get('dpop-nonce'))
  const error = readChallenge(response.headers.get('www-authenticate'))?.error
  const wantsNonce = error === 'use_dpop_nonce' || (isNew && error === 'invalid_dpop_proof')
  if (token.type !== 'DPoP' || !wantsNonce || !request.canRepeat) return response
  discard(response)
  return call(request, token, buyer)
}

/**
 * Follows redirects of GET and HEAD by itself: the token must not go along to another origin, and a proof is for one URL. There the call
 * goes on without it, as in a browser. A redirect of any other method is given back as it is.
 */
async function call(request: ApiRequest, token: AccessToken, buyer: Purchaser): Promise<Response> {
  const { method, init, redirect } = request
  for (let url = request.url, redirects = 0; ; redirects += 1) {
    const headers = await headersFor(request, { url, token, buyer })
    const response = await fetchOf(buyer)(url.href, { ...init, method, headers, redirect: 'manual' })
    const next = redirect === 'manual' || !['GET', 'HEAD'].includes(method) ? undefined : findRedirect(url, response)
    if (next === undefined) return response
    discard(response)
    if (redirect === 'error' || redirects >= redirectsMax) {
      throw new TypeError(
        `Cannot call ${JSON.stringify(request.url.href.slice(0, 200))}: it redirects${redirects > 0 ? ' too often' : ''}`,
      )
    }
    url = next
  }
}

async function headersFor(
  { url: { origin }, headers, method }: ApiRequest,
  { url, token, buyer }: Attached & { readonly url: URL },
): Promise<Record<string, string>> {
  const { authorization, dpop, cookie, ...sent } = Object.fromEntries(headers)
  if (url.origin !== origin) return sent
  const own = { ...sent, ...(cookie === undefined ? {} : { cookie }), authorization: `${token.type} ${token.value}` }
  if (token.type === 'Bearer') return own
  return {
    ...own,
    dpop: await createProof(buyer.dpop, {
      method,
      url: url.href,
      accessToken: token.value,
      now: serverNow(buyer.serverClock),
    }),
  }
}

/** Where an answer sends us on to, when we may go there: never from https to http. */
function findRedirect(url: URL, { status, headers }: Response): URL | undefined {
  const location = headers.get('location')
  if (![301, 302, 303, 307, 308].includes(status) || location === null || !URL.canParse(location, url)) return undefined
  const next = new URL(location, url)
  return next.protocol === url.protocol || next.protocol === 'https:' ? next : undefined
}

/** Lets go of an answer that nobody reads, so that its connection can be used again. */
function discard(response: Response): void {
  response.body?.cancel().catch(() => {})
}
