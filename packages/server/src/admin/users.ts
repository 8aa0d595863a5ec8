import type { FastifyReply, FastifyRequest } from 'fastify'
import { writeTime } from 'pkjwt/protocol'
import type { Route } from '../routing/http.js'
import type { User } from '../store/store.js'
import { type Admin, linksOf, readPage, send } from './change.js'

/** The most that one page holds. */
export const usersPerPageMax = 200

/** `GET /api/v1/users`: what a token opens that may do nothing else. It wants the scope `okta.users.read` and any admin role. */
export function userRoutes({ context, administrators }: Admin): Route[] {
  const GET = async (request: FastifyRequest, reply: FastifyReply) => {
    await administrators(request, 'readUsers')
    const { limit, after, parameters } = readPage(request, usersPerPageMax)
    const users = await context.store.listUsers({ limit, after })
    const org = context.addresses.issuer()
    const next = users.length === limit ? users.at(-1)?.id : undefined
    reply.header('link', linksOf(`${org}/api/v1/users`, parameters, next))
    return send(
      reply,
      users.map((user) => writeUser(user, org)),
    )
  }
  return [{ name: 'users', path: '/api/v1/users', GET }]
}

/** A user as Okta's API spells it. */
function writeUser({ id, status, created, lastUpdated, profile, details }: User, org: string) {
  return {
    id,
    status,
    created: writeTime(created),
    activated: null,
    statusChanged: null,
    lastLogin: null,
    lastUpdated: writeTime(lastUpdated),
    passwordChanged: null,
    type: { id: 'oty00000000000000000' },
    credentials: { provider: { type: 'OKTA', name: 'OKTA' } },
    ...details,
    profile,
    _links: { self: { href: `${org}/api/v1/users/${id}` } },
  }
}
