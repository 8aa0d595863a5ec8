// The token client beside its peers: a token from memory, a thousand first calls at once, one purchase, and what ten thousand clients weigh.
import { createServer } from 'node:http'
import { ConfidentialClientApplication } from '@azure/msal-node'
import { OAuth2Client, OAuth2Fetch } from '@badgateway/oauth2-client'
import okta from '@okta/okta-sdk-nodejs'
import { JWT } from 'google-auth-library'
import * as openid from 'openid-client'
import { createTokenClient } from 'pkjwt/client'
import { generateKey, writePrivateKey } from 'pkjwt/keys'
import { nodeFetch } from 'pkjwt/node'
import { measureInTurns, median, printTable, ratiosOf, recordRatios } from './harness.mjs'

// A token endpoint that checks nothing and answers at once, so that what is measured is the client. It speaks to this machine only.
let requests = 0
let issued = 0
const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    requests += 1
    issued += 1
    const body = {
      token_type: 'Bearer',
      expires_in: 3600,
      access_token: `${issued}`.padEnd(900, 'a'),
      scope: 'read',
      ext_expires_in: 3600,
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const org = `http://127.0.0.1:${server.address().port}`
const tokenEndpoint = `${org}/oauth2/v1/token`

const rsa = await generateKey({ alg: 'RS256' })
const pem = await writePrivateKey(rsa, 'pkcs8')
const ec = await generateKey({ alg: 'ES256' })
const cryptoKeyOf = async (key, algorithm) =>
  crypto.subtle.importKey('jwk', { ...(await writePrivateKey(key, 'jwk')), key_ops: ['sign'] }, algorithm, false, ['sign'])
const openidKeys = {
  rsa: await cryptoKeyOf(rsa, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }),
  ec: await cryptoKeyOf(ec, { name: 'ECDSA', namedCurve: 'P-256' }),
}

const pkjwtOf = (key, options = {}) => createTokenClient({ org, clientId: '0oa1', key, scopes: ['read'], ...options })

/** Each peer: a fresh client, and how it gives a token. Google and Microsoft know one address each: their transport is led here. */
const peers = {
  pkjwt() {
    const client = pkjwtOf(rsa)
    return () => client.token()
  },
  'google-auth-library'() {
    const request = async ({ data }) => ({ data: await (await fetch(tokenEndpoint, { method: 'POST', body: data })).json() })
    const client = new JWT({
      email: '0oa1',
      key: pem,
      scopes: ['read'],
      transporter: { request },
      useAuthRequestParameters: false,
    })
    return () => client.getAccessToken()
  },
  '@azure/msal-node'() {
    const authority = 'https://login.example/tenant'
    const sendPostRequestAsync = async (_, { body, headers }) => {
      const response = await fetch(tokenEndpoint, { method: 'POST', body, headers })
      return { status: response.status, headers: {}, body: await response.json() }
    }
    const metadata = {
      issuer: authority,
      authorization_endpoint: `${authority}/a`,
      token_endpoint: `${authority}/t`,
      jwks_uri: `${authority}/k`,
    }
    const clientCertificate = { thumbprintSha256: 'a'.repeat(64), privateKey: pem }
    const client = new ConfidentialClientApplication({
      auth: {
        clientId: '0oa1',
        authority,
        knownAuthorities: ['login.example'],
        authorityMetadata: JSON.stringify(metadata),
        clientCertificate,
      },
      system: { networkClient: { sendPostRequestAsync, sendGetRequestAsync: sendPostRequestAsync } },
    })
    return () => client.acquireTokenByClientCredential({ scopes: ['api/.default'] })
  },
  '@okta/okta-sdk-nodejs'() {
    const options = {
      orgUrl: org,
      clientId: '0oa1',
      scopes: ['read'],
      authorizationMode: 'PrivateKey',
      privateKey: pem,
      keyId: 'a',
    }
    const client = new okta.Client(options)
    return () => client.oauth.getAccessToken()
  },
  '@badgateway/oauth2-client (a secret)'() {
    const client = new OAuth2Client({ server: org, clientId: '0oa1', clientSecret: 'secret', tokenEndpoint: '/oauth2/v1/token' })
    const wrapper = new OAuth2Fetch({
      client,
      getNewToken: () => client.clientCredentials({ scope: ['read'] }),
      scheduleRefresh: false,
    })
    return () => wrapper.getToken()
  },
  'openid-client'() {
    return openidOf(openidKeys.rsa)
  },
}

