import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AuthorizationServerOptions, createAuthorizationServer } from '@pkjwt/server'
import type { SigningKey } from 'pkjwt/keys'
import { createAssertion, writeTokenRequest } from 'pkjwt/protocol'

/** A server on a socket and an SQLite file of its own. */
export interface HttpServer extends AsyncDisposable {
  readonly url: string
  readonly storePath: string
  close(): Promise<void>
}

export type HttpServerOptions = Partial<AuthorizationServerOptions> & { readonly port?: number }

export async function startHttpServer({ port = 0, ...options }: HttpServerOptions = {}): Promise<HttpServer> {
  const folder = await mkdtemp(join(tmpdir(), 'pkjwt-server-'))
  const storePath = join(folder, 'pkjwt.db')
  const server = createAuthorizationServer({ store: storePath, ...options })
  const { url } = await server.listen({ port })
  const close = async () => {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { url, storePath, close, [Symbol.asyncDispose]: close }
}

/** An app as the seed file spells it. */
export function seedApp(clientId: string, key: SigningKey, rest: Readonly<Record<string, unknown>> = {}) {
  return {
    client_id: clientId,
    client_name: clientId,
    jwks: { keys: [key.publicKey.jwk] },
    grants: ['okta.users.read'],
    roles: ['READ_ONLY_ADMIN'],
    ...rest,
  }
}

export const formType = 'application/x-www-form-urlencoded'

export interface AskOptions {
  readonly clientId: string
  readonly key: SigningKey
  readonly scopes?: readonly string[]
  readonly assertion?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly now?: Date
}

export type Fetch = (input: string, init?: RequestInit) => Promise<Response>

/** Buys a token, with a fresh assertion unless one is given. */
export async function ask(url: string, options: AskOptions, send: Fetch = fetch): Promise<Response> {
  const { clientId, key, scopes = ['okta.users.read'], headers, now } = options
  const audience = `${url}/oauth2/v1/token`
  const assertion = options.assertion ?? (await createAssertion({ clientId, audience, key, now }))
  const body = writeTokenRequest({ assertion, scopes })
  return send(audience, { method: 'POST', body, headers: { 'content-type': formType, ...headers } })
}

/** An answer as JSON. */
export async function readAnswer(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>
}
