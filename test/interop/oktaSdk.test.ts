import { Client } from '@okta/okta-sdk-nodejs'
import { generateKey, type SigningKey, writePrivateKey } from 'pkjwt/keys'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpServer, seedApp, startHttpServer } from '../server/support.js'

// The SDK for Node that Okta publishes, as it comes from the registry, against a server on a socket.

const users = [
  {
    id: '00u00000000000000001',
    profile: { login: 'ada@example.com', firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com' },
  },
  {
    id: '00u00000000000000002',
    profile: { login: 'alan@example.com', firstName: 'Alan', lastName: 'Turing', email: 'alan@example.com' },
  },
]

let key: SigningKey
let server: HttpServer

beforeAll(async () => {
  key = await generateKey({ alg: 'RS256' })
  const apps = [
    seedApp('0oaReader00000000000', key),
    seedApp('0oaBound000000000000', key, { dpop_bound_access_tokens: true }),
    seedApp('0oaNoRole00000000000', key, { roles: [] }),
  ]
  server = await startHttpServer({ seed: { apps, users } })
})

afterAll(() => server.close())

async function logins(options: { clientId: string; orgUrl?: string; privateKey?: unknown }): Promise<string[]> {
  const client = new Client({
    orgUrl: server.url,
    authorizationMode: 'PrivateKey',
    scopes: ['okta.users.read'],
    privateKey: JSON.stringify(await writePrivateKey(key, 'jwk')),
    keyId: key.kid,
    ...options,
  } as ConstructorParameters<typeof Client>[0])
  const found: string[] = []
  const collection = await client.userApi.listUsers()
  await collection.each((user) => {
    found.push(String(user?.profile?.login))
  })
  return found
}

describe('the Okta SDK for Node', () => {
  it('lists the users with an RSA key as JWK text', async () => {
    expect(await logins({ clientId: '0oaReader00000000000' })).toEqual(['ada@example.com', 'alan@example.com'])
  })

  it('lists the users with an RSA key as PEM', async () => {
    const privateKey = await writePrivateKey(key, 'pkcs8')
    expect(await logins({ clientId: '0oaReader00000000000', privateKey })).toHaveLength(2)
  })

  it('lists the users when its orgUrl ends with a slash', async () => {
    expect(await logins({ clientId: '0oaReader00000000000', orgUrl: `${server.url}/` })).toHaveLength(2)
  })

  it('follows the nonce and uses DPoP when the app is bound to it', async () => {
    expect(await logins({ clientId: '0oaBound000000000000' })).toHaveLength(2)
  })

  it('tells that a role is missing', async () => {
    await expect(logins({ clientId: '0oaNoRole00000000000' })).rejects.toMatchObject({ status: 403, errorCode: 'E0000006' })
  })
})
