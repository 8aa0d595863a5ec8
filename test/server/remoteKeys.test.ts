import type { RequestListener } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { startTestServer, type TestServer, type TestServerOptions } from '@pkjwt/server/testing'
import { generateKey, type SigningKey } from 'pkjwt/keys'
import { createAssertion, writeTokenRequest } from 'pkjwt/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Certificate, makeCertificate } from './certificate.js'
import { formType, readAnswer } from './support.js'

let certificate: Certificate
let key: SigningKey
let second: SigningKey
let keyServer: Server
let answer: RequestListener
let asked = 0
let server: TestServer | undefined

beforeAll(async () => {
  certificate = makeCertificate()
  key = await generateKey({ alg: 'ES256', kid: 'first' })
  second = await generateKey({ alg: 'ES256', kid: 'second' })
  keyServer = createServer(certificate, (request, response) => {
    asked++
    answer(request, response)
  })
  await new Promise<void>((resolve) => keyServer.listen(0, '127.0.0.1', resolve))
})

afterAll(() => {
  keyServer.closeAllConnections()
  keyServer.close()
})

afterEach(async () => {
  await server?.close()
  server = undefined
  asked = 0
})

const portOf = () => (keyServer.address() as AddressInfo).port
const keysUrl = () => `https://localhost:${portOf()}/keys.json`

function publishing(...keys: readonly unknown[]): RequestListener {
  return (_request, response) => response.end(JSON.stringify({ keys }))
}

async function start(jwksUri = keysUrl(), options: TestServerOptions['remoteKeys'] = {}) {
  const remoteKeys = { hostsAllowed: [`localhost:${portOf()}`], ca: certificate.cert, ...options }
  server = await startTestServer({ remoteKeys })
  // It stands still but where a test moves it: a minute is a minute however busy the machine is.
  server.clock.set(new Date())
  const { clientId } = await server.addApp({ jwksUri })
  return { server, clientId }
}

async function ask(
  { server, clientId }: { server: TestServer; clientId: string },
  signer = key,
  claims: Readonly<Record<string, unknown>> = {},
) {
  const assertion = await createAssertion({ clientId, org: server.org, key: signer, now: server.clock(), claims, check: false })
  const body = writeTokenRequest({ assertion, scopes: ['okta.users.read'] })
  const response = await server.fetch(`${server.org}/oauth2/v1/token`, {
    method: 'POST',
    body,
    headers: { 'content-type': formType },
  })
  return { status: response.status, ...(await readAnswer(response)) }
}

const unavailable = {
  status: 401,
  error: 'invalid_client',
  error_description: 'Error retrieving the client JWKSet from jwks_uri.',
}

describe('an app with a jwks_uri', () => {
  it('gets a token with a key that it publishes', async () => {
    answer = publishing(key.publicKey.jwk)
    expect(await ask(await start())).toMatchObject({ status: 200, token_type: 'Bearer' })
  })

  it('is fetched once for many assertions', async () => {
    answer = publishing(key.publicKey.jwk)
    const app = await start()
    await Promise.all(Array.from({ length: 20 }, () => ask(app)))
    expect(asked).toBe(1)
  })

  it('is not fetched for an assertion whose claims do not hold', async () => {
    answer = publishing(key.publicKey.jwk)
    const app = await start()
    expect(await ask(app, key, { aud: 'https://other.example/oauth2/v1/token' })).toMatchObject({ status: 401 })
    expect(asked).toBe(0)
  })

  it('is fetched again for a kid that is new, after a minute', async () => {
    answer = publishing(key.publicKey.jwk)
    const app = await start()
    await ask(app)
    answer = publishing(key.publicKey.jwk, second.publicKey.jwk)
    expect(await ask(app, second)).toMatchObject({ status: 401, error_description: 'The client_assertion JWT kid is invalid.' })
    app.server.clock.forward(60)
    expect(await ask(app, second)).toMatchObject({ status: 200 })
    expect(asked).toBe(2)
  })

  it('causes one request when 100 assertions name a kid that nobody knows', async () => {
    answer = publishing(key.publicKey.jwk)
    const app = await start()
    await ask(app)
    app.server.clock.forward(60)
    const refused = await Promise.all(Array.from({ length: 100 }, () => ask(app, second)))
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([401]))
    expect(asked).toBe(2)
  })

  it('keeps its last good set for an hour while the key server is away', async () => {
    answer = publishing(key.publicKey.jwk)
    const app = await start()
    await ask(app)
    answer = (_request, response) => response.writeHead(500).end()
    app.server.clock.forward(3599)
    expect(await ask(app)).toMatchObject({ status: 200 })
    app.server.clock.forward(61)
    expect(await ask(app)).toMatchObject(unavailable)
  })

  it('is refused at most once a minute by a request: failures count too', async () => {
    answer = (_request, response) => response.writeHead(500).end()
    const app = await start()
    await ask(app)
    await ask(app)
    expect(asked).toBe(1)
  })
})

