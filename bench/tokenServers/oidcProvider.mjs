// node-oidc-provider with the in-memory adapter that it brings. Its record of used assertions is neither durable nor atomic.
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import Provider from 'oidc-provider'
import { serve } from './serve.mjs'

serve(async ({ clientId, clientJwk, alg }) => {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  const issuer = `http://127.0.0.1:${port}`
  const { privateKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const warn = console.warn
  console.warn = () => {}
  const provider = new Provider(issuer, {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: 'as' }] },
    clients: [
      {
        client_id: clientId,
        jwks: { keys: [clientJwk] },
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: clientJwk.alg,
        id_token_signed_response_alg: alg,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
        scope: 'okta.users.read',
      },
    ],
    scopes: ['okta.users.read'],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => 'urn:bench:api',
        getResourceServerInfo: () => ({
          scope: 'okta.users.read',
          audience: 'urn:bench:api',
          accessTokenFormat: 'jwt',
          accessTokenTTL: 3600,
          jwt: { sign: { alg } },
        }),
        useGrantedResource: () => true,
      },
    },
  })
  console.warn = warn
  server.on('request', provider.callback())
  return { port, path: '/token', audience: issuer }
})
