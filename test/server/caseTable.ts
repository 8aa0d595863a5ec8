import { createHmac } from 'node:crypto'
import { encodeBase64url, encodeBase64urlText } from 'pkjwt/encoding'
import { writePublicKeys } from 'pkjwt/keys'
import { writeTokenRequest } from 'pkjwt/protocol'
import { writeAttempt } from '../rules/attempt.js'
import { type AppName, type Attempt, now } from '../rules/cases.js'
import type { CaseWorld } from './caseWorld.js'
import { formType } from './support.js'

export interface Outcome {
  readonly status: number
  readonly error?: string
}

/** A case that no single attempt describes. */
export type Send = (world: CaseWorld) => Promise<Response>
/** A number of the list, what is sent, and what is answered. */
export type Case = readonly [number: string, what: string, outcome: Outcome, sent: Attempt | Send]

const accepted = { status: 200 } as const
const invalidClient = { status: 401, error: 'invalid_client' } as const
const invalidRequest = { status: 400, error: 'invalid_request' } as const
const unauthorizedRequest = { status: 401, error: 'invalid_request' } as const
const invalidScope = { status: 400, error: 'invalid_scope' } as const
const consentRequired = { status: 400, error: 'consent_required' } as const

const claims = (changes: Readonly<Record<string, unknown>>, app: AppName = 'plain'): Attempt => ({ app, claims: changes })
const header = (changes: Readonly<Record<string, unknown>>): Attempt => ({ header: changes })
const form = (changes: Readonly<Record<string, string | null>>): Attempt => ({ form: changes })
const withoutAssertion = { client_assertion: null, client_assertion_type: null }

const requestCases: readonly Case[] = [
  ['1', 'GET', { status: 405, error: 'E0000022' }, { method: 'GET' }],
  ['2', 'JSON', { status: 400, error: 'E0000021' }, { contentType: 'application/json' }],
  ['3', 'a body over the limit', { status: 413, error: 'invalid_request' }, ({ post }) => post('a='.padEnd(70_000, 'x'))],
  ['4', 'grant_type twice', invalidRequest, { formTail: '&grant_type=client_credentials' }],
  ['5', 'client_assertion twice', invalidRequest, { formTail: '&client_assertion=a.b.c' }],
  ['6', 'client_assertion_type twice', invalidRequest, { formTail: '&client_assertion_type=x' }],
  ['7', 'parameters in the query', invalidRequest, { query: 'grant_type=client_credentials' }],
  ['8', 'no grant_type', invalidRequest, form({ grant_type: null })],
  ['9', 'an unknown grant_type', { status: 400, error: 'unsupported_grant_type' }, form({ grant_type: 'magic' })],
  ['10', 'a grant that the app may not use', { status: 400, error: 'unauthorized_client' }, { app: 'noClientCredentials' }],
  ['11', 'a broken percent-escape', invalidRequest, { formTail: '&x=%zz' }],
  ['12', 'a charset other than UTF-8', invalidRequest, { contentType: `${formType};charset=latin1` }],
  ['12', 'a NUL', invalidRequest, { formTail: '&x=%00' }],
]

