// The limit: node:http that parses, verifies and signs, and does nothing else. No replay record, no rules, no scopes.
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign, verify } from 'node:crypto'
import { createServer } from 'node:http'
import { serve } from './serve.mjs'

serve(async ({ clientId, clientJwk, alg }) => {
  const clientKey = createPublicKey({ key: clientJwk, format: 'jwk' })
  const { privateKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const key = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const header = Buffer.from(JSON.stringify({ alg, kid: 'bare' })).toString('base64url')
  let audience = ''
  const answer = (body) => {
    const parameters = new URLSearchParams(body)
    const [head, payload, signature] = parameters.get('client_assertion').split('.')
    JSON.parse(Buffer.from(head, 'base64url'))
    const claims = JSON.parse(Buffer.from(payload, 'base64url'))
    const now = Math.floor(Date.now() / 1000)
    if (claims.iss !== clientId || claims.sub !== clientId || claims.aud !== audience || claims.exp <= now)
      throw new Error('refused')
    const data = Buffer.from(`${head}.${payload}`)
    const bytes = Buffer.from(signature, 'base64url')
    const good = verify('sha256', data, clientJwk.kty === 'EC' ? { key: clientKey, dsaEncoding: 'ieee-p1363' } : clientKey, bytes)
    if (!good) throw new Error('refused')
    const token = {
      ver: 1,
      jti: randomUUID(),
      iss: audience,
      aud: audience,
      iat: now,
      exp: now + 3600,
      cid: clientId,
      sub: clientId,
      scp: ['okta.users.read'],
    }
    const input = `${header}.${Buffer.from(JSON.stringify(token)).toString('base64url')}`
    const signed = sign('sha256', Buffer.from(input), alg === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' } : key)
    return JSON.stringify({
      token_type: 'Bearer',
      expires_in: 3600,
      access_token: `${input}.${signed.toString('base64url')}`,
      scope: 'okta.users.read',
    })
  }
  const server = createServer((request, response) => {
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      try {
        const body = answer(Buffer.concat(chunks).toString())
        response
          .writeHead(200, {
            'content-type': 'application/json',
            'cache-control': 'no-store',
            'content-length': Buffer.byteLength(body),
          })
          .end(body)
      } catch {
        response.writeHead(401).end()
      }
    })
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  audience = `http://127.0.0.1:${port}/token`
  return { port, path: '/token', audience }
})
