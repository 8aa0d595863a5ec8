import { startTestServer, type TestApp, type TestServer, type TestServerOptions } from '@pkjwt/server/testing'
import { generateKey, type SigningKey } from 'pkjwt/keys'
import { checkAnswers } from '../reference/checkAnswers.js'
import { ask, readAnswer } from '../server/support.js'

/** Every scope that the management API asks for. */
export const adminScopes = [
  'okta.apps.read',
  'okta.apps.manage',
  'okta.clients.read',
  'okta.clients.manage',
  'okta.clients.register',
  'okta.appGrants.read',
  'okta.appGrants.manage',
  'okta.roles.read',
  'okta.roles.manage',
  'okta.logs.read',
  'okta.users.read',
]

export const adminToken = 'bootstrap-token-that-is-long-enough-0123456789'

/** Calls the management API. */
export type Call = (method: string, path: string, body?: unknown) => Promise<Answer>

export interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
  readonly headers: Headers
}

/** Every answer of it is compared with its OpenAPI document. */
export async function startAdminServer(options: TestServerOptions = {}): Promise<TestServer> {
  return checkAnswers(await startTestServer({ adminToken, ...options }))
}

/** Calls with a header `Authorization`, or without one. */
export function callerOf(server: TestServer, authorization: string | undefined): Call {
  return async (method, path, body) => {
    const response = await server.fetch(`${server.org}${path}`, {
      method,
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const parsed: unknown = text === '' ? {} : JSON.parse(text)
    return { status: response.status, body: parsed as Record<string, unknown>, headers: response.headers }
  }
}

/** Calls with the bootstrap token. */
export const superCaller = (server: TestServer) => callerOf(server, `SSWS ${adminToken}`)

let shared: Promise<SigningKey> | undefined

/** Adds an app that holds roles and every scope. Apps share a key, which nothing here depends on. */
export async function addAdmin(server: TestServer, roles: readonly string[]): Promise<TestApp> {
  shared ??= generateKey({ alg: 'ES256' })
  return server.addApp({ roles, grants: adminScopes, key: await shared })
}

/** Buys an access token. */
export async function buyToken(server: TestServer, app: TestApp, scopes: readonly string[] = adminScopes): Promise<string> {
  const response = await ask(server.org, { ...app, scopes, now: server.clock() }, server.fetch)
  const { access_token } = await readAnswer(response)
  if (typeof access_token !== 'string') throw new Error(`no token: ${response.status}`)
  return access_token
}

/** The body that creates an app. */
export function appBody(key: SigningKey, rest: { readonly label?: string; readonly client_id?: string } = {}) {
  const { label = 'App', client_id } = rest
  return {
    name: 'oidc_client',
    label,
    signOnMode: 'OPENID_CONNECT',
    credentials: {
      oauthClient: { token_endpoint_auth_method: 'private_key_jwt', ...(client_id === undefined ? {} : { client_id }) },
    },
    settings: {
      oauthClient: {
        application_type: 'service',
        grant_types: ['client_credentials'],
        jwks: { keys: [key.publicKey.jwk] },
      },
    },
  }
}

/** The body that registers a client. */
export function clientBody(key: SigningKey) {
  return {
    client_name: 'Client',
    application_type: 'service',
    grant_types: ['client_credentials'],
    response_types: ['token'],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [key.publicKey.jwk] },
  }
}
