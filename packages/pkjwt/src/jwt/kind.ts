import type { DraftJwt, JsonObject } from './parse.js'

/** What kind of token something is, as far as its own words tell. */
export type TokenKind =
  | 'client assertion'
  | 'access token'
  | 'ID token'
  | 'DPoP proof'
  | 'request object'
  | 'logout token'
  | 'encrypted token (JWE)'
  | 'JSON serialisation of a JWS'
  | 'JWT of unknown kind'
  | 'no token'

const kindsOfTyp: Readonly<Record<string, TokenKind>> = {
  'at+jwt': 'access token',
  'dpop+jwt': 'DPoP proof',
  'oauth-authz-req+jwt': 'request object',
  'logout+jwt': 'logout token',
  'client-authentication+jwt': 'client assertion',
}

/**
 * Tells the kind of a token from its form, its `typ` and its claims. It believes none of them: nothing is verified here.
 *
 * @example
 * assert.equal(tokenKindOf(readDraftJwt(assertion)), 'client assertion')
 */
export function tokenKindOf({ text, header, claims }: DraftJwt): TokenKind {
  if (header === undefined || claims === undefined) return kindOfForm(text.trim())
  const typ = typeof header.typ === 'string' ? header.typ.toLowerCase().replace(/^application\//, '') : ''
  return kindsOfTyp[typ] ?? kindOfClaims(claims)
}

function kindOfForm(text: string): TokenKind {
  if (text.startsWith('{') && /"(signatures?|payload|protected)"\s*:/.test(text.slice(0, 16_384)))
    return 'JSON serialisation of a JWS'
  return /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/.test(text)
    ? 'encrypted token (JWE)'
    : 'no token'
}

function kindOfClaims(claims: JsonObject): TokenKind {
  const has = (...names: readonly string[]) => names.some((name) => Object.hasOwn(claims, name))
  if (has('htm', 'htu')) return 'DPoP proof'
  if (has('response_type', 'redirect_uri', 'request_uri')) return 'request object'
  if (has('events') && !has('nonce')) return 'logout token'
  if (has('scp', 'cid') || (has('scope', 'client_id') && has('iss'))) return 'access token'
  if (has('nonce', 'at_hash', 'c_hash', 'auth_time', 'amr')) return 'ID token'
  return has('iss') && has('sub') && has('aud') ? 'client assertion' : 'JWT of unknown kind'
}