function openidOf(key) {
  const configuration = new openid.Configuration(
    { issuer: org, token_endpoint: tokenEndpoint },
    '0oa1',
    {},
    openid.PrivateKeyJwt({ key, kid: 'a' }),
  )
  openid.allowInsecureRequests(configuration)
  return () => openid.clientCredentialsGrant(configuration, { scope: 'read' })
}

await cached()
await firstCalls()
await purchases()
await weight()
server.close()
server.closeAllConnections()

/** A token from memory. openid-client keeps none, so it is not in this table. */
async function cached() {
  const calls = {}
  for (const [name, create] of Object.entries(peers)) {
    if (name === 'openid-client') continue
    calls[name] = create()
    await calls[name]()
  }
  const measured = await measureInTurns({ candidates: calls, limit: 'pkjwt', sliceMilliseconds: 100, rounds: 15 })
  const rows = Object.entries(measured).map(([name, { ratio, rate }]) => ({
    name,
    'times as long as pkjwt': 1 / ratio,
    'µs, best': 1e6 / rate,
  }))
  printTable('A token from memory, one await each', rows)
  recordRatios({ what: 'a token from memory', limit: 'pkjwt', ratios: ratiosOf(measured, undefined) })
}

async function firstCalls() {
  const rows = []
  for (const [name, create] of Object.entries(peers)) {
    const call = create()
    const before = requests
    const started = performance.now()
    await Promise.all(Array.from({ length: 1000 }, call))
    rows.push({ name, 'token requests': requests - before, milliseconds: performance.now() - started })
  }
  printTable('A thousand first calls at once', rows)
}

/** One token bought after the other, over one kept connection. */
async function purchases() {
  for (const [alg, key, openidKey] of [
    ['ES256', ec, openidKeys.ec],
    ['RS256', rsa, openidKeys.rsa],
  ]) {
    const [client, overNode] = [pkjwtOf(key), pkjwtOf(key, { fetch: nodeFetch })]
    const candidates = {
      pkjwt: () => client.token({ forceRefresh: true }),
      'pkjwt with nodeFetch': () => overNode.token({ forceRefresh: true }),
      'openid-client': openidOf(openidKey),
      'a bare fetch, nothing signed': async () => (await fetch(tokenEndpoint, { method: 'POST', body: 'a=1' })).json(),
    }
    const measured = await measureInTurns({ candidates, limit: 'pkjwt', sliceMilliseconds: 200, rounds: 15 })
    const rows = Object.entries(measured).map(([name, { ratio, rate }]) => ({
      name,
      'times as long as pkjwt': 1 / ratio,
      'µs, best': 1e6 / rate,
    }))
    printTable(`One purchase with ${alg}`, rows)
    recordRatios({ what: `one purchase, ${alg}`, limit: 'pkjwt', ratios: ratiosOf(measured, undefined) })
  }
}

/** Needs `--expose-gc`; the key is one for all, so it is not weighed. */
async function weight() {
  const { setFlagsFromString } = await import('node:v8')
  const { runInNewContext } = await import('node:vm')
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc')
  const count = 10_000
  const heap = () => {
    collect()
    collect()
    return process.memoryUsage().heapUsed
  }
  const rows = []
  const kept = []
  const weigh = async (name, create, use) => {
    const weights = []
    for (let round = 0; round < 3; round += 1) {
      const before = heap()
      const clients = Array.from({ length: count }, create)
      if (use !== undefined)
        for (let start = 0; start < count; start += 50) await Promise.all(clients.slice(start, start + 50).map(use))
      // Kept to the end: what is collected meanwhile would be taken off the weight of the next round.
      kept.push(clients)
      weights.push((heap() - before) / count)
    }
    rows.push({ clients: name, 'bytes each': median(weights) })
  }
  await weigh('pkjwt, created', () => pkjwtOf(ec))
  await weigh(
    'pkjwt, with a token of 900 characters',
    () => pkjwtOf(ec),
    (client) => client.token(),
  )
  printTable(`What each of ${count.toLocaleString('en')} clients holds beyond the key they share`, rows)
}
