import type { ServerRuleId } from 'pkjwt/rules'

/** Which of the prepared apps asks. Each differs from `plain` in one thing: see `apps.ts`. */
export type AppName =
  | 'plain'
  | 'twoKeys'
  | 'noKeys'
  | 'inactiveKey'
  | 'encryptionKey'
  | 'keyOps'
  | 'boundKey'
  | 'unnamedKey'
  | 'inactive'
  | 'secretMethod'
  | 'fapi2'
  | 'smart'
  | 'auth0'
  | 'keycloak'
  | 'noClientCredentials'

/** One token request, told by how it differs from a right one. `null` removes a member. */
export interface Attempt {
  readonly app?: AppName
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  /** Payload text instead of JSON made from the claims. */
  readonly payload?: (json: string) => string
  readonly headerText?: (json: string) => string
  /** Who signs: the registered key, the second registered one, or one that nobody registered. */
  readonly signer?: 'registered' | 'second' | 'stranger' | 'rsa'
  readonly tamper?: (token: string) => string
  readonly form?: Readonly<Record<string, string | null>>
  /** Appended to the encoded form as it is. */
  readonly formTail?: string
  readonly query?: string
  readonly method?: string
  readonly contentType?: string
  readonly authorization?: string
  /** Send it once before, so that this is the second time. */
  readonly sentBefore?: boolean
}

/** A rule with a case that passes and its twin, changed by one thing, that does not. */
export interface RuleCase {
  readonly rule: ServerRuleId
  readonly what: string
  readonly accepted: Attempt
  readonly refused: Attempt
  /** The stage `request` and `use` need a whole request; the others a token. */
  readonly needs: 'token' | 'request'
}

/** A rule that warns: what it warns about, and its twin that it does not. */
export interface WarningCase {
  readonly rule: ServerRuleId
  readonly what: string
  readonly warned: Attempt
  readonly silent: Attempt
}

export const warningCases: readonly WarningCase[] = [
  {
    rule: 'exp-near-limit',
    what: '3541 seconds ahead',
    warned: { claims: { exp: 1_770_091_506 + 3541 } },
    silent: { claims: { exp: 1_770_091_506 + 3540 } },
  },
  { rule: 'exp-near-limit', what: 'at the limit', warned: { claims: { exp: 1_770_091_506 + 3600 } }, silent: {} },
  { rule: 'aud-list', what: 'a list of one', warned: { claims: { aud: ['AUDIENCE'] } }, silent: { claims: { aud: 'AUDIENCE' } } },
  { rule: 'kid-absent', what: 'no kid and one key', warned: { header: { kid: null } }, silent: {} },
  {
    rule: 'header-key',
    what: 'an embedded key',
    warned: { header: { jwk: { kty: 'EC' } } },
    silent: { header: { jwt: { kty: 'EC' } } },
  },
  { rule: 'header-key', what: 'a URL of keys', warned: { header: { jku: 'https://evil.example/keys' } }, silent: {} },
  {
    rule: 'header-key',
    what: 'a URL of keys, but at a SMART server',
    warned: { header: { jku: 'https://app.example/keys' } },
    silent: { app: 'smart', header: { jku: 'https://app.example/keys' } },
  },
]

/** The present of every case, in seconds: 2026-02-03T04:05:06Z. */
export const now = 1_770_091_506

export const ruleCases: readonly RuleCase[] = [
  ...requestCases(),
  ...shapeCases(),
  ...clientCases(),
  ...claimsCases(),
  ...timeCases(),
  ...keyCases(),
  ...useCases(),
]

