// Ours, as `pkjwt serve` runs it: the replay record durable before the answer, in an SQLite file unless another store is named.
import { join } from 'node:path'
import { createAuthorizationServer } from '@pkjwt/server'
import { serve } from './serve.mjs'

serve(async ({ clientId, clientJwk, alg, folder, store = join(folder, 'pkjwt.db'), issuer }) => {
  const server = createAuthorizationServer({
    store,
    issuer,
    signingAlg: alg,
    seed: {
      apps: [{ client_id: clientId, client_name: 'Bench', jwks: { keys: [clientJwk] }, grants: ['okta.users.read'], roles: [] }],
    },
  })
  const { port, url } = await server.listen({ port: 0 })
  await server.ready()
  return { port, path: '/oauth2/v1/token', audience: `${issuer ?? url}/oauth2/v1/token` }
})
