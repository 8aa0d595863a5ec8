import type { PublicJwk, SigningKey } from 'pkjwt/keys'
import { generateKey } from 'pkjwt/keys'
import type { ProfileName } from 'pkjwt/profiles'
import type { AppName } from './cases.js'

/** An app as the seed file spells it. */
export interface SeedApp {
  readonly client_id: string
  readonly client_name: string
  readonly jwks: { readonly keys: readonly PublicJwk[] }
  readonly grants: readonly string[]
  readonly status?: 'ACTIVE' | 'INACTIVE'
  readonly token_endpoint_auth_method?: string
  readonly grant_types?: readonly string[]
  readonly profile?: ProfileName
}

export interface PreparedKeys {
  readonly registered: SigningKey
  readonly second: SigningKey
  readonly stranger: SigningKey
  readonly rsa: SigningKey
  /** For SMART servers. */
  readonly es384: SigningKey
}

export async function generateKeys(): Promise<PreparedKeys> {
  const [registered, second, stranger, rsa, es384] = await Promise.all([
    generateKey({ alg: 'ES256', kid: 'first' }),
    generateKey({ alg: 'ES256', kid: 'second' }),
    generateKey({ alg: 'ES256', kid: 'first' }),
    generateKey({ alg: 'RS256', kid: 'first' }),
    generateKey({ alg: 'ES384', kid: 'first' }),
  ])
  return { registered, second, stranger, rsa, es384 }
}

/** The apps that the cases ask with; each differs from `plain` in one thing. */
export function prepareApps({ registered, second, rsa, es384 }: PreparedKeys): Record<AppName, SeedApp> {
  const first = bare(registered)
  const other = bare(second)
  const app = (name: string, keys: readonly PublicJwk[], rest: Partial<SeedApp> = {}): SeedApp => ({
    client_id: `0oa${name}`.padEnd(20, '0'),
    client_name: name,
    jwks: { keys },
    grants: ['okta.users.read', 'okta.groups.read'],
    ...rest,
  })
  return {
    plain: app('Plain', [first]),
    twoKeys: app('TwoKeys', [first, other]),
    noKeys: app('NoKeys', []),
    inactiveKey: app('InactiveKey', [{ ...first, status: 'INACTIVE' }, other]),
    encryptionKey: app('EncryptionKey', [{ ...first, use: 'enc' }]),
    keyOps: app('KeyOps', [{ ...first, key_ops: ['encrypt'] }]),
    boundKey: app('BoundKey', [{ ...bare(rsa), alg: 'RS256' }]),
    unnamedKey: app('UnnamedKey', [first]),
    inactive: app('Inactive', [first], { status: 'INACTIVE' }),
    secretMethod: app('SecretMethod', [first], { token_endpoint_auth_method: 'client_secret_basic' }),
    smart: app('Smart', [bare(es384)], { profile: 'smart' }),
    auth0: app('Auth0', [bare(rsa)], { profile: 'auth0' }),
    keycloak: app('Keycloak', [first], { profile: 'keycloak' }),
    fapi2: app('Fapi2', [first], { profile: 'fapi2' }),
    noClientCredentials: app('NoClientCreds', [first], { grant_types: ['authorization_code'] }),
  }
}

/** The public JWK with nothing but its numbers and its name. */
function bare({ publicKey: { jwk } }: SigningKey): PublicJwk {
  const { alg: _alg, use: _use, key_ops: _keyOps, ...rest } = jwk
  return rest
}