describe('an answer of the key server', () => {
  const cases: readonly [name: string, answer: () => RequestListener, text: string][] = [
    ['no key', () => publishing(), 'The client JWKSet from jwks_uri must contain at least one key.'],
    [
      'two keys with one kid',
      () => publishing(key.publicKey.jwk, { ...second.publicKey.jwk, kid: 'first' }),
      'All keys in the client JWKSet from jwks_uri must have a unique kid.',
    ],
    [
      'two keys of which one has no kid',
      () => publishing(key.publicKey.jwk, { ...second.publicKey.jwk, kid: undefined }),
      'All keys in the client JWKSet from jwks_uri must have a unique kid.',
    ],
    ['a private key', () => publishing({ ...key.publicKey.jwk, d: 'AAAA' }), unavailable.error_description],
    ['a symmetric key', () => publishing(key.publicKey.jwk, { kty: 'oct', k: 'AAAA' }), unavailable.error_description],
    ['HTML', () => (_request, response) => response.end('<html></html>'), unavailable.error_description],
    ['nothing', () => (_request, response) => response.end(), unavailable.error_description],
    ['an error', () => (_request, response) => response.writeHead(500).end('{"keys":[]}'), unavailable.error_description],
    [
      'a redirect to a good set',
      () => (request, response) =>
        request.url === '/keys.json'
          ? response.writeHead(302, { location: `https://localhost:${portOf()}/other.json` }).end()
          : response.end(JSON.stringify({ keys: [key.publicKey.jwk] })),
      unavailable.error_description,
    ],
    [
      'more than 64 KiB',
      () => (_request, response) => response.end(JSON.stringify({ keys: [key.publicKey.jwk], padding: 'x'.repeat(66_000) })),
      unavailable.error_description,
    ],
  ]

  it.each(cases)('%s is refused', async (_name, makeAnswer, text) => {
    answer = makeAnswer()
    expect(await ask(await start())).toMatchObject({ status: 401, error: 'invalid_client', error_description: text })
    expect(asked).toBe(1)
  })

  it('that never ends is refused after five seconds', async () => {
    answer = (_request, response) => {
      response.write('{')
      const timer = setInterval(() => response.write(' '), 200)
      response.on('close', () => clearInterval(timer))
    }
    const before = performance.now()
    expect(await ask(await start())).toMatchObject(unavailable)
    expect(performance.now() - before).toBeLessThan(8_000)
  })
})

describe('the guard against requests into one’s own network', () => {
  it.each([
    ['loopback by number', () => `https://127.0.0.1:${portOf()}/keys.json`],
    ['loopback by name', keysUrl],
    ['plain http', () => 'http://localhost/keys.json'],
    ['an address of a cloud’s metadata', () => 'https://169.254.169.254/latest/meta-data'],
    ['IPv6 loopback', () => 'https://[::1]/keys.json'],
    ['IPv4 within IPv6', () => 'https://[::ffff:127.0.0.1]/keys.json'],
    ['a decimal address', () => 'https://2130706433/keys.json'],
    ['credentials in the URL', () => 'https://me:secret@example.com/keys.json'],
    ['another port', () => 'https://example.com:8443/keys.json'],
  ])('refuses %s', async (_name, url) => {
    answer = publishing(key.publicKey.jwk)
    expect(await ask(await start(url(), { hostsAllowed: [] }))).toMatchObject(unavailable)
    expect(asked).toBe(0)
  })

  it('refuses a name that resolves to a private address', async () => {
    const app = await start('https://keys.example.com/keys.json', {
      hostsAllowed: [],
      lookup: (_name, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
    })
    expect(await ask(app)).toMatchObject(unavailable)
  })

  it('refuses a name when one of its addresses is private', async () => {
    const app = await start('https://keys.example.com/keys.json', {
      hostsAllowed: [],
      lookup: (_name, _options, done) =>
        done(null, [
          { address: '93.184.216.34', family: 4 },
          { address: '10.0.0.1', family: 4 },
        ]),
    })
    expect(await ask(app)).toMatchObject(unavailable)
  })

  it('resolves a name once, so that a second answer cannot lead elsewhere', async () => {
    let resolved = 0
    answer = publishing(key.publicKey.jwk)
    const app = await start(`https://keys.example.com:${portOf()}/keys.json`, {
      hostsAllowed: [`keys.example.com:${portOf()}`],
      lookup: (_name, _options, done) => {
        resolved++
        done(null, [{ address: '127.0.0.1', family: 4 }])
      },
    })
    expect(await ask(app)).toMatchObject({ status: 200 })
    expect(resolved).toBe(1)
  })
})
