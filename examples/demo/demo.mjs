// @ts-check
// The whole walk, from nothing to an answer of the API: `npm run demo`. It uses the packages as anybody would, over real HTTP.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthorizationServer, openStore } from '@pkjwt/server'
import { createAssertion, diagnose, generateKey } from 'pkjwt'
import { parseJwt } from 'pkjwt/jwt'
import { writeTokenRequest } from 'pkjwt/protocol'
import { bold, dim, done, refused, say, shortened, show, step } from './stage.mjs'

const scope = 'okta.users.read'
const now = () => Math.floor(Date.now() / 1000)
const folder = await mkdtemp(join(tmpdir(), 'pkjwt-demo-'))
const store = await openStore(join(folder, 'server.db'))
const server = createAuthorizationServer({ store })

try {
  await walk()
} finally {
  await server.close()
  await store.close()
  await rm(folder, { recursive: true })
}

async function walk() {
  say(bold('From a private key to an access token'))
  say(dim('A service app proves who it is with a key, and the key never leaves it.'))

  const key = await makeKey()
  const org = await startServer()
  const clientId = await registerApp(key)
  await allowApp(clientId)
  const assertion = await signAssertion(key, { clientId, org })
  const token = await buyToken(assertion, org)
  await callApi(token, org)
  await tryAgain(assertion, { org, key, clientId })

  say(`\n${bold('That was all,')} and nothing of it is left behind.`)
  say(dim('npm start runs such a server; the command line does each step by itself:'))
  say(dim('pkjwt keygen, sign, inspect, token, fetch, diagnose.'))
}

async function makeKey() {
  step('Make a key', 'The private half stays here, in memory. The public half is what the server will know the app by.')
  const key = await generateKey({ alg: 'ES256' })
  const { kty, crv = '', kid = '' } = key.publicKey
  show([
    ['kty, crv', `${kty}, ${crv}`, 'an elliptic curve key: small and fast'],
    ['alg', key.alg, 'what it signs with'],
    ['kid', kid, 'its name, so that several keys can live side by side'],
  ])
  return key
}

async function startServer() {
  step(
    'Start an authorization server',
    'The other side: it checks everything as Okta does, and keeps what it must remember in SQLite.',
  )
  const { url } = await server.listen({ port: 0 })
  await server.ready()
  done(`It listens on ${url}`)
  return url
}

/** @param {import('pkjwt').SigningKey} key */
async function registerApp({ publicKey }) {
  step(
    'Register the service app',
    'An app without users. It is registered with the public key: there is no shared secret to leak.',
  )
  const { kid, thumbprint, jwk } = publicKey
  const app = await store.createApp({ clientName: 'Demo', keys: [{ kid, thumbprint, jwk }] }, { now: now() })
  if (typeof app === 'string') throw new Error(`the app was not created: ${app}`)
  show([['client id', app.clientId, 'the name of the app, in every assertion']])
  return app.clientId
}

/** @param {string} clientId */
async function allowApp(clientId) {
  step(
    'Grant a scope and assign a role',
    'Two locks on one door: the scope says what the token may do, the role what the app may see.',
  )
  await store.addGrant({ clientId, scope, issuer: '', createdBy: 'demo' }, { now: now() })
  await store.addRole({ clientId, type: 'READ_ONLY_ADMIN' }, { now: now() })
  await store.createUser({ profile: { login: 'ada@example.com', firstName: 'Ada', lastName: 'Lovelace' } }, { now: now() })
  show([
    ['scope', scope, 'read users'],
    ['role', 'READ_ONLY_ADMIN', 'see, and change nothing'],
  ])
}

/** @param {import('pkjwt').SigningKey} key @param {{ clientId: string, org: string }} who */
async function signAssertion(key, { clientId, org }) {
  step(
    'Create and sign the JWT',
    'The client assertion: a short letter that says who asks and whom, signed with the private key.',
  )
  const assertion = await createAssertion({ key, clientId, org })
  const { header, claims } = parseJwt(assertion)
  show([
    ['alg', String(header['alg']), 'how it is signed'],
    ['kid', String(header['kid']), 'with which key'],
    ['iss, sub', String(claims['iss']), 'who asks: the client id, twice'],
    ['aud', String(claims['aud']), 'whom: the exact URL that is called'],
    ['iat', String(claims['iat']), 'issued now, less five seconds for slow clocks'],
    ['exp', String(claims['exp']), 'good for five minutes'],
    ['jti', String(claims['jti']), 'a number used once'],
  ])
  done(`Signed: ${shortened(assertion)}`)
  return assertion
}

/** @param {string} assertion @param {string} org */
async function askForToken(assertion, org) {
  const body = writeTokenRequest({ assertion, scopes: [scope] })
  const response = await fetch(`${org}/oauth2/v1/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  })
  return { response, answer: await response.text(), body }
}

/** @param {string} assertion @param {string} org */
async function buyToken(assertion, org) {
  step(
    'Buy the access token',
    'The assertion goes to the token endpoint with the scope. The server checks, remembers the jti, and answers.',
  )
  const { response, answer } = await askForToken(assertion, org)
  const { access_token: token, token_type: type, expires_in: seconds, scope: granted } = JSON.parse(answer)
  show([
    ['status', String(response.status)],
    ['token_type', type, 'whoever bears it may use it, so keep it'],
    ['expires_in', String(seconds), 'an hour'],
    ['scope', granted, 'what was granted'],
    ['access_token', shortened(token)],
  ])
  return String(token)
}

/** @param {string} token @param {string} org */
async function callApi(token, org) {
  step('Call the API', 'The token opens the door: its scope and the role of the app are both asked for.')
  const response = await fetch(`${org}/api/v1/users`, { headers: { authorization: `Bearer ${token}` } })
  const users = await response.json()
  show([['status', String(response.status)]])
  for (const { profile } of users) done(`${profile.firstName} ${profile.lastName}, ${profile.login}`)
}

/** @param {string} assertion @param {{ org: string, key: import('pkjwt').SigningKey, clientId: string }} known */
async function tryAgain(assertion, { org, key, clientId }) {
  step(
    'Send the same assertion again, on purpose',
    'Somebody who caught it on the way would do just this. It must not work twice.',
  )
  const { response, answer, body } = await askForToken(assertion, org)
  const { error, error_description: description } = JSON.parse(answer)
  refused(`${response.status} ${error}: ${description}`)
  const { findings } = await diagnose({ assertion, request: body, response: answer }, { org, clientId, key })
  const [finding] = findings
  if (finding === undefined) throw new Error('the refusal was not explained')
  show([
    ['rule', finding.id],
    ['why', finding.message],
    ['do this', finding.fix],
  ])
}
