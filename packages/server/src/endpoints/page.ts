import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Route } from '../http.js'

/** Serves one HTML file at `/`; its own policy stands in it. */
export function pageRoutes(page: string | undefined): Route[] {
  if (page === undefined) return []
  const GET = (_request: FastifyRequest, reply: FastifyReply) =>
    reply.headers({ 'cache-control': 'no-cache', 'x-frame-options': 'DENY' }).type('text/html; charset=utf-8').send(page)
  return [{ name: 'page', path: '/', GET, isUnlimited: true }]
}
