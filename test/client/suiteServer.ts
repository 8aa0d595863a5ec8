import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createAuthorizationServer } from '@pkjwt/server'
import { generateKey, writePrivateKey } from 'pkjwt/keys'
import { listen, readBody } from './tokenServer.js'

/** Where the suite for every runtime runs: our own server, and the page of a browser at the same origin. */
export interface SuiteServer extends AsyncDisposable {
  readonly origin: string
  readonly apps: Record<'plain' | 'bound' | 'rsa', { readonly clientId: string; readonly key: unknown }>
}

/** @param files What a browser loads, by path. */
export async function startSuiteServer(
  files: ReadonlyMap<string, { type: string; text: string }> = new Map(),
): Promise<SuiteServer> {
  const [ec, rsa] = await Promise.all([generateKey({ alg: 'ES256' }), generateKey({ alg: 'RS256' })])
  const app = (client_id: string, key: typeof ec, dpop_bound_access_tokens: boolean) => ({
    client_id,
    client_name: client_id,
    jwks: { keys: [key.publicKey.jwk] },
    grants: ['okta.users.read'],
    roles: ['READ_ONLY_ADMIN'],
    dpop_bound_access_tokens,
  })
  const seed = { apps: [app('0oaPlain', ec, false), app('0oaBound', ec, true), app('0oaRsa', rsa, false)] }
  const socket = createServer()
  const { port } = await listen(socket)
  const origin = `http://127.0.0.1:${port}`
  const authorization = createAuthorizationServer({ store: ':memory:', issuer: origin, seed })
  await authorization.ready()
  socket.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '/'
    const file = files.get(path)
    if (file !== undefined) return response.writeHead(200, { 'content-type': file.type }).end(file.text)
    if (path === '/redirect') return response.writeHead(302, { location: '/oauth2/v1/token' }).end()
    const { method = 'GET', headers } = request
    const body = method === 'GET' ? null : await readBody(request)
    const sent = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[name, value]] : [],
    )
    const answer = await authorization.fetch(`${origin}${path}`, { method, headers: sent, body })
    return response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
  })
  return {
    origin,
    apps: {
      plain: { clientId: '0oaPlain', key: await writePrivateKey(ec, 'jwk') },
      bound: { clientId: '0oaBound', key: await writePrivateKey(ec, 'jwk') },
      rsa: { clientId: '0oaRsa', key: await writePrivateKey(rsa, 'pkcs8') },
    },
    async [Symbol.asyncDispose]() {
      socket.close()
      socket.closeAllConnections()
      await authorization.close()
    },
  }
}
