import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.js'
import type { Route } from '../routing/http.js'

/** Counts the processes that share a port; undefined when it is not known yet. */
export type WorkersOption = () => { readonly ready: number; readonly wanted: number } | undefined

/** For orchestrators: whether the process lives, whether it can give tokens now, and its counters. */
export function healthRoutes(context: Context, workers: WorkersOption = () => undefined): Route[] {
  const live = (_request: FastifyRequest, reply: FastifyReply) => sendJson(reply, { status: 'ok' })
  const ready = async (_request: FastifyRequest, reply: FastifyReply) => {
    try {
      await context.store.ready()
      await context.signingKeys.signer()
      const count = workers()
      // It gives tokens, so that it stays in the balancer; whoever watches sees that it carries the load of others.
      const status = count !== undefined && count.ready < count.wanted ? 'degraded' : 'ok'
      return sendJson(reply, { status, ...(count === undefined ? {} : { workers: count }) })
    } catch (error) {
      context.log.error('not_ready', error)
      return sendJson(reply.code(503), { status: 'unavailable' })
    }
  }
  const metrics = (_request: FastifyRequest, reply: FastifyReply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(context.metrics.write())
  return [
    { name: 'health', path: '/health/live', GET: live, isUnlimited: true },
    { name: 'health', path: '/health/ready', GET: ready, isUnlimited: true },
    { name: 'metrics', path: '/metrics', GET: metrics, isUnlimited: true },
  ]
}

function sendJson(reply: FastifyReply, body: unknown): FastifyReply {
  return reply.type('application/json').send(JSON.stringify(body))
}
