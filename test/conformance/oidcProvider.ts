import { Provider } from 'oidc-provider'
import { generateKey, type SigningKey, writePrivateKey } from 'pkjwt/keys'
import { vi } from 'vitest'
import { startBareServer } from './support.js'

/** node-oidc-provider, which others wrote, on a socket, with one client that may ask for the scope `read`. */
export async function startOidcProvider(key: SigningKey) {
  for (const silenced of ['warn', 'info'] as const) vi.spyOn(console, silenced).mockImplementation(() => {})
  let answer: ReturnType<Provider['callback']> | undefined
  const server = await startBareServer((request, response) => void answer?.(request, response))
  const client = {
    client_id: 'app',
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: key.alg,
    jwks: { keys: [{ ...key.publicKey.jwk }] },
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    scope: 'read',
  }
  const provider = new Provider(server.url, {
    clients: [client],
    scopes: ['read', 'write'],
    jwks: { keys: [{ ...(await writePrivateKey(await generateKey({ alg: 'RS256' }), 'jwk')) }] },
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    enabledJWA: { clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
    ttl: { ClientCredentials: 600 },
  })
  answer = provider.callback()
  return { ...server, tokenEndpoint: `${server.url}/token` }
}