const mechanismCases: readonly Case[] = [
  ['13', 'no credentials', invalidClient, form(withoutAssertion)],
  ['14', 'client_id alone', invalidClient, form({ ...withoutAssertion, client_id: '0oaPlain000000000000' })],
  ['15', 'assertion and Basic', unauthorizedRequest, { authorization: 'Basic MG9hMTpzM2NyZXQ=' }],
  ['16', 'assertion and client_secret', unauthorizedRequest, form({ client_secret: 's3cret' })],
  ['17', 'no type', invalidRequest, form({ client_assertion_type: null })],
  ['18', 'an unknown type', invalidRequest, form({ client_assertion_type: 'urn:example:x' })],
  ['19', 'an empty assertion', invalidRequest, form({ client_assertion: '' })],
  [
    '20',
    'the type of a SAML assertion',
    invalidRequest,
    form({ client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' }),
  ],
  ['21', 'an assertion of an app that has a secret', invalidClient, { app: 'secretMethod' }],
  ['22', 'a secret of an app that has keys', invalidClient, form({ ...withoutAssertion, client_secret: 's3cret' })],
  [
    '23',
    'an unsigned assertion beside a secret',
    unauthorizedRequest,
    { ...form({ client_secret: 's' }), ...header({ alg: 'none' }) },
  ],
]

const serialisationCases: readonly Case[] = [
  ['24', 'two parts', invalidClient, { tamper: (text) => text.slice(0, text.lastIndexOf('.')) }],
  ['25', 'a JWE', invalidClient, { tamper: () => 'eyJhbGciOiJSU0EtT0FFUCJ9.AA.AA.AA.AA' }],
  [
    '26',
    'JSON serialisation',
    invalidClient,
    { tamper: (text) => JSON.stringify({ payload: text.split('.')[1], signatures: [] }) },
  ],
  ['27', 'padding', invalidClient, { tamper: (text) => `${text}==` }],
  ['27', 'plain base64', invalidClient, { tamper: (text) => `${text.slice(0, -1)}+` }],
  ['28', 'a header that is no JSON', invalidClient, { headerText: () => 'abc' }],
  ['28', 'a header that is null', invalidClient, { headerText: () => 'null' }],
  ['28', 'a header that is a list', invalidClient, { headerText: (json) => `[${json}]` }],
  ['29', 'a payload that is no JSON', invalidClient, { payload: () => 'abc' }],
  ['29', 'a payload that is a list', invalidClient, { payload: (json) => `[${json}]` }],
  ['29', 'a payload that is a text', invalidClient, { payload: (json) => JSON.stringify(json) }],
  ['30', 'a repeated claim', invalidClient, { payload: (json) => json.replace('{', '{"iss":"x",') }],
  ['30', 'a repeated header member', invalidClient, { headerText: (json) => json.replace('{', '{"alg":"none",') }],
  ['31', 'more than 16 KiB', invalidClient, claims({ extra: 'x'.repeat(13_000) })],
  ['32', 'crit', invalidClient, header({ crit: ['x'], x: 1 })],
  ['33', 'b64 false', invalidClient, header({ b64: false })],
  ['34', 'a jwk of the attacker', invalidClient, { ...header({ jwk: {} }), signer: 'stranger' }],
  ['35', 'a jku of the attacker', invalidClient, { ...header({ jku: 'https://evil.example/keys' }), signer: 'stranger' }],
  ['35', 'an x5u of the attacker', invalidClient, { ...header({ x5u: 'https://evil.example/x' }), signer: 'stranger' }],
  ['36', 'zip', invalidClient, header({ zip: 'DEF' })],
]

const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')
const withSignature = (bytes: Uint8Array): Attempt => ({
  tamper: (text) => `${text.slice(0, text.lastIndexOf('.'))}.${encodeBase64url(bytes)}`,
})
const signatureOf = (text: string) => Buffer.from(text.slice(text.lastIndexOf('.') + 1), 'base64url')

/** The two halves of a raw ECDSA signature as openssl writes them. */
function derOf(raw: Buffer): Buffer {
  const integer = (half: Buffer) => {
    const bytes = (half[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), half]) : half
    return Buffer.concat([Buffer.from([2, bytes.length]), bytes])
  }
  const body = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))])
  return Buffer.concat([Buffer.from([0x30, body.length]), body])
}

