import { PkjwtError } from '../errors.js'
import { isSafe } from './target.js'

/** A call of an API, read from whatever `fetch` takes. */
export interface ApiRequest {
  readonly url: URL
  readonly method: string
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>
  /** What else goes to `fetch`: body, signal and the like. */
  readonly init: RequestInit
  readonly redirect: RequestRedirect
  /** Whether it can be sent again: a stream is gone after the first time. */
  readonly canRepeat: boolean
}

/**
 * Reads the arguments of `fetch`.
 *
 * @param apiBase What a relative URL belongs to.
 * @throws {PkjwtError} `option_invalid` for a URL to which no token may be sent
 */
export async function readApiRequest(input: RequestInfo | URL, init: RequestInit = {}, apiBase?: string): Promise<ApiRequest> {
  if (typeof input === 'string' || input instanceof URL) return readParts(String(input), init, apiBase)
  const { url, method, headers, signal, redirect, body, credentials, cache, integrity, keepalive, mode } = new Request(
    input,
    init,
  )
  const given = {
    method,
    headers,
    signal,
    redirect,
    credentials,
    cache,
    integrity,
    keepalive,
    ...(mode === 'navigate' ? {} : { mode }),
  }
  // Read whole, so that it can be sent again after a 401.
  const sent = body === null ? given : { ...given, body: await new Response(body).arrayBuffer() }
  return readParts(url, sent, apiBase)
}

function readParts(
  text: string,
  { method = 'GET', headers, redirect = 'follow', ...init }: RequestInit,
  apiBase?: string,
): ApiRequest {
  return {
    url: readUrl(text, apiBase),
    // As `fetch` does; and a proof has to name the method just as it is sent.
    method: method.toUpperCase(),
    headers: readHeaders(headers),
    init,
    redirect,
    canRepeat: !(init.body instanceof ReadableStream),
  }
}

function readUrl(text: string, apiBase: string | undefined): URL {
  if (!URL.canParse(text, apiBase)) {
    throw new PkjwtError('option_invalid', `Cannot call ${quote(text)}: it is no URL`, {
      hint: apiBase === undefined ? 'Give an absolute URL' : 'Give an absolute URL, or a path such as /api/v1/users',
    })
  }
  const url = new URL(text, apiBase)
  if (!isSafe(url)) {
    throw new PkjwtError('option_invalid', `Cannot call ${quote(text)}: the access token would go in the clear`, {
      hint: 'Use https; http is for this machine only',
    })
  }
  return url
}

// By hand, because in Node the class Headers brings the whole of `fetch` with it, which a program may want to do without.
function readHeaders(given: RequestInit['headers'] = {}): Map<string, string> {
  const pairs: Iterable<readonly string[]> = Symbol.iterator in given ? given : Object.entries(given)
  const headers = new Map<string, string>()
  for (const [name = '', value = ''] of pairs) {
    const before = headers.get(name.toLowerCase())
    headers.set(name.toLowerCase(), before === undefined ? String(value) : `${before}, ${value}`)
  }
  return headers
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 200))
}
