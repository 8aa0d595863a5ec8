import { readFileSync } from 'node:fs'
import { type AppAdmin, createAppAdmin } from 'pkjwt/client'
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
  readonly apps: Readonly<Record<'superAdmin' | 'second' | 'appAdmin' | 'nobody' | 'stranger', ServedApp>>
  open(options?: OpenOptions): Promise<ServedPage>
  /** Takes an app out of use and back: whatever tokens it has are worth nothing any more. */
  cycle(clientId: string): Promise<void>
}

export const adminToken = 'bootstrap-token-of-these-tests-0123456789'

/** Every scope that the management API asks for. */
const adminScopes = ['apps.read', 'apps.manage', 'appGrants.read', 'appGrants.manage', 'roles.read', 'roles.manage', 'logs.read']

/** Starts both. Apps: two Super Admins, an App Admin, one without a role, and one without a scope that an administrator could use. */
export async function startServed(): Promise<Served> {
  const chromium = await startChromium()
  const scopes = adminScopes.map((scope) => `okta.${scope}`)
  const apps = {
    superAdmin: await makeApp('0oasuperadmin0000001'),
    appAdmin: await makeApp('0oaappadmin000000001'),
    second: await makeApp('0oasecondadmin000001'),
    nobody: await makeApp('0oanobody00000000001'),
    stranger: await makeApp('0oastranger000000001'),
  }
  const server = createAuthorizationServer({
    store: ':memory:',
    page: readFileSync(pageFile, 'utf8'),
    adminToken,
    seed: {
      apps: [
        seedApp(apps.superAdmin, { client_name: 'Admin', grants: [...scopes, 'okta.users.read'], roles: ['SUPER_ADMIN'] }),
        seedApp(apps.appAdmin, { client_name: 'App admin', grants: scopes, roles: ['APP_ADMIN'] }),
        seedApp(apps.second, { client_name: 'Second admin', grants: scopes, roles: ['SUPER_ADMIN'] }),
        seedApp(apps.stranger, { client_name: 'Stranger', grants: ['okta.users.read'], roles: [] }),
        seedApp(apps.nobody, { client_name: 'Billing', grants: ['okta.users.read', 'okta.apps.read'], roles: [] }),
      ],
    },
  })
  const { url: org } = await server.listen({ port: 0 })
  const admin = createAppAdmin({
    org,
    fetch: (input, init) => fetch(input, { ...init, headers: { ...init?.headers, authorization: `SSWS ${adminToken}` } }),
  })
  await fillLog(admin)
  return {
    org,
    server,
    apps,
    async open(options) {
      const opened = await chromium.open({ at: `${org}/`, ...options })
      return { ...opened, sent: record(opened.page) }
    },
    async cycle(clientId) {
      await admin.setAppStatus(clientId, 'INACTIVE')
      // Tokens are told from those before by the second.
      await new Promise((resolve) => setTimeout(resolve, 1100))
      await admin.setAppStatus(clientId, 'ACTIVE')
    },
    async [Symbol.asyncDispose]() {
      await chromium.close()
      await server.close()
    },
  }
}

/** More changes of keys than the page reads at once. */
async function fillLog(admin: AppAdmin): Promise<void> {
  const [one, other] = [await generateKey({ alg: 'ES256' }), await generateKey({ alg: 'ES256' })]
  const { id } = await admin.createApp({ label: 'Crowded', keys: [one.publicKey.jwk, other.publicKey.jwk] })
  const [key] = await admin.listKeys(id)
  for (let round = 0; round < 26; round += 1) {
    await admin.setKeyStatus(id, key?.id ?? '', 'INACTIVE')
    await admin.setKeyStatus(id, key?.id ?? '', 'ACTIVE')
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
