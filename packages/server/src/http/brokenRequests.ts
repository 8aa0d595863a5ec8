import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Socket as NetSocket } from 'node:net'

/** How long a peer that was told that its request is broken may take to close its end. */
const lingerMilliseconds = 1_000

const body = JSON.stringify({ error: 'invalid_request', error_description: 'Invalid request' })

const headers = {
  connection: 'close',
  'cache-control': 'no-store',
  'content-type': 'application/json;charset=UTF-8',
  'content-length': String(Buffer.byteLength(body)),
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/**
 * Answers what never reaches the application: a broken request line, headers that are too long or too many, a request that takes too
 * long. What was asked before on the same connection gets its answer first.
 *
 * @returns the listener for requests that came through
 */
export function answerBrokenRequests(
  server: Server,
  { headersMax, answer }: { readonly headersMax: number; readonly answer: RequestListener },
): RequestListener {
  const latest = new WeakMap<object, Exchange>()
  const told = new WeakSet<object>()
  server.on('clientError', (error: NodeJS.ErrnoException, socket: NetSocket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
    // The parser complains about every piece that comes after the first fault.
    if (told.has(socket)) return
    told.add(socket)
    const { request, response } = latest.get(socket) ?? {}
    const tell = () => endWith(socket, brokenStatuses[error.code ?? ''] ?? '400 Bad Request')
    if (request?.complete && response?.writableFinished === false) response.once('close', tell)
    else tell()
  })
  return (request, response) => {
    latest.set(request.socket, { request, response })
    if (request.rawHeaders.length <= headersMax * 2) return answer(request, response)
    response.writeHead(431, headers).end(body)
  }
}

function endWith(socket: NetSocket, status: string): void {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  socket.end([`HTTP/1.1 ${status}`, ...lines, '', body].join('\r\n'))
  // A peer that keeps its end open would keep the connection.
  const end = setTimeout(() => socket.destroy(), lingerMilliseconds)
  socket.once('close', () => clearTimeout(end))
}

const brokenStatuses: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}
