import { algorithmNames } from '../keys/algorithms.js'
import { type Endpoints, orgOf } from './endpoints.js'

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

/** Writes the metadata document of a server. */
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