const keyCases: readonly Case[] = [
  ['37', 'alg none', invalidClient, header({ alg: 'none' })],
  ['37', 'alg None', invalidClient, header({ alg: 'None' })],
  [
    '37',
    'alg nOnE without a signature',
    invalidClient,
    { ...header({ alg: 'nOnE' }), tamper: (text) => text.replace(/[^.]+$/, '') },
  ],
  ['38', 'an empty signature', invalidClient, { tamper: (text) => text.replace(/[^.]+$/, '') }],
  [
    '39',
    'an HMAC with the public key',
    invalidClient,
    async ({ keys, target, post }) => {
      const pem = await writePublicKeys(keys.registered, 'spki')
      const [head, payload] = [
        encodeBase64urlText('{"alg":"HS256","kid":"first"}'),
        (await writeAttempt({}, target)).assertion.split('.')[1],
      ]
      const mac = createHmac('sha256', pem).update(`${head}.${payload}`).digest('base64url')
      return post(writeTokenRequest({ assertion: `${head}.${payload}.${mac}`, scopes: ['okta.users.read'] }))
    },
  ],
  ['40', 'an alg that is not on the list', invalidClient, header({ alg: 'ES256K' })],
  ['41', 'PS256, which Okta does not take', invalidClient, header({ alg: 'PS256' })],
  ['42', 'another alg than that of the key', invalidClient, { app: 'boundKey', ...header({ alg: 'RS384' }) }],
  ['43', 'ES384 with a key on P-256', invalidClient, header({ alg: 'ES384' })],
  [
    '44',
    'an ECDSA signature in DER',
    invalidClient,
    { tamper: (text) => `${text.slice(0, text.lastIndexOf('.'))}.${derOf(signatureOf(text)).toString('base64url')}` },
  ],
  ['45', 'r and s that are zero', invalidClient, withSignature(new Uint8Array(64))],
  ['45', 'r and s that are the order of the group', invalidClient, withSignature(Buffer.concat([order, order]))],
  ['47', 'no kid, one key', accepted, header({ kid: null })],
  ['48', 'no kid, two keys', invalidClient, { app: 'twoKeys', ...header({ kid: null }) }],
  ['49', 'an unknown kid', invalidClient, header({ kid: 'nobody' })],
  ['50', 'the kid of another app', invalidClient, { ...header({ kid: 'second' }), signer: 'second' }],
  ['51', 'a kid that is a number', invalidClient, header({ kid: 1 })],
  ['51', 'a kid that is an object', invalidClient, header({ kid: { toString: 'first' } })],
  ['51', 'a kid with a path', invalidClient, header({ kid: '../../etc/passwd' })],
  ['51', 'a kid with SQL', invalidClient, header({ kid: "first' or '1'='1" })],
  ['52', 'a key that is inactive', invalidClient, { app: 'inactiveKey' }],
  ['55', 'a key with use enc', invalidClient, { app: 'encryptionKey' }],
  ['55', 'a key without the operation verify', invalidClient, { app: 'keyOps' }],
  [
    '56',
    'one bit of the payload flipped',
    invalidClient,
    { tamper: (text) => text.replace(/\.(.)/, (_, first: string) => `.${first === 'e' ? 'f' : 'e'}`) },
  ],
  ['57', 'the right kid and another key', invalidClient, { signer: 'stranger' }],
  ['58', 'an app without keys', invalidClient, { app: 'noKeys' }],
  ['59', 'typ at+jwt', invalidClient, header({ typ: 'at+jwt' })],
  ['59', 'typ dpop+jwt', invalidClient, header({ typ: 'dpop+jwt' })],
  ['59', 'typ oauth-authz-req+jwt', invalidClient, header({ typ: 'oauth-authz-req+jwt' })],
  ['60', 'no typ', accepted, header({ typ: null })],
]

