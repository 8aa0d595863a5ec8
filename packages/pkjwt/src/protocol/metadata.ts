import { isJsonObject } from '../encoding/json.js'
import { PkjwtError, UnavailableError } from '../errors.js'
import { algorithmNames } from '../keys/algorithms.js'
import { type Endpoints, isLoopback, orgOf } from './endpoints.js'

/** Authorization server metadata (RFC 8414 §2) in the members that this flow uses. */
export interface ServerMetadata {
  readonly issuer: string
  readonly token_endpoint: string
  readonly jwks_uri: string
  readonly registration_endpoint?: string
  readonly introspection_endpoint?: string
  readonly revocation_endpoint?: string
  readonly response_types_supported: readonly string[]
  readonly grant_types_supported?: readonly string[]
  readonly scopes_supported?: readonly string[]
  readonly token_endpoint_auth_methods_supported?: readonly string[]
  readonly token_endpoint_auth_signing_alg_values_supported?: readonly string[]
  readonly dpop_signing_alg_values_supported?: readonly string[]
}

/**
 * Writes the metadata document of a server.
 *
 * @example
 * const metadata = writeMetadata(endpointsOf('https://id.example'), scopes)
 * assert.deepEqual(metadata.token_endpoint_auth_methods_supported, ['private_key_jwt'])
 */
export function writeMetadata({ issuer, token, keys, introspect, revoke }: Endpoints, scopes: readonly string[]): ServerMetadata {
  const methods = ['private_key_jwt']
  return {
    issuer,
    token_endpoint: token,
    jwks_uri: keys,
    registration_endpoint: `${orgOf(issuer)}/oauth2/v1/clients`,
    introspection_endpoint: introspect,
    revocation_endpoint: revoke,
    response_types_supported: ['token'],
    grant_types_supported: ['client_credentials'],
    scopes_supported: scopes,
    token_endpoint_auth_methods_supported: methods,
    token_endpoint_auth_signing_alg_values_supported: algorithmNames,
    dpop_signing_alg_values_supported: ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'],
  }
}

/** What a client believes of a metadata document, after it was compared with the issuer it was asked of. */
export interface IssuerMetadata {
  readonly issuer: string
  readonly tokenEndpoint: string
}

/**
 * The places where the metadata of an issuer may lie, in the order in which to look: RFC 8414 §3.1, OpenID Connect Discovery §4, and
 * the path that Okta uses for custom authorization servers.
 *
 * @example
 * const [first] = metadataUrlsOf('https://id.example/tenant')
 * assert.equal(first, 'https://id.example/.well-known/oauth-authorization-server/tenant')
 */
export function metadataUrlsOf(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/+$/, '')
  const urls = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}${path}/.well-known/oauth-authorization-server`,
  ]
  return [...new Set(urls)]
}

/** How far a metadata document is believed. */
export interface ReadMetadataOptions {
  /** Whom the document was asked of. */
  readonly issuer: string
  /** Origins beside the issuer's own that its token endpoint may have. Default none. */
  readonly tokenEndpointOrigins?: readonly string[] | undefined
}

/**
 * Reads a metadata document and believes it only as far as it speaks of itself. A document that names another issuer is refused (RFC
 * 8414 §3.3), and so is a token endpoint elsewhere: an assertion sent there could be used at the server it is meant for
 * (CVE-2025-27370).
 *
 * @throws {UnavailableError} `server_answer_invalid` when it is no metadata document
 * @throws {PkjwtError} `config_invalid` when the issuer or the token endpoint is not what it has to be
 * @example
 * const document = { issuer: 'https://id.example', token_endpoint: 'https://id.example/token' }
 * assert.equal(readMetadata(document, { issuer: 'https://id.example' }).tokenEndpoint, 'https://id.example/token')
 */
export function readMetadata(document: unknown, { issuer, tokenEndpointOrigins = [] }: ReadMetadataOptions): IssuerMetadata {
  if (!isJsonObject(document) || typeof document.issuer !== 'string' || typeof document.token_endpoint !== 'string') {
    throw new UnavailableError(
      'server_answer_invalid',
      `Cannot use the metadata of ${quote(issuer)}: it names no issuer and token endpoint`,
      {
        hint: 'Check the issuer, or give the token endpoint itself',
      },
    )
  }
  const { issuer: named, token_endpoint: tokenEndpoint } = document
  // OpenID servers differ in one slash at the end, and people leave it out.
  if (withoutSlash(named) !== withoutSlash(issuer)) {
    throw untrusted(issuer, `it says that it is ${quote(named)}`, 'Give the issuer exactly as the server names itself')
  }
  const url = URL.canParse(tokenEndpoint) ? new URL(tokenEndpoint) : undefined
  if (url === undefined || url.hash !== '' || url.username !== '' || url.password !== '') {
    throw untrusted(issuer, `its token endpoint ${quote(tokenEndpoint)} is no plain URL`, 'Give the token endpoint itself')
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.host))) {
    throw untrusted(issuer, `its token endpoint ${quote(tokenEndpoint)} is not https`, 'Use a server that has https')
  }
  if (![new URL(issuer).origin, ...tokenEndpointOrigins].includes(url.origin)) {
    throw untrusted(
      issuer,
      `its token endpoint ${quote(tokenEndpoint)} is at another origin`,
      'List its origin in { tokenEndpointOrigins } when it is right',
    )
  }
  return { issuer: named, tokenEndpoint }
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, '')
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 200))
}

function untrusted(issuer: string, state: string, hint: string): PkjwtError {
  return new PkjwtError('config_invalid', `Cannot use the metadata of ${quote(issuer)}: ${state}`, { hint })
}
