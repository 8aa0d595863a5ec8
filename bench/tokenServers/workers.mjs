// Ours in two processes that share a port, as `pkjwt serve --workers 2` runs it. CPU time is not told: it is of several processes.
import cluster from 'node:cluster'
import { once } from 'node:events'
import { join } from 'node:path'
import { createAuthorizationServer } from '@pkjwt/server'
import { serve } from './serve.mjs'

const issuer = 'https://id.example.com'

if (cluster.isPrimary) {
  serve(async (settings) => {
    let port
    for (let count = 0; count < settings.workers; count += 1) {
      const worker = cluster.fork({ PKJWT_BENCH_SETTINGS: JSON.stringify(settings) })
      const [message] = await once(worker, 'message')
      port = message.port
    }
    process.on('exit', () => {
      for (const worker of Object.values(cluster.workers)) worker.process.kill()
    })
    process.on('SIGTERM', () => process.exit(0))
    return { port, path: '/oauth2/v1/token', audience: `${issuer}/oauth2/v1/token` }
  })
} else {
  const { clientId, clientJwk, alg, folder, store = join(folder, 'pkjwt.db') } = JSON.parse(process.env.PKJWT_BENCH_SETTINGS)
  const apps = [
    { client_id: clientId, client_name: 'Bench', jwks: { keys: [clientJwk] }, grants: ['okta.users.read'], roles: [] },
  ]
  const server = createAuthorizationServer({ store, issuer, signingAlg: alg, seed: { apps } })
  const { port } = await server.listen({ port: 0 })
  await server.ready()
  process.send({ port })
}
