import { randomBytes } from 'node:crypto'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { oktaRefusals } from 'pkjwt/profiles'
import type { Context } from '../context.js'
import { Refused } from '../http/refused.js'
import { foldedPath, type Seen } from '../http/requests.js'
import { rateHeaders, requireRate } from '../limits/limits.js'
import type { EndpointName } from '../log/endpoints.js'
import { answerError } from './answers.js'

/** The longest body that is read: four times the longest assertion. */
export const bodyBytesMax = 65_536

export type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown> | unknown

/** One path with what it does for each method. */
export interface Route {
  /** Its name in metrics, logs and rate limits. */
  readonly name: EndpointName
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

/** The HTTP application, to which routes are added. */
export interface Http {
  readonly http: FastifyInstance
  addRoute(route: Route): void
}

/** Creates the HTTP application: what holds for every route. */
export function createHttp(context: Context): Http {
  const paths: KnownPath[] = []
  const http = fastify({
    logger: false,
    bodyLimit: bodyBytesMax,
    genReqId: createRequestIds(),
    routerOptions: { ignoreDuplicateSlashes: true, maxParamLength: 200 },
    exposeHeadRoutes: true,
    return503OnClosing: false,
    // A path that cannot be decoded, or with a part that is longer than any id, names nothing.
    frameworkErrors: (_error, request, reply) => {
      request.seen = { startedAt: performance.now(), endpoint: 'unknown' }
      reply.headers({ 'x-okta-request-id': request.id, ...commonHeaders })
      return answerError(new Refused(oktaRefusals.notFound), { request, reply, context })
    },
  })
  // The bytes reach the form reader as they came: what is checked is what was sent.
  http.removeAllContentTypeParsers()
  http.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  http.decorateRequest('seen', null as unknown as Seen)
  http.addHook('onRequest', (request, reply, done) => {
    request.seen = { startedAt: performance.now(), endpoint: request.routeOptions.config.endpoint ?? 'unknown' }
    reply.headers({ 'x-okta-request-id': request.id, ...commonHeaders })
    done()
  })
  const { ledger, faults } = context
  if (faults !== undefined) {
    // A handler that answers here ends the request.
    http.addHook('preHandler', async (request, reply) => ((await faults.pass(request, reply, 'early')) ? reply : undefined))
  }
  if (ledger !== undefined) {
    http.addHook('onSend', (request, reply, payload, done) => {
      ledger.note(request, reply.statusCode)
      done(null, payload)
    })
  }
  http.addHook('onResponse', (request, reply, done) => {
    const { endpoint } = request.seen
    context.metrics.count('pkjwt_requests_total', { endpoint, status: String(reply.statusCode) })
    context.metrics.observe((performance.now() - request.seen.startedAt) / 1000, { endpoint })
    done()
  })
  http.setErrorHandler((error, request, reply) => answerError(error, { request, reply, context }))
  http.setNotFoundHandler((request, reply) => {
    const path = foldedPath(request)
    const known = paths.find(({ pattern }) => pattern.test(path))
    if (known !== undefined) request.seen.endpoint = known.endpoint
    const refused =
      known === undefined
        ? new Refused(oktaRefusals.notFound)
        : new Refused(oktaRefusals.methodUnknown, { headers: { allow: known.allow } })
    return answerError(refused, { request, reply, context })
  })
  return { http, addRoute: (route) => addRoute(http, { route, paths, context }) }
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

/** A path that exists, for requests with a method that it does not have. A route for each of them would triple the start. */
interface KnownPath {
  readonly pattern: RegExp
  readonly endpoint: EndpointName
  readonly allow: string
}

/** The methods that routes have. */
export const methods = ['GET', 'POST', 'PUT', 'DELETE'] as const

export type Method = (typeof methods)[number]

interface AddRouteOptions {
  readonly route: Route
  readonly paths: KnownPath[]
  readonly context: Context
}

function addRoute(http: FastifyInstance, { route, paths, context }: AddRouteOptions): void {
  const own = methods.filter((method) => route[method] !== undefined)
  const allow = own.join(', ')
  const config = { endpoint: route.name }
  const limit = route.isUnlimited === true ? {} : { onRequest: limitAddress(route.name, context) }
  for (const url of typeof route.path === 'string' ? [route.path] : route.path) {
    for (const method of own) {
      const handler = route[method]
      if (handler !== undefined) http.route({ method, url, config, handler, ...limit })
    }
    if (route.hasPreflight) http.route({ method: 'OPTIONS', url, config, handler: preflight(allow) })
    paths.push({ pattern: new RegExp(`^${url.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+')}$`), endpoint: route.name, allow })
  }
}

function limitAddress(bucket: EndpointName, { limits, clock }: Context) {
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
