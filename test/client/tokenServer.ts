import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { RefusedError } from 'pkjwt/errors'
import { parseJwt } from 'pkjwt/jwt'
import { readPublicKeys, type Signer } from 'pkjwt/keys'
import type { ProfileName } from 'pkjwt/profiles'
import { readTokenRequest, verifyAssertion, writeTokenResponse } from 'pkjwt/protocol'

/** What arrived at the token endpoint. */
export interface SeenRequest {
  readonly form: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly claims: Readonly<Record<string, unknown>>
}

/** Answers in place of the server; `undefined` lets the server answer. */
export type Fault = (request: IncomingMessage, response: ServerResponse, seen: SeenRequest) => boolean | Promise<boolean>

export interface TokenServerOptions {
  readonly key: Signer
  readonly clientId?: string
  readonly profile?: ProfileName
  /** The clock of the server. */
  readonly clock?: () => Date
  readonly expiresIn?: number
}

/** A token endpoint over real HTTP that believes nothing, for tests of the client. */
export interface TokenServer {
  readonly origin: string
  /** What assertions have to be aimed at; a test changes it when a proxy stands in front. */
  tokenEndpoint: string
  readonly requests: SeenRequest[]
  /** Asked before the server itself answers, for every request to the token endpoint; each answers one request and is gone. */
  readonly faults: Fault[]
  /** Other paths than the token endpoint. */
  readonly routes: Map<string, (request: IncomingMessage, response: ServerResponse) => void>
  expiresIn: number
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Starts a token endpoint on a free port of this machine. */
export async function startTokenServer(options: TokenServerOptions): Promise<TokenServer> {
  const { key, clientId = '0oa1', profile = 'okta', clock = () => new Date(), expiresIn = 3600 } = options
  const keys = await readPublicKeys(key.publicKey.jwk)
  const used = new Set<string>()
  let issued = 0
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined)
    })
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.sendDate = false
    response.setHeader('date', clock().toUTCString())
    const path = (request.url ?? '').replace(/\?.*/, '')
    const route = started.routes.get(path)
    if (route !== undefined) return route(request, response)
    if (path !== '/oauth2/v1/token') return send(response, 404, { errorCode: 'E0000007', errorSummary: 'Not found' })
    await answerToken(request, response)
  }

  async function answerToken(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request)
    const form = new URLSearchParams(body)
    const assertion = form.get('client_assertion') ?? ''
    const seen = { form, headers: request.headers, claims: parseJwt(assertion).claims }
    started.requests.push(seen)
    const fault = started.faults.shift()
    if (fault !== undefined && (await fault(request, response, seen))) return
    const read = readTokenRequest({ method: 'POST', contentType: request.headers['content-type'], body })
    try {
      await verifyAssertion(assertion, {
        audience: started.tokenEndpoint,
        findClient: (id) => (id === clientId ? { clientId, keys } : undefined),
        rememberOnce: ({ jti }) => !used.has(jti) && used.add(jti) !== undefined,
        profile,
        now: clock(),
      })
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      const { status = 400, error: code, error_description } = error
      return send(response, status, { error: code, error_description }, { 'x-okta-request-id': 'request-1' })
    }
    issued += 1
    const scopes = (read.scope ?? '').split(' ')
    send(response, 200, writeTokenResponse({ value: `token-${issued}`, scopes, expiresInSeconds: started.expiresIn }))
  }

  const { port } = await listen(server)
  const origin = `http://127.0.0.1:${port}`
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  const started: TokenServer = {
    origin,
    tokenEndpoint: `${origin}/oauth2/v1/token`,
    requests: [],
    faults: [],
    routes: new Map(),
    expiresIn,
    close,
    [Symbol.asyncDispose]: close,
  }
  return started
}

/** Sends JSON. */
export function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** A fault that answers with this. */
export function answering(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Fault {
  return (_, response) => {
    if (typeof body === 'string') response.writeHead(status, headers).end(body)
    else send(response, status, body, headers)
    return true
  }
}

/** Listens on a free port of this machine. */
export function listen(server: Server): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(server.address() as AddressInfo))
  })
}

/** Reads the body of a request. */
export async function readBody(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}