function requestCases(): RuleCase[] {
  const one = (rule: ServerRuleId, what: string, refused: Attempt, accepted: Attempt = {}): RuleCase => ({
    rule,
    what,
    accepted,
    refused,
    needs: 'request',
  })
  return [
    one('request-method', 'PUT in place of POST', { method: 'PUT' }),
    one(
      'request-media-type',
      'JSON in place of a form',
      { contentType: 'application/json' },
      { contentType: 'application/x-www-form-urlencoded; charset=UTF-8' },
    ),
    one('request-encoding', 'a broken percent-escape', { formTail: '&extra=%zz' }, { formTail: '&extra=%41' }),
    one('request-encoding', 'bytes that are no UTF-8', { formTail: '&extra=%ff' }, { formTail: '&extra=%c3%bf' }),
    one('request-encoding', 'a NUL character', { formTail: '&extra=%00' }, { formTail: '&extra=%01' }),
    one(
      'parameter-repeated',
      'grant_type twice',
      { formTail: '&grant_type=client_credentials' },
      { formTail: '&other=client_credentials' },
    ),
    one('parameter-in-query', 'scope in the query', { query: 'scope=okta.users.read' }, { query: 'other=okta.users.read' }),
    one('credentials-multiple', 'a secret beside the assertion', { form: { client_secret: 's3cret' } }),
    one('credentials-multiple', 'an Authorization header beside the assertion', { authorization: 'Basic MG9hMTpzM2NyZXQ=' }),
    one('credentials-missing', 'no credentials at all', { form: { client_assertion: null, client_assertion_type: null } }),
    one('credentials-secret', 'a secret in place of the assertion', {
      form: { client_assertion: null, client_assertion_type: null, client_secret: 's3cret' },
    }),
    one('assertion-type', 'the type of a SAML assertion', {
      form: { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' },
    }),
    one('assertion-type', 'no type', { form: { client_assertion_type: null } }),
    one('assertion-type', 'an empty type', { form: { client_assertion_type: '' } }),
    one('assertion-empty', 'an empty assertion', { form: { client_assertion: '' } }),
  ]
}

function shapeCases(): RuleCase[] {
  return [
    token(
      'token-size',
      'more than 16384 characters',
      { claims: { extra: 'x'.repeat(13_000) } },
      { claims: { extra: 'x'.repeat(11_000) } },
    ),
    token('token-form', 'two parts', { tamper: (text) => text.slice(0, text.lastIndexOf('.')) }),
    token('token-form', 'five parts', { tamper: (text) => `${text}.AA.AA` }),
    token('token-encoding', 'padding behind the signature', { tamper: (text) => `${text}=` }),
    token('token-encoding', 'a space inside', { tamper: (text) => text.replace('.', '. ') }),
    token('token-encoding', 'an unused bit that is set', { tamper: setUnusedBit }),
    token(
      'token-json',
      'a repeated claim',
      { payload: (json) => json.replace('{', '{"sub":"0oaSomebodyElse00000",') },
      { payload: (json) => json.replace('{', '{"other":"0oaSomebodyElse00000",') },
    ),
    token('token-json', 'a payload that is a list', { payload: (json) => `[${json}]` }),
    token('token-json', 'a header that is no JSON', { headerText: (json) => json.slice(0, -1) }),
    token('header-extension', 'crit', { header: { crit: ['exp'] } }, { header: { other: ['exp'] } }),
    token('header-extension', 'b64', { header: { b64: false } }, { header: { b65: false } }),
    token('header-extension', 'zip', { header: { zip: 'DEF' } }, { header: { zap: 'DEF' } }),
    token('header-alg', 'none', { header: { alg: 'none' } }),
    token('header-alg', 'HS256', { header: { alg: 'HS256' } }),
    token('header-alg', 'no alg', { header: { alg: null } }),
    token('header-typ', 'an access token', { header: { typ: 'at+jwt' } }, { header: { typ: 'jwt' } }),
    token('header-typ', 'a DPoP proof', { header: { typ: 'dpop+jwt' } }, { header: { typ: null } }),
    token('header-kid', 'a number', { header: { kid: 1 } }),
    token('header-kid', 'an empty text', { header: { kid: '' } }, { header: { kid: null } }),
  ]
}

function clientCases(): RuleCase[] {
  return [
    token('iss-missing', 'no iss', { claims: { iss: null } }),
    token('iss-missing', 'a number', { claims: { iss: 1 } }),
    token('iss-unknown', 'a client that does not exist', {
      claims: { iss: '0oaNobody00000000000', sub: '0oaNobody00000000000' },
    }),
    token('iss-unknown', 'the client id in other letter case', {
      claims: { iss: '0OAPLAIN000000000000', sub: '0OAPLAIN000000000000' },
    }),
    token('sub-missing', 'no sub', { claims: { sub: null } }),
    token('sub-mismatch', 'another sub', { claims: { sub: '0oaSecond00000000000' } }),
    {
      ...token(
        'client-id-mismatch',
        'another client_id',
        { form: { client_id: '0oaSecond00000000000' } },
        { form: { client_id: '0oaPlain000000000000' } },
      ),
      needs: 'request',
    },
    token('client-inactive', 'a deactivated app', { app: 'inactive' }),
    token('client-method', 'an app with a secret', { app: 'secretMethod' }),
    token('alg-profile', 'PS256 at Okta', { app: 'plain', header: { alg: 'PS256' } }),
  ]
}

function claimsCases(): RuleCase[] {
  return [
    token('alg-profile', 'RS256 at a SMART server', { app: 'smart', signer: 'rsa', header: { alg: 'RS256' } }, { app: 'smart' }),
    token('header-missing', 'no kid at a SMART server', { app: 'smart', header: { kid: null } }, { app: 'smart' }),
    token('header-missing', 'no typ at a SMART server', { app: 'smart', header: { typ: null } }, { app: 'smart' }),
    token('aud-missing', 'no aud', { claims: { aud: null } }),
    token('aud-missing', 'an empty list', { claims: { aud: [] } }),
    token('aud-missing', 'a number', { claims: { aud: 1 } }),
    token(
      'aud-list',
      'two audiences',
      { claims: { aud: ['AUDIENCE', 'https://other.example/oauth2/v1/token'] } },
      { claims: { aud: ['AUDIENCE'] } },
    ),
    token('aud-list', 'a list at a FAPI server', { app: 'fapi2', claims: { aud: ['ISSUER'] } }, { app: 'fapi2' }),
    token('aud-mismatch', 'a slash at the end', { claims: { aud: 'AUDIENCE/' } }),
    token('aud-mismatch', 'another server', { claims: { aud: 'https://other.example/oauth2/v1/token' } }),
    token('aud-mismatch', 'the issuer', { claims: { aud: 'ISSUER' } }),
    token(
      'aud-mismatch',
      'the endpoint at a FAPI server',
      { app: 'fapi2', claims: { aud: 'AUDIENCE' } },
      { app: 'fapi2', claims: { aud: 'ISSUER' } },
    ),
    token('aud-mismatch', 'the introspection endpoint', { claims: { aud: 'ISSUER/oauth2/v1/introspect' } }),
    token(
      'jti-missing',
      'no jti at a FAPI server',
      { app: 'fapi2', claims: { jti: null } },
      { app: 'plain', claims: { jti: null } },
    ),
    token('jti-type', 'a number', { claims: { jti: 7 } }, { claims: { jti: '7' } }),
    token('jti-type', 'an empty text', { claims: { jti: '' } }),
    token(
      'jti-type',
      'half a surrogate pair',
      { payload: (json) => json.replace(/"jti":"[^"]*"/, '"jti":"\\ud800"') },
      { payload: (json) => json.replace(/"jti":"[^"]*"/, '"jti":"\\ud83d\\ude00"') },
    ),
    token('jti-size', '257 bytes', { claims: { jti: 'j'.repeat(257) } }, { claims: { jti: 'j'.repeat(256) } }),
    token(
      'jti-size',
      '65 characters at Auth0',
      { app: 'auth0', claims: { jti: 'j'.repeat(65) } },
      { app: 'auth0', claims: { jti: 'j'.repeat(64) } },
    ),
    token(
      'aud-mismatch',
      'another realm of Keycloak',
      { app: 'keycloak', claims: { aud: 'ISSUER/realms/other' } },
      { app: 'keycloak' },
    ),
    token('jti-size', '129 characters of two bytes', { claims: { jti: 'é'.repeat(129) } }, { claims: { jti: 'é'.repeat(128) } }),
  ]
}

function timeCases(): RuleCase[] {
  return [
    token('exp-missing', 'no exp', { claims: { exp: null } }),
    token('exp-type', 'a quoted number', { claims: { exp: String(now + 300) } }, { claims: { exp: now + 300 } }),
    token('exp-type', 'a fraction', { claims: { exp: now + 300.5 } }),
    token('exp-type', 'below zero', { claims: { exp: -1 } }),
    token('exp-type', 'a number with a letter behind it', { claims: { exp: `${now + 300}s` } }),
    token('exp-type', 'a number with a letter before it', { claims: { exp: `@${now + 300}` } }),
    token('exp-type', 'a list', { claims: { exp: [now + 300] } }),
    token('exp-type', 'true', { claims: { exp: true } }),
    token('exp-type', 'null', { payload: (json) => json.replace(/"exp":\d+/, '"exp":null') }),
    token('iat-type', 'a fraction', { claims: { iat: now - 0.5 } }),
    token(
      'exp-type',
      'beyond every number',
      { payload: (json) => json.replace(/"exp":\d+/, '"exp":1e400') },
      { payload: (json) => json.replace(/"exp":\d+/, `"exp":${now + 60}`) },
    ),
    token('exp-past', 'this very second', { claims: { exp: now, iat: null } }, { claims: { exp: now + 1, iat: null } }),
    token(
      'exp-past',
      'ten seconds ago at a FAPI server',
      { app: 'fapi2', claims: { exp: now - 10, iat: null } },
      { app: 'fapi2', claims: { exp: now - 9, iat: null } },
    ),
    token('exp-far', 'one second too far', { claims: { exp: now + 3601 } }, { claims: { exp: now + 3600 } }),
    token('exp-far', 'in milliseconds', { claims: { exp: (now + 300) * 1000 } }),
    token(
      'exp-far',
      'one second too far at a FAPI server',
      { app: 'fapi2', claims: { exp: now + 311 } },
      { app: 'fapi2', claims: { exp: now + 310 } },
    ),
    token(
      'exp-far',
      'one second too far at a SMART server',
      { app: 'smart', claims: { exp: now + 301 } },
      { app: 'smart', claims: { exp: now + 300 } },
    ),
    token(
      'iat-past',
      'a second more than a minute ago at Keycloak',
      { app: 'keycloak', claims: { iat: now - 61 } },
      { app: 'keycloak', claims: { iat: now - 60 } },
    ),
    token(
      'exp-far',
      'a second more than a minute at Keycloak, and no iat',
      { app: 'keycloak', claims: { exp: now + 61, iat: null } },
      { app: 'keycloak', claims: { exp: now + 60, iat: null } },
    ),
    token(
      'exp-far',
      'an hour at Keycloak, without iat',
      { app: 'keycloak', claims: { exp: now + 3600, iat: null } },
      { app: 'keycloak', claims: { exp: now + 3600 } },
    ),
    token('iat-type', 'a quoted number', { claims: { iat: String(now) } }, { claims: { iat: now } }),
    token('iat-future', 'eleven seconds ahead', { claims: { iat: now + 11 } }, { claims: { iat: now + 10 } }),
    token(
      'iat-after-exp',
      'later than exp',
      { claims: { iat: now + 9, exp: now + 8 } },
      { claims: { iat: now + 8, exp: now + 8 } },
    ),
    token('nbf-type', 'a fraction', { claims: { nbf: now - 0.5 } }, { claims: { nbf: now - 1 } }),
    token('nbf-future', 'eleven seconds ahead', { claims: { nbf: now + 11 } }, { claims: { nbf: now + 10 } }),
  ]
}

function keyCases(): RuleCase[] {
  return [
    token('keys-missing', 'an app without keys', { app: 'noKeys' }),
    token(
      'kid-missing',
      'no kid and two keys',
      { app: 'twoKeys', header: { kid: null } },
      { app: 'plain', header: { kid: null } },
    ),
    token('kid-unknown', 'a kid nobody registered', { header: { kid: 'stranger' } }),
    token(
      'kid-unknown',
      'the kid of another app',
      { header: { kid: 'second' } },
      { app: 'twoKeys', header: { kid: 'second' }, signer: 'second' },
    ),
    token('key-inactive', 'a deactivated key', { app: 'inactiveKey' }),
    token('key-use', 'a key for encryption', { app: 'encryptionKey' }),
    token('key-ops', 'a key that may not verify', { app: 'keyOps' }),
    token('key-alg', 'the algorithm of another curve', { header: { alg: 'ES384' } }),
    token(
      'key-alg',
      'another algorithm than the key is for',
      { app: 'boundKey', header: { alg: 'RS384' } },
      { app: 'boundKey', header: { alg: 'RS256' } },
    ),
    token('signature-missing', 'nothing behind the last dot', { tamper: (text) => text.slice(0, text.lastIndexOf('.') + 1) }),
    token('signature-mismatch', 'another private key', { signer: 'stranger' }),
    token('signature-mismatch', 'a payload changed afterwards', { tamper: changePayload }),
    token(
      'signature-mismatch',
      'the other key of the app',
      { app: 'twoKeys', signer: 'second' },
      { app: 'twoKeys', signer: 'registered' },
    ),
  ]
}

function useCases(): RuleCase[] {
  const one = (rule: ServerRuleId, what: string, refused: Attempt, accepted: Attempt = {}): RuleCase => ({
    rule,
    what,
    accepted,
    refused,
    needs: 'request',
  })
  return [
    one(
      'jti-used',
      'the same assertion again',
      { sentBefore: true, claims: { jti: 'used-before' } },
      { sentBefore: true, claims: { jti: null } },
    ),
    one('grant-type-missing', 'no grant type', { form: { grant_type: null } }),
    one('grant-type-unsupported', 'a grant type that does not exist', { form: { grant_type: 'client_credential' } }),
    one('grant-type-unauthorized', 'a grant type for users', { form: { grant_type: 'authorization_code' } }),
    one('grant-type-unauthorized', 'an app without client_credentials', { app: 'noClientCredentials' }),
    one('scope-missing', 'no scope', { form: { scope: null } }),
    one('scope-missing', 'an empty scope', { form: { scope: '' } }),
    one(
      'scope-form',
      'a comma',
      { form: { scope: 'okta.users.read,okta.groups.read' } },
      { form: { scope: 'okta.users.read okta.groups.read' } },
    ),
    one('scope-form', 'two spaces', { form: { scope: 'okta.users.read  okta.groups.read' } }),
    one('scope-form', 'a quotation mark', { form: { scope: '"okta.users.read"' } }),
    one(
      'scope-form',
      '1025 characters',
      { form: { scope: 'okta.users.read '.repeat(65).slice(0, 1025) } },
      { form: { scope: 'okta.users.read '.repeat(64).slice(0, 1023) } },
    ),
    one('scope-openid', 'openid', { form: { scope: 'openid okta.users.read' } }),
    one('scope-self', 'a .self scope', { form: { scope: 'okta.users.read.self' } }),
    one('scope-unknown', 'a typing error', { form: { scope: 'okta.user.read' } }),
    one(
      'scope-not-granted',
      'a scope that nobody granted',
      { form: { scope: 'okta.apps.read' } },
      { form: { scope: 'okta.apps.read okta.users.read' } },
    ),
  ]
}

function token(
  rule: ServerRuleId,
  what: string,
  refused: Attempt,
  accepted: Attempt = refused.app === undefined ? {} : { app: 'plain' },
): RuleCase {
  return { rule, what, accepted, refused, needs: 'token' }
}

/** The last character of an ES256 signature carries four bits that must be zero. */
function setUnusedBit(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return `${text.slice(0, -1)}${alphabet[alphabet.indexOf(text.slice(-1)) + 1]}`
}

function changePayload(text: string): string {
  const [header, payload = '', signature] = text.split('.')
  const claims = Buffer.from(payload, 'base64url').toString().replace('"jti":"', '"jti":"x')
  return [header, Buffer.from(claims).toString('base64url'), signature].join('.')
}
