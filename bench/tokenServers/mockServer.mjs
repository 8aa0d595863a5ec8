// oauth2-mock-server: gives a token to whoever asks and verifies nothing.
import { OAuth2Server } from 'oauth2-mock-server'
import { serve } from './serve.mjs'

serve(async ({ alg }) => {
  const server = new OAuth2Server()
  await server.issuer.keys.generate(alg)
  await server.start(0, '127.0.0.1')
  const { port } = server.address()
  return { port, path: '/token', audience: `http://127.0.0.1:${port}/token` }
})
