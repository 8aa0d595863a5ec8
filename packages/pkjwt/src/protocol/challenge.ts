/** A `WWW-Authenticate` challenge (RFC 9110 §11.6.1, RFC 6750 §3, RFC 9449 §7.1): the reason of a refusal whose body is empty. */
export interface Challenge {
  readonly scheme: string
  readonly error: string | undefined
  readonly errorDescription: string | undefined
  /** The scopes that the call needs. */
  readonly scopes: readonly string[]
}

/** The longest header that is looked at. */
const headerCharactersMax = 8192

/**
 * Reads the first challenge of a `WWW-Authenticate` header; answers `undefined` when there is none.
 *
 * @example
 * const challenge = readChallenge('Bearer error="insufficient_scope", scope="okta.users.read"')
 * assert.deepEqual(challenge?.scopes, ['okta.users.read'])
 */
export function readChallenge(header: string | null | undefined): Challenge | undefined {
  const text = (header ?? '').slice(0, headerCharactersMax).trim()
  const scheme = /^[A-Za-z][A-Za-z0-9!#$%&'*+.^_`|~-]*(?=\s|$)/.exec(text)?.[0]
  if (scheme === undefined) return undefined
  const parameters = new Map<string, string>()
  for (const [, name = '', quoted, bare] of text
    .slice(scheme.length)
    .matchAll(/([A-Za-z_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g)) {
    parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '')
  }
  const scopes = (parameters.get('scope') ?? '').split(' ').filter((scope) => scope !== '')
  return { scheme, error: parameters.get('error'), errorDescription: parameters.get('error_description'), scopes }
}

/**
 * Writes a challenge, quoting each value.
 *
 * @example
 * assert.equal(writeChallenge('DPoP', { error: 'use_dpop_nonce' }), 'DPoP error="use_dpop_nonce"')
 */
export function writeChallenge(scheme: string, parameters: Readonly<Record<string, string>>): string {
  const written = Object.entries(parameters).map(([name, value]) => `${name}="${value.replace(/["\\]/g, '\\$&')}"`)
  return `${scheme} ${written.join(', ')}`
}
