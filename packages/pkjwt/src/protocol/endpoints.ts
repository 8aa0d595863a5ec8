import { PkjwtError } from '../errors.js'

/** The URLs of one authorization server. */
export interface Endpoints {
  /** `https://org` for the organisation server, `https://org/oauth2/ID` for a custom one. */
  readonly issuer: string
  readonly token: string
  readonly keys: string
  readonly introspect: string
  readonly revoke: string
}

/**
 * The endpoints of an issuer, with Okta's paths.
 *
 * @param issuer As `readIssuer` gives it: no slash at the end.
 * @example
 * assert.equal(endpointsOf('https://example.okta.com').keys, 'https://example.okta.com/oauth2/v1/keys')
 */
export function endpointsOf(issuer: string): Endpoints {
  const base = `${issuer}${issuer.includes('/oauth2/') ? '' : '/oauth2'}/v1`
  return { issuer, token: `${base}/token`, keys: `${base}/keys`, introspect: `${base}/introspect`, revoke: `${base}/revoke` }
}

/**
 * The organisation that an issuer belongs to: where its API is.
 *
 * @example
 * assert.equal(orgOf('https://example.okta.com/oauth2/default'), 'https://example.okta.com')
 */
export function orgOf(issuer: string): string {
  return new URL(issuer).origin
}

const customServerPath = /^\/oauth2\/([A-Za-z0-9._~-]+)$/

/**
 * Reads what people call their organisation: `example.okta.com`, a URL, with a slash or without, with `/oauth2/ID` for a custom
 * authorization server, or a whole token endpoint. Gives the issuer.
 *
 * @throws {PkjwtError} `option_invalid` for a placeholder, a doubled domain, or http away from this machine
 * @example
 * assert.equal(readIssuer('example.okta.com/'), 'https://example.okta.com')
 */
export function readIssuer(org: string): string {
  const url = readOrgUrl(org)
  const path = url.pathname
    .replace(/\/{2,}/g, '/')
    .replace(/\/$/, '')
    .replace(/\/v1\/token$/, '')
  if (path === '' || path === '/oauth2') return url.origin
  if (customServerPath.test(path)) return `${url.origin}${path}`
  throw invalidOrg(
    org,
    `the path ${JSON.stringify(url.pathname)} belongs to no authorization server`,
    'Give the domain, or the domain and /oauth2/ID',
  )
}

function readOrgUrl(org: string): URL {
  const text = org.trim()
  if (/[{}<>$]/.test(text)) throw invalidOrg(org, 'it is a placeholder', 'Put the domain of your organisation there')
  if (text.split('://').length > 2) throw invalidOrg(org, 'it holds two schemes', 'Give the domain once')
  const url = parseUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${isLoopback(text) ? 'http' : 'https'}://${text}`)
  if (url === undefined || url.hostname === '')
    throw invalidOrg(org, 'it is no domain and no URL', 'Give a domain such as example.okta.com')
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    throw invalidOrg(org, 'it carries more than a host and a path', 'Leave query, fragment and credentials out')
  }
  checkHost(org, url)
  return url
}

function checkHost(org: string, url: URL): void {
  const { hostname, protocol } = url
  if (/\.com\.com$/.test(hostname)) throw invalidOrg(org, 'the domain ends with ".com.com"', 'Write ".com" once')
  if (/-admin\.okta(preview|-emea)?\.com$/.test(hostname)) url.hostname = hostname.replace('-admin.', '.')
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) {
    throw invalidOrg(org, `${protocol}// would send the assertion in the clear`, 'Use https; http is for this machine only')
  }
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

/**
 * Whether a host, with or without port and path, is this machine.
 *
 * @example
 * assert.equal(isLoopback('127.0.0.1:8080'), true)
 * assert.equal(isLoopback('example.okta.com'), false)
 */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])(?:[:/]|$)/i.test(host)
}

function invalidOrg(org: string, state: string, hint: string): PkjwtError {
  return new PkjwtError('option_invalid', `Cannot use ${JSON.stringify(org.slice(0, 200))} as the organisation: ${state}`, {
    hint,
  })
}
