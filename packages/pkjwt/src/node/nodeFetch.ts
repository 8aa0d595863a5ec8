import type { IncomingMessage, RequestOptions } from 'node:http'
import { Readable } from 'node:stream'

/**
 * `fetch` over `node:http` and `node:https`, for programs that make one request and end: loading the `fetch` of Node costs many times as
 * much as the request. It follows no redirect, and unpacks nothing, because it asks for nothing packed.
 *
 * @example
 * const light = createTokenClient({ org: 'example.okta.com', clientId, key, scopes, fetch: nodeFetch })
 * light.close()
 */
export const nodeFetch: typeof globalThis.fetch = async (input, init = {}) => {
  const { url, method, headers, body, signal } = await readCall(input, init)
  const { request } = url.protocol === 'https:' ? await import('node:https') : await import('node:http')
  const options: RequestOptions = { method, headers: { 'user-agent': 'pkjwt', accept: '*/*', ...headers } }
  if (body !== undefined) options.headers = { ...options.headers, 'content-length': body.length }
  if (signal) options.signal = signal
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    // Until the answer is there an abort ends the request with an error; afterwards it ends the reading of the body.
    request(url, options, resolve)
      .on('error', (error) => reject(signal?.aborted ? signal.reason : error))
      .end(body)
  })
  // Node would call it a connection that was cut.
  signal?.addEventListener('abort', () => message.destroy(signal.reason), { once: true })
  return readResponse(message, { url: url.href, method })
}

interface Call {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | undefined
  readonly signal: AbortSignal | null | undefined
}

async function readCall(input: RequestInfo | URL, init: RequestInit): Promise<Call> {
  if (typeof input !== 'string' && !(input instanceof URL)) {
    const { url, method, headers, body, signal } = new Request(input, init)
    const sent = body === null ? {} : { body: await new Response(body).arrayBuffer() }
    return readCall(url, { method, headers, signal, ...sent })
  }
  const { method = 'GET', headers = {}, body, signal } = init
  const { bytes, type } = await readBody(body)
  const given = Object.fromEntries(Symbol.iterator in headers ? headers : Object.entries(headers))
  const hasType = type === undefined || Object.keys(given).some((name) => name.toLowerCase() === 'content-type')
  return { url: new URL(input), method, headers: hasType ? given : { ...given, 'content-type': type }, body: bytes, signal }
}

async function readBody(body: RequestInit['body']): Promise<{ readonly bytes?: Uint8Array; readonly type?: string }> {
  if (body === undefined || body === null) return {}
  if (typeof body === 'string') return { bytes: Buffer.from(body), type: 'text/plain;charset=UTF-8' }
  if (body instanceof Uint8Array) return { bytes: body }
  if (body instanceof URLSearchParams) {
    return { bytes: Buffer.from(body.toString()), type: 'application/x-www-form-urlencoded;charset=UTF-8' }
  }
  // Forms, blobs and streams are the affair of the real thing, which also knows their media type.
  const response = new Response(body)
  const type = response.headers.get('content-type')
  return { bytes: new Uint8Array(await response.arrayBuffer()), ...(type === null ? {} : { type }) }
}

/** An answer with the members of a Response. What is seldom used comes from a real one, which is made when it is asked for. */
function readResponse(message: IncomingMessage, { url, method }: { readonly url: string; readonly method: string }): Response {
  const { statusCode: status = 0, statusMessage: statusText = '' } = message
  const isEmpty = method === 'HEAD' || [204, 205, 304].includes(status)
  if (isEmpty) message.resume()
  // Now and not when it is asked for: a connection that is cut in between would look like the end of the body.
  const stream = isEmpty ? null : readStream(message)
  let made: Response | undefined
  const whole = () => {
    made ??= new Response(stream, { status, statusText, headers: pairsOf(message) })
    return made
  }
  const body = () => (made === undefined ? stream : made.body)
  const readText = async () => new TextDecoder().decode(await readBytes(body()))
  const response: Omit<Response, 'body' | 'bodyUsed'> = {
    status,
    statusText,
    ok: status >= 200 && status < 300,
    url,
    type: 'basic',
    redirected: false,
    headers: readHeaders(message),
    text: readText,
    json: async () => JSON.parse(await readText()),
    arrayBuffer: async () => (await readBytes(body())).buffer,
    bytes: async () => readBytes(body()),
    blob: () => whole().blob(),
    formData: () => whole().formData(),
    clone: () => whole().clone(),
  }
  return Object.defineProperties(response, {
    body: { get: body },
    bodyUsed: { get: () => made?.bodyUsed ?? stream?.locked ?? false },
  }) as Response
}

function readStream(message: IncomingMessage): ReadableStream<Uint8Array<ArrayBuffer>> {
  // The types of Node and of the web describe the same stream and do not know each other.
  return Readable.toWeb(message) as unknown as ReadableStream<Uint8Array<ArrayBuffer>>
}

async function readBytes(stream: ReadableStream<Uint8Array> | null): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  const reader = stream?.getReader()
  for (let read = await reader?.read(); read !== undefined && !read.done; read = await reader?.read()) chunks.push(read.value)
  return Uint8Array.from(Buffer.concat(chunks))
}

function pairsOf({ headersDistinct }: IncomingMessage): [string, string][] {
  return Object.entries(headersDistinct).flatMap(([name, values = []]) => values.map((value): [string, string] => [name, value]))
}

/** The part of Headers that reads: making a real one would bring in what this file does without. */
function readHeaders(message: IncomingMessage): Headers {
  const pairs = pairsOf(message)
  const joined = new Map<string, string>()
  for (const [name, value] of pairs) joined.set(name, joined.has(name) ? `${joined.get(name)}, ${value}` : value)
  const headers: Omit<Headers, 'append' | 'delete' | 'set'> = {
    get: (name) => joined.get(name.toLowerCase()) ?? null,
    has: (name) => joined.has(name.toLowerCase()),
    getSetCookie: () => pairs.filter(([name]) => name === 'set-cookie').map(([, value]) => value),
    forEach(callback) {
      for (const [name, value] of joined) callback(value, name, headers as Headers)
    },
    entries: () => joined.entries(),
    keys: () => joined.keys(),
    values: () => joined.values(),
    [Symbol.iterator]: () => joined.entries(),
  }
  return headers as Headers
}
