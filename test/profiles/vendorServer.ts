import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JSONWebKeySet } from 'jose'

// The servers here know nothing of our rulebook: they are written from what each vendor publishes, with `jose` as the verifier, so that
// library and command line are held against somebody else's reading of the rules.

/** An answer of a vendor's token endpoint. */
export interface VendorAnswer {
  readonly status: number
  readonly body: object
}

/** A token request as the vendor's code sees it. */
export interface VendorRequest {
  readonly form: URLSearchParams
  /** The URL of this server, without a path. */
  readonly origin: string
  readonly tokenEndpoint: string
  readonly now: Date
  /** Whether the identifier of an assertion is new; it is not the next time. */
  readonly isFirstUse: (id: string) => boolean
}

/** What a vendor's server is made of. */
export interface Vendor {
  readonly tokenPath: string
  /** Documents that can be fetched, by path. */
  readonly documents?: ((origin: string) => Readonly<Record<string, object>>) | undefined
  /** Answers a token request; what it throws as `VendorRefusal` is the answer, too. */
  answer(request: VendorRequest): Promise<VendorAnswer>
}

/** The refusal of a vendor, in the shape of its answers. */
export class VendorRefusal extends Error {
  readonly answer: VendorAnswer

  constructor(answer: VendorAnswer) {
    super(JSON.stringify(answer))
    this.answer = answer
  }
}

/** The one client that is registered. */
export interface Registration {
  readonly clientId: string
  /** Asked for at each request, as a key set behind a URL is. */
  readonly keys: () => JSONWebKeySet
}

export interface VendorServer {
  readonly origin: string
  readonly tokenEndpoint: string
  /** The forms of all requests, in their order. */
  readonly forms: readonly URLSearchParams[]
  [Symbol.asyncDispose](): Promise<void>
}

/** Starts a vendor's server on a port of this machine. */
export async function startVendorServer(vendor: Vendor, { clock }: { readonly clock: () => Date }): Promise<VendorServer> {
  const used = new Set<string>()
  const forms: URLSearchParams[] = []
  const server = createServer((request, response) => {
    // The client compares clocks by this header, and the present of a test is no present of the machine.
    response.sendDate = false
    response.setHeader('date', clock().toUTCString())
    respond(request, response).catch((error: unknown) => send(response, { status: 500, body: { error: String(error) } }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const tokenEndpoint = `${origin}${vendor.tokenPath}`

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const document = vendor.documents?.(origin)[request.url ?? '']
    if (request.method === 'GET' && document !== undefined) return send(response, { status: 200, body: document })
    if (request.method !== 'POST' || request.url !== vendor.tokenPath) return send(response, { status: 404, body: {} })
    const form = new URLSearchParams(await readBody(request))
    forms.push(form)
    const isFirstUse = (id: string) => used.size < used.add(id).size
    const answer = await vendor
      .answer({ form, origin, tokenEndpoint, now: clock(), isFirstUse })
      .catch((error: unknown) => (error instanceof VendorRefusal ? error.answer : Promise.reject(error)))
    send(response, answer)
  }

  return { origin, tokenEndpoint, forms, [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

function send(response: ServerResponse, { status, body }: VendorAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', connection: 'close' })
  response.end(JSON.stringify(body))
}
