import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.js'
import { requireCaller } from '../guard.js'
import type { Route } from '../http.js'
import { queryOf } from '../requests.js'
import type { User } from '../store/store.js'

/** The API that a token opens here: `GET /api/v1/users`. It wants the scope `okta.users.read` and any admin role. */
export function usersRoutes(context: Context): Route[] {
  const GET = async (request: FastifyRequest, reply: FastifyReply) => {
    const scopes = ['okta.users.read', 'okta.users.manage']
    await requireCaller(request, { scopes, mayCall: (roles) => roles.length > 0, context })
    const { limit, after } = readPage(queryOf(request))
    const users = await context.store.listUsers({ limit, after })
    const org = context.addresses.issuer()
    const last = users.at(-1)
    const links = [`<${org}/api/v1/users?limit=${limit}>; rel="self"`]
    if (users.length === limit && last !== undefined) {
      links.push(`<${org}/api/v1/users?after=${encodeURIComponent(last.id)}&limit=${limit}>; rel="next"`)
    }
    return reply
      .header('link', links)
      .type('application/json')
      .send(JSON.stringify(users.map((user) => writeUser(user, org))))
  }
  return [{ name: 'users', path: '/api/v1/users', GET }]
}

const usersPerPageMax = 200

function readPage(query: string): { readonly limit: number; readonly after: string | undefined } {
  const parameters = new URLSearchParams(query)
  const limit = Number(parameters.get('limit') ?? usersPerPageMax)
  const isUsable = Number.isInteger(limit) && limit > 0 && limit <= usersPerPageMax
  return { limit: isUsable ? limit : usersPerPageMax, after: parameters.get('after') ?? undefined }
}

/** A user as Okta's API spells it. */
function writeUser({ id, status, created, lastUpdated, profile, details }: User, org: string) {
  return {
    id,
    status,
    created: timeOf(created),
    activated: null,
    statusChanged: null,
    lastLogin: null,
    lastUpdated: timeOf(lastUpdated),
    passwordChanged: null,
    type: { id: 'oty00000000000000000' },
    credentials: { provider: { type: 'OKTA', name: 'OKTA' } },
    ...details,
    profile,
    _links: { self: { href: `${org}/api/v1/users/${id}` } },
  }
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
