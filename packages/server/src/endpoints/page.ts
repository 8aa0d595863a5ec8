import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.js'
import type { Route } from '../routing/http.js'

/**
 * Serves one HTML file at `/`. The page forbids itself the network in a policy of its own; from here it may talk to this server, and
 * to no other. The file itself stays as it is.
 */
export function pageRoutes(page: string | undefined, { addresses }: Pick<Context, 'addresses'>): Route[] {
  if (page === undefined) return []
  let served: ServedPage | undefined
  // Not before the first request: until the server listens, it may not know its own address.
  const GET = (_request: FastifyRequest, reply: FastifyReply) => {
    served ??= servePage(page, addresses.issuers())
    return reply.headers(served.headers).type('text/html; charset=utf-8').send(served.html)
  }
  return [{ name: 'page', path: '/', GET, isUnlimited: true }]
}

interface ServedPage {
  readonly html: string
  readonly headers: Readonly<Record<string, string>>
}

const policyElement = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/

/**
 * Opens the policy of a page as far as the server it came from, and tells it the addresses of that server. A page without a policy that
 * forbids connections is left alone. What a page cannot say of itself, that nobody may frame it, stands in the header.
 */
function servePage(page: string, origins: readonly string[]): ServedPage {
  const headers = { 'cache-control': 'no-cache', 'x-frame-options': 'DENY' }
  const policy = policyElement.exec(page)?.[1]?.replace("connect-src 'none'", "connect-src 'self'")
  if (policy === undefined || !policy.includes("connect-src 'self'")) return { html: page, headers }
  // Origins were parsed as URLs, so that nothing in them ends the attribute.
  const elements = `<meta http-equiv="Content-Security-Policy" content="${policy}">\n<meta name="pkjwt-server" content="${origins.join(' ')}">`
  return {
    html: page.replace(policyElement, () => elements),
    headers: { ...headers, 'content-security-policy': `${policy}; frame-ancestors 'none'` },
  }
}