const claimCases: readonly Case[] = [
  ['61', 'no iss', invalidClient, claims({ iss: null })],
  ['61', 'an empty iss', invalidClient, claims({ iss: '' })],
  ['61', 'an iss that is a number', invalidClient, claims({ iss: 7 })],
  ['62', 'no sub', invalidClient, claims({ sub: null })],
  ['62', 'an empty sub', invalidClient, claims({ sub: '' })],
  ['62', 'a sub that is a number', invalidClient, claims({ sub: 7 })],
  ['63', 'iss and sub that differ', invalidClient, claims({ sub: '0oaTwoKeys0000000000' })],
  ['64', 'an unknown client', invalidClient, claims({ iss: '0oaNobody', sub: '0oaNobody' })],
  ['65', 'another client_id', invalidClient, form({ client_id: '0oaTwoKeys0000000000' })],
  ['66', 'iss in other letter case', invalidClient, claims({ iss: '0OAPLAIN000000000000', sub: '0OAPLAIN000000000000' })],
  ['66', 'iss in another normal form', invalidClient, claims({ iss: '0oaPla\u0131n', sub: '0oaPla\u0131n' })],
  ['67', 'no aud', invalidClient, claims({ aud: null })],
  ['67', 'an empty aud', invalidClient, claims({ aud: '' })],
  ['67', 'an empty list as aud', invalidClient, claims({ aud: [] })],
  ['67', 'an aud that is a number', invalidClient, claims({ aud: 7 })],
  ['68', 'the aud of another server', invalidClient, claims({ aud: 'https://other.example/oauth2/v1/token' })],
  ['69', 'two audiences, ours first', invalidClient, claims({ aud: ['AUDIENCE', 'https://other.example'] })],
  ['69', 'two audiences at a FAPI server', invalidClient, claims({ aud: ['ISSUER', 'https://other.example'] }, 'fapi2')],
  ['70', 'one audience in a list', accepted, claims({ aud: ['AUDIENCE'] })],
  ['70', 'one audience in a list at a FAPI server', invalidClient, claims({ aud: ['ISSUER'] }, 'fapi2')],
  ['71', 'the token URL at a FAPI server', invalidClient, claims({ aud: 'AUDIENCE' }, 'fapi2')],
  ['72', 'the issuer', invalidClient, claims({ aud: 'ISSUER' })],
  ['73', 'a slash at the end', invalidClient, claims({ aud: 'AUDIENCE/' })],
  ['73', 'another letter case', invalidClient, claims({ aud: 'https://PKJWT.test/oauth2/v1/token' })],
  ['73', 'the default port', invalidClient, claims({ aud: 'https://pkjwt.test:443/oauth2/v1/token' })],
  ['73', 'http in place of https', invalidClient, claims({ aud: 'http://pkjwt.test/oauth2/v1/token' })],
  ['73', 'dots in the path', invalidClient, claims({ aud: 'https://pkjwt.test/oauth2/../oauth2/v1/token' })],
  [
    '74',
    'the host of a header',
    invalidClient,
    ({ send }) =>
      send({
        attempt: claims({ aud: 'https://evil.example/oauth2/v1/token' }),
        headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
      }),
  ],
  ['75', 'the introspection URL', invalidClient, claims({ aud: 'ISSUER/oauth2/v1/introspect' })],
  ['76', 'no exp', invalidClient, claims({ exp: null })],
  ['77', 'exp as text', invalidClient, claims({ exp: String(now + 60) })],
  ['77', 'a negative exp', invalidClient, claims({ exp: -1 })],
  ['77', 'exp NaN', invalidClient, { payload: (json) => json.replace(/"exp":\d+/, '"exp":NaN') }],
  ['77', 'exp 1e400', invalidClient, { payload: (json) => json.replace(/"exp":\d+/, '"exp":1e400') }],
  ['77', 'a fraction as exp', invalidClient, claims({ exp: now + 0.5 })],
  ['78', 'exp now', invalidClient, claims({ exp: now, iat: null })],
  ['78', 'exp a second ahead', accepted, claims({ exp: now + 1, iat: null })],
  ['79', 'exp 3601 s ahead', invalidClient, claims({ exp: now + 3601 })],
  ['79', 'exp 3600 s ahead', accepted, claims({ exp: now + 3600 })],
  ['80', 'exp in milliseconds', invalidClient, claims({ exp: (now + 300) * 1000 })],
  ['81', 'nbf 11 s ahead', invalidClient, claims({ nbf: now + 11 })],
  ['81', 'nbf 8 s ahead', accepted, claims({ nbf: now + 8 })],
  ['82', 'iat 61 s ahead', invalidClient, claims({ iat: now + 61 })],
  ['82', 'iat 8 s ahead', accepted, claims({ iat: now + 8 })],
  ['83', 'iat of last year: no profile has a maximum age', accepted, claims({ iat: now - 31_536_000 })],
  ['84', 'iat after exp', invalidClient, claims({ iat: now + 9, exp: now + 5 })],
  ['85', 'no jti at a FAPI server', invalidClient, claims({ jti: null }, 'fapi2')],
  ['85', 'no jti', accepted, claims({ jti: null })],
  ['86', 'an empty jti', invalidClient, claims({ jti: '' })],
  ['86', 'a jti that is a number', invalidClient, claims({ jti: 7 })],
  ['86', 'a jti that is an object', invalidClient, claims({ jti: {} })],
  ['86', 'a jti of 257 bytes', invalidClient, claims({ jti: 'j'.repeat(257) })],
]

const replayCases: readonly Case[] = [
  ['87', 'the same assertion again', invalidClient, { sentBefore: true }],
  ['90', 'the same jti with a new signature', invalidClient, ({ twice }) => twice({}, {})],
  ['91', 'the same jti of another app', accepted, ({ twice }) => twice({}, { app: 'unnamedKey' })],
  [
    '95',
    'the same within the tolerance after exp',
    invalidClient,
    ({ twice }) => {
      const late = claims({ exp: now - 5, iat: null }, 'fapi2')
      return twice(late, late)
    },
  ],
  ['98', 'a wrong aud first, then the right one with the same jti', accepted, ({ twice }) => twice(claims({ aud: 'x' }), {})],
  [
    '100',
    'a scope that is refused, then the same assertion',
    invalidClient,
    ({ twice }) => twice(form({ scope: 'okta.nope' }), {}),
  ],
]

const clientCases: readonly Case[] = [
  ['105', 'an app that is deactivated', invalidClient, { app: 'inactive' }],
  ['107', 'no scope', invalidScope, form({ scope: null })],
  ['108', 'a scope that was not granted', consentRequired, form({ scope: 'okta.apps.read' })],
  ['109', 'one of two scopes granted', accepted, form({ scope: 'okta.apps.read okta.users.read' })],
  ['110', 'a scope with a quotation mark', invalidScope, form({ scope: '"okta.users.read"' })],
  ['110', 'two spaces between scopes', invalidScope, form({ scope: 'okta.users.read  okta.groups.read' })],
  ['111', 'openid', invalidScope, form({ scope: 'openid' })],
  ['111', 'offline_access', invalidScope, form({ scope: 'okta.users.read offline_access' })],
]

/** Every case that is one request, or two, by its kind. */
export const caseTable = { requestCases, mechanismCases, serialisationCases, keyCases, claimCases, replayCases, clientCases }
