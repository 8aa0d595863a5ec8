import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.js'
import { publish } from '../endpoints/discovery.js'
import type { Route } from '../routing/http.js'

/** `GET /openapi.json`: what the server does, told from its routes. It is put together when somebody asks for it. */
export function openapiRoutes(others: readonly Route[], { addresses }: Context): Route[] {
  const GET = async (_request: FastifyRequest, reply: FastifyReply) => {
    const { writeDocument } = await import('./document.js')
    return publish(reply, writeDocument({ routes: [...others, ...routes], issuer: addresses.issuer() }))
  }
  const routes: Route[] = [{ name: 'openapi', path: '/openapi.json', GET, isUnlimited: true }]
  return routes
}
