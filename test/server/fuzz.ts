import { startTestServer } from '@pkjwt/server/testing'
import { encodeBase64url, encodeBase64urlText } from 'pkjwt/encoding'
import { signEncoded } from 'pkjwt/jwt'
import { generateKey, type SigningKey } from 'pkjwt/keys'
import { jwtBearerAssertionType } from 'pkjwt/rules'
import { formType } from './support.js'

export interface FuzzReport {
  readonly statuses: Readonly<Record<string, number>>
  /** Requests that led to 500, with enough to send them again. */
  readonly failures: readonly string[]
  /** Answers that are no JSON, or hold more than an answer should. */
  readonly strange: readonly string[]
  readonly slowestMilliseconds: number
  /** Heap after the last tenth of the requests over heap after the first tenth. */
  readonly heapGrowth: number
}

/** Numbers that look random and are the same with the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let value = Math.imul(state ^ (state >>> 15), state | 1)
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61)
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296
  }
}

type Random = () => number

const pick = <Item>(random: Random, items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item

const oddities: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  9_007_199_254_740_992,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '💥',
  '../../x',
  "' or 1=1 --",
  '<script>',
  '__proto__',
  'constructor',
  [],
  [[]],
  {},
  { toString: 1 },
  { __proto__: null },
  'x'.repeat(5000),
  'https://pkjwt.test/oauth2/v1/token',
  ['https://pkjwt.test/oauth2/v1/token'],
  'none',
  'HS256',
  '%00',
  '\r\nx: y',
]

const headerMembers = [
  'alg',
  'kid',
  'typ',
  'crit',
  'b64',
  'zip',
  'jwk',
  'jku',
  'x5c',
  'x5u',
  '__proto__',
  'constructor',
  'toString',
]
const claimMembers = ['iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'jti', 'extra', '__proto__', 'hasOwnProperty', 'scope']
const formMembers = [
  'grant_type',
  'scope',
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
  'token',
  'resource',
  '__proto__',
]
const paths = [
  '/oauth2/v1/token',
  '/oauth2/v1/introspect',
  '/oauth2/v1/revoke',
  '/oauth2/default/v1/token',
  '//oauth2//v1//token',
  '/oauth2/%2e%2e/v1/token',
  '/oauth2/%00/v1/token',
  '/oauth2/v1/keys',
  '/api/v1/users',
  '/oauth2/%E0%A4%A/v1/token',
  '/oauth2/x/v1/keys',
]

function mutateText(random: Random, text: string): string {
  const at = Math.floor(random() * (text.length + 1))
  switch (Math.floor(random() * 6)) {
    case 0:
      return text.slice(0, at)
    case 1:
      return text.slice(at)
    case 2:
      return text.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + text.slice(at + 1)
    case 3:
      return text.slice(0, at) + pick(random, ['.', '=', '&', '%', '%ff', '+', '\u0000', ',', '"', '{']) + text.slice(at)
    case 4:
      return text + text
    default:
      return text.slice(0, at) + text.slice(Math.floor(random() * (text.length + 1)))
  }
}

function mutateMembers(random: Random, members: Record<string, unknown>, names: readonly string[]): void {
  while (random() < 0.4) {
    const name = pick(random, names)
    if (random() < 0.3) delete members[name]
    else
      Object.defineProperty(members, name, {
        value: pick(random, oddities),
        enumerable: true,
        configurable: true,
        writable: true,
      })
  }
}

interface Fuzzed {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: Uint8Array<ArrayBuffer>
}

async function makeRequest(random: Random, { clientId, key }: { clientId: string; key: SigningKey }): Promise<Fuzzed> {
  const now = Math.floor(Date.now() / 1000)
  const path = random() < 0.7 ? '/oauth2/v1/token' : pick(random, paths)
  const header: Record<string, unknown> = { alg: key.alg, kid: key.kid, typ: 'JWT' }
  const claims: Record<string, unknown> = {
    iss: clientId,
    sub: clientId,
    aud: `https://pkjwt.test${path}`,
    iat: now,
    exp: now + 60,
    jti: `${random()}`,
  }
  mutateMembers(random, header, headerMembers)
  mutateMembers(random, claims, claimMembers)
  const payload = random() < 0.1 ? mutateText(random, JSON.stringify(claims)) : JSON.stringify(claims)
  const headerText = random() < 0.05 ? mutateText(random, JSON.stringify(header)) : JSON.stringify(header)
  let assertion = await signEncoded(encodeBase64urlText(wellFormed(headerText)), wellFormed(payload), key)
  if (random() < 0.2) assertion = mutateText(random, assertion)
  if (random() < 0.02) assertion = encodeBase64url(crypto.getRandomValues(new Uint8Array(300)))
  const form: Record<string, unknown> = {
    grant_type: 'client_credentials',
    scope: 'okta.users.read',
    client_assertion_type: jwtBearerAssertionType,
    client_assertion: assertion,
  }
  if (random() < 0.5) mutateMembers(random, form, formMembers)
  const pairs = Object.entries(form).map(([name, value]) => `${encodeURIComponent(name)}=${encode(value)}`)
  let body = pairs.join('&')
  while (random() < 0.2) body = mutateText(random, body)
  const headers: Record<string, string> = { 'content-type': formType }
  if (random() < 0.1) headers['content-type'] = pick(random, ['application/json', '', 'x', `${formType};charset=x`, 'a/b;c="'])
  if (random() < 0.1)
    headers['authorization'] = pick(random, ['Basic', 'Bearer x', 'DPoP a.b.c', 'Basic ////', `Bearer ${'x'.repeat(3000)}`])
  if (random() < 0.1) headers['dpop'] = pick(random, ['', 'a.b.c', 'x,y', assertion.replace(/[^\x21-\x7e]/g, '')])
  const method = random() < 0.95 ? 'POST' : pick(random, ['GET', 'PUT', 'DELETE', 'OPTIONS'])
  return { method, path, headers, body: Uint8Array.from(Buffer.from(body, random() < 0.9 ? 'utf8' : 'latin1')) }
}

/** Half a surrogate pair has no UTF-8 form. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString()
}

function encode(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return encodeURIComponent(wellFormed(text))
}

/** Sends mutated requests and looks at nothing but the answers. */
export async function fuzzServer({ requests, seed }: { requests: number; seed: number }): Promise<FuzzReport> {
  await using server = await startTestServer({
    signingAlg: 'ES256',
    seed: { apps: [], authorizationServers: [{ id: 'default', audience: 'api://default', scopes: ['a'], defaultScopes: [] }] },
  })
  const key = await generateKey({ alg: 'ES256' })
  const apps = [await server.addApp({ key }), await server.addApp({ key, dpopBoundAccessTokens: true })]
  const random = createRandom(seed)
  const statuses: Record<string, number> = {}
  const [failures, strange]: [string[], string[]] = [[], []]
  let slowestMilliseconds = 0
  let heapBefore = 0
  for (let count = 0; count < requests; count++) {
    const { method, path, headers, body } = await makeRequest(random, pick(random, apps))
    const hasBody = method === 'POST' || method === 'PUT'
    const before = performance.now()
    const response = await server.fetch(`https://pkjwt.test${path}`, { method, headers, ...(hasBody ? { body } : {}) })
    slowestMilliseconds = Math.max(slowestMilliseconds, performance.now() - before)
    const text = await response.text()
    statuses[response.status] = (statuses[response.status] ?? 0) + 1
    if (response.status >= 500)
      failures.push(`${count}: ${method} ${path} ${JSON.stringify(headers)} ${Buffer.from(body).toString('base64')}`)
    if (!isPlainAnswer(text, response.status)) strange.push(`${count}: ${response.status} ${text.slice(0, 200)}`)
    if (count === Math.floor(requests / 10)) heapBefore = heapNow()
  }
  return { statuses, failures, strange, slowestMilliseconds, heapGrowth: heapNow() / heapBefore }
}

/** JSON in ASCII without a stack, or nothing where an answer has no body. */
function isPlainAnswer(text: string, status: number): boolean {
  if (text === '') return status === 200 || status === 204 || status === 400 || status === 403
  try {
    JSON.parse(text)
  } catch {
    return false
  }
  return /^[\x20-\x7e]*$/.test(text) && !/node_modules|Error:|<script/.test(text)
}

function heapNow(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
