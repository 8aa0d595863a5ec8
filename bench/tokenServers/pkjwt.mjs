// Ours, as `pkjwt serve` runs it: SQLite on disk, synchronous=FULL, the replay record durable before the answer.
import { join } from 'node:path'
import { createAuthorizationServer } from '@pkjwt/server'
import { serve } from './serve.mjs'

serve(async ({ clientId, clientJwk, alg, folder }) => {
  const server = createAuthorizationServer({
    store: join(folder, 'pkjwt.db'),
    signingAlg: alg,
    seed: {
      apps: [{ client_id: clientId, client_name: 'Bench', jwks: { keys: [clientJwk] }, grants: ['okta.users.read'], roles: [] }],
    },
  })
  const { port, url } = await server.listen({ port: 0 })
  await server.ready()
  return { port, path: '/oauth2/v1/token', audience: `${url}/oauth2/v1/token` }
})
