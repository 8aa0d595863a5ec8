import { readFileSync } from 'node:fs'
import { generateKey, type SigningKey, writePrivateKey } from 'pkjwt/keys'
import type { Page } from 'playwright-core'
import { type AuthorizationServer, createAuthorizationServer } from '../../../packages/server/src/listen.js'
import { type Opened, type OpenOptions, pageFile, startChromium } from './open.js'

/** An app that the server knows, with its private key as a text. */
export interface ServedApp {
  readonly clientId: string
  readonly key: SigningKey
  readonly jwk: string
}

/** A request that the page sent, with everything in it. */
export interface Sent {
  readonly method: string
  readonly url: string
  readonly text: string
}

/** The page from the server itself, and what it sent. */
export interface ServedPage extends Opened {
  readonly sent: readonly Sent[]
}

/** A server on a free port that serves the page, and a browser. */
export interface Served extends AsyncDisposable {
  readonly org: string
  readonly server: AuthorizationServer
  readonly apps: Readonly<Record<'superAdmin' | 'appAdmin' | 'nobody', ServedApp>>
  open(options?: OpenOptions): Promise<ServedPage>
}

export const adminToken = 'bootstrap-token-of-these-tests-0123456789'

/** Every scope that the management API asks for. */
const adminScopes = ['apps.read', 'apps.manage', 'appGrants.read', 'appGrants.manage', 'roles.read', 'roles.manage', 'logs.read']

/** Starts both. Apps: a Super Admin, an App Admin, and one that may only read users. */
export async function startServed(): Promise<Served> {
  const chromium = await startChromium()
  const scopes = adminScopes.map((scope) => `okta.${scope}`)
  const apps = {
    superAdmin: await makeApp('0oasuperadmin0000001'),
    appAdmin: await makeApp('0oaappadmin000000001'),
    nobody: await makeApp('0oanobody00000000001'),
  }
  const server = createAuthorizationServer({
    store: ':memory:',
    page: readFileSync(pageFile, 'utf8'),
    adminToken,
    seed: {
      apps: [
        seedApp(apps.superAdmin, { client_name: 'Admin', grants: [...scopes, 'okta.users.read'], roles: ['SUPER_ADMIN'] }),
        seedApp(apps.appAdmin, { client_name: 'App admin', grants: scopes, roles: ['APP_ADMIN'] }),
        seedApp(apps.nobody, { client_name: 'Billing', grants: ['okta.users.read', 'okta.apps.read'], roles: [] }),
      ],
    },
  })
  const { url: org } = await server.listen({ port: 0 })
  return {
    org,
    server,
    apps,
    async open(options) {
      const opened = await chromium.open({ at: `${org}/`, ...options })
      return { ...opened, sent: record(opened.page) }
    },
    async [Symbol.asyncDispose]() {
      await chromium.close()
      await server.close()
    },
  }
}

async function makeApp(clientId: string): Promise<ServedApp> {
  const key = await generateKey({ alg: 'ES256' })
  return { clientId, key, jwk: JSON.stringify(await writePrivateKey(key, 'jwk')) }
}

function seedApp({ clientId, key }: ServedApp, rest: object) {
  return { client_id: clientId, jwks: { keys: [key.publicKey.jwk] }, ...rest }
}

function record(page: Page): Sent[] {
  const sent: Sent[] = []
  page.on('request', (request) => {
    const headers = Object.entries(request.headers()).map(([name, value]) => `${name}: ${value}`)
    sent.push({
      method: request.method(),
      url: request.url(),
      text: [request.url(), ...headers, request.postData() ?? ''].join('\n'),
    })
  })
  return sent
}

/** Members of a private JWK that nobody may see, base64url as they are written in it. */
export async function secretsOf(key: SigningKey): Promise<string[]> {
  const jwk = new Map<string, unknown>(Object.entries(await writePrivateKey(key, 'jwk')))
  return ['d', 'p', 'q', 'dp', 'dq', 'qi'].map((name) => jwk.get(name)).filter((value) => typeof value === 'string')
}
