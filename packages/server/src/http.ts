import { randomBytes } from 'node:crypto'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { oktaRefusals } from 'pkjwt/profiles'
import { answerError } from './answers.js'
import type { Context } from './context.js'
import { rateHeaders, requireRate } from './limits.js'
import { Refused } from './refused.js'

/** The longest body that is read: four times the longest assertion. */
export const bodyBytesMax = 65_536

/** What is learned about a request on the way, for log, audit and ledger. */
export interface Seen {
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
    readonly endpoint?: string
  }
}

export type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown> | unknown

/** One path with what it does for each method. */
export interface Route {
  /** Its name in metrics, logs and rate limits. */
  readonly name: string
  readonly path: string | readonly string[]
  readonly GET?: Handler
  readonly POST?: Handler
  readonly PUT?: Handler
  readonly DELETE?: Handler
  /** Okta answers a preflight of these and allows no origin. */
  readonly hasPreflight?: boolean
  /** Keys, metadata and health are not limited. */
  readonly isUnlimited?: boolean
}

/** Creates the HTTP application: what holds for every route. Routes are added with `addRoute`. */
export function createHttp(context: Context): FastifyInstance {
  const http = fastify({
    logger: false,
    bodyLimit: bodyBytesMax,
    genReqId: createRequestIds(),
    routerOptions: { ignoreDuplicateSlashes: true, maxParamLength: 200 },
    exposeHeadRoutes: true,
    return503OnClosing: false,
  })
  // The bytes reach the form reader as they came: what is checked is what was sent.
  http.removeAllContentTypeParsers()
  http.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  http.decorateRequest('seen', null as unknown as Seen)
  http.addHook('onRequest', (request, reply, done) => {
    request.seen = { startedAt: performance.now() }
    reply.headers({ 'x-okta-request-id': request.id, ...commonHeaders })
    done()
  })
  const { ledger } = context
  if (ledger !== undefined) {
    http.addHook('onSend', (request, reply, payload, done) => {
      ledger.note(request, reply.statusCode)
      done(null, payload)
    })
  }
  http.addHook('onResponse', (request, reply, done) => {
    const endpoint = request.routeOptions.config.endpoint ?? 'unknown'
    context.metrics.count('pkjwt_requests_total', { endpoint, status: String(reply.statusCode) })
    context.metrics.observe((performance.now() - request.seen.startedAt) / 1000, { endpoint })
    done()
  })
  http.setErrorHandler((error, request, reply) => answerError(error, { request, reply, context }))
  http.setNotFoundHandler((request, reply) => answerError(new Refused(oktaRefusals.notFound), { request, reply, context }))
  return http
}

const commonHeaders = {
  'cache-control': 'no-store',
  pragma: 'no-cache',
  'x-content-type-options': 'nosniff',
}

/** Ids that nobody can guess and that cost nothing: a random part for the process, and a number. */
function createRequestIds(): () => string {
  const process = randomBytes(9).toString('base64url')
  let count = 0
  return () => `req${process}${(++count).toString(36).padStart(7, '0')}`
}

const methods = ['GET', 'POST', 'PUT', 'DELETE'] as const

/** Adds a route. Methods that it does not have are answered with 405 and the ones that it has. */
export function addRoute(http: FastifyInstance, route: Route, context: Context): void {
  const own = methods.filter((method) => route[method] !== undefined)
  const allow = own.join(', ')
  const config = { endpoint: route.name }
  const refuseMethod: Handler = () => {
    throw new Refused(oktaRefusals.methodUnknown, { headers: { allow } })
  }
  const limit = route.isUnlimited === true ? {} : { onRequest: limitAddress(route.name, context) }
  for (const url of typeof route.path === 'string' ? [route.path] : route.path) {
    for (const method of own) http.route({ method, url, config, handler: route[method] ?? refuseMethod, ...limit })
    if (route.hasPreflight) http.route({ method: 'OPTIONS', url, config, handler: preflight(allow) })
    const others = http.supportedMethods.filter(
      (method) =>
        !own.some((name) => name === method) &&
        !(method === 'OPTIONS' && route.hasPreflight) &&
        !(method === 'HEAD' && route.GET !== undefined),
    )
    http.route({ method: others, url, config, handler: refuseMethod })
  }
}

function limitAddress(bucket: string, { limits, clock }: Context) {
  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => {
    try {
      const state = limits.address(request.ip, bucket)
      if (state !== undefined) reply.headers(rateHeaders(state))
      requireRate(state, clock)
      done()
    } catch (error) {
      done(error instanceof Error ? error : new Error('a limit threw no error'))
    }
  }
}

function preflight(allow: string): Handler {
  return (_request, reply) =>
    reply.code(204).headers({ 'access-control-allow-methods': allow, 'access-control-max-age': '3600', vary: 'Origin' }).send()
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
