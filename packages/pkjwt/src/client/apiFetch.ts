import { readChallenge } from '../protocol/challenge.js'
import type { AccessToken } from '../protocol/tokenResponse.js'
import { type ApiRequest, readApiRequest } from './apiRequest.js'
import { explainEmptyRefusal } from './emptyRefusal.js'
import type { Purchaser } from './purchase.js'

export interface ApiFetchOptions {
  readonly buyer: Purchaser
  readonly getToken: (options: {
    readonly signal?: AbortSignal | undefined
    readonly refused?: AccessToken
  }) => Promise<AccessToken>
}

const redirectsMax = 5

/** After a new token was refused like the old one, no other is bought for so long: the fault is elsewhere. */
const vainSeconds = 10

/** `fetch` with the token attached, in the shape of the one that every runtime has. */
export function createApiFetch(options: ApiFetchOptions): typeof globalThis.fetch {
  const { buyer, getToken } = options
  let renewedInVainAt = Number.NEGATIVE_INFINITY
  return async (input, init) => {
    const request = await readApiRequest(input, init, buyer.target.apiBase)
    const signal = request.init.signal ?? undefined
    const token = await getToken({ signal })
    const response = await callWithNonce(request, token, options)
    const isInVain = Math.abs(buyer.clock().getTime() - renewedInVainAt) < vainSeconds * 1000
    if (response.status !== 401 || !request.canRepeat || isInVain) return explain(request, response, { token, options })
    const fresh = await getToken({ signal, refused: token })
    discard(response)
    const second = await callWithNonce(request, fresh, options)
    if (second.status === 401) renewedInVainAt = buyer.clock().getTime()
    return explain(request, second, { token: fresh, options })
  }
}

function explain(
  { url }: ApiRequest,
  response: Response,
  { token, options }: { readonly token: AccessToken; readonly options: ApiFetchOptions },
): Promise<Response> {
  return explainEmptyRefusal(response, { url: url.href, token, reporter: options.buyer.reporter })
}

/** Calls once, and once more when the server wants a nonce of its own in the proof. */
async function callWithNonce(request: ApiRequest, token: AccessToken, options: ApiFetchOptions): Promise<Response> {
  const response = await call(request, token, options)
  const isNew = options.buyer.dpop.learn(
    response.url === '' ? request.url.href : response.url,
    response.headers.get('dpop-nonce'),
  )
  const error = readChallenge(response.headers.get('www-authenticate'))?.error
  const wantsNonce = error === 'use_dpop_nonce' || (isNew && error === 'invalid_dpop_proof')
  if (token.type !== 'DPoP' || !wantsNonce || !request.canRepeat) return response
  discard(response)
  return call(request, token, options)
}

/**
 * Follows redirects of GET and HEAD by itself: the token must not go along to another origin, and a proof is for one URL. There the call
 * goes on without it, as in a browser. A redirect of any other method is given back as it is.
 */
async function call(request: ApiRequest, token: AccessToken, options: ApiFetchOptions): Promise<Response> {
  const { method, init, redirect } = request
  for (let url = request.url, redirects = 0; ; redirects += 1) {
    const headers = await headersFor(request, { url, token, options })
    const response = await options.buyer.fetch()(url.href, { ...init, method, headers, redirect: 'manual' })
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
  { url, token, options }: { readonly url: URL; readonly token: AccessToken; readonly options: ApiFetchOptions },
): Promise<Record<string, string>> {
  const { authorization, dpop, cookie, ...sent } = Object.fromEntries(headers)
  if (url.origin !== origin) return sent
  const own = { ...sent, ...(cookie === undefined ? {} : { cookie }), authorization: `${token.type} ${token.value}` }
  if (token.type === 'Bearer') return own
  return {
    ...own,
    dpop: await options.buyer.dpop.createProof({
      method,
      url: url.href,
      accessToken: token.value,
      now: options.buyer.serverClock.now(),
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
