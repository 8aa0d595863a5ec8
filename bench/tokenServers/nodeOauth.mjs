// @node-oauth/oauth2-server has no private_key_jwt of its own: the model below verifies and signs with jose. No replay record.
import { createServer } from 'node:http'
import OAuth2Server from '@node-oauth/oauth2-server'
import { generateKeyPair, importJWK, jwtVerify, SignJWT } from 'jose'
import { serve } from './serve.mjs'

const { Request, Response } = OAuth2Server

serve(async ({ clientId, clientJwk, alg }) => {
  const clientKey = await importJWK(clientJwk, clientJwk.alg)
  const { privateKey } = await generateKeyPair(alg)
  let audience = ''
  const model = {
    getClient: async (id) => ({ id, grants: ['client_credentials'], accessTokenLifetime: 3600 }),
    getUserFromClient: async (client) => ({ id: client.id }),
    validateScope: async (_user, _client, scope) => scope,
    generateAccessToken: (client, _user, scope) =>
      new SignJWT({ cid: client.id, scp: scope })
        .setProtectedHeader({ alg, kid: 'as' })
        .setIssuer(audience)
        .setSubject(client.id)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime('1h')
        .setJti(crypto.randomUUID())
        .sign(privateKey),
    saveToken: async (token, client, user) => ({ ...token, client, user }),
  }
  const oauth = new OAuth2Server({ model, requireClientAuthentication: { client_credentials: false } })
  const server = createServer(async (request, response) => {
    try {
      const chunks = []
      for await (const chunk of request) chunks.push(chunk)
      const parameters = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()))
      await jwtVerify(parameters.client_assertion, clientKey, { issuer: clientId, subject: clientId, audience })
      const body = { ...parameters, client_id: clientId, client_secret: 'verified' }
      const answer = new Response()
      await oauth.token(new Request({ method: 'POST', query: {}, headers: request.headers, body }), answer)
      response
        .writeHead(answer.status ?? 200, { ...answer.headers, 'content-type': 'application/json' })
        .end(JSON.stringify(answer.body))
    } catch {
      response.writeHead(401).end()
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  audience = `http://127.0.0.1:${port}/token`
  return { port, path: '/token', audience }
})
