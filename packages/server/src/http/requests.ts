import type { FastifyRequest } from 'fastify'
import type { EndpointName } from '../log/endpoints.js'

/** What is learned about a request on the way, for log, audit and ledger. */
export interface Seen {
  /** Its name in metrics and logs. */
  endpoint: EndpointName
  /** Set once the signature of the client's assertion holds. */
  clientId?: string | undefined
  kid?: string | undefined
  jti?: string | undefined
  aud?: unknown
  scopes?: readonly string[] | undefined
  /** The scopes that were given. */
  granted?: readonly string[] | undefined
  error?: string | undefined
  rule?: string | undefined
  startedAt: number
}

declare module 'fastify' {
  interface FastifyRequest {
    seen: Seen
  }
  interface FastifyContextConfig {
    /** The name of the endpoint in metrics and logs. */
    readonly endpoint?: EndpointName
  }
}

/** The path of the URL, with double slashes folded as the router does. */
export function foldedPath(request: FastifyRequest): string {
  return (request.raw.url ?? '').split('?', 1)[0]?.replace(/\/{2,}/g, '/') ?? ''
}

/** The query of the URL, without the question mark. */
export function queryOf(request: FastifyRequest): string {
  const { url } = request.raw
  const mark = url?.indexOf('?') ?? -1
  return mark < 0 ? '' : (url ?? '').slice(mark + 1)
}

/** The body as bytes; none is an empty one. */
export function bodyOf(request: FastifyRequest): Uint8Array {
  return request.body instanceof Uint8Array ? request.body : new Uint8Array()
}
