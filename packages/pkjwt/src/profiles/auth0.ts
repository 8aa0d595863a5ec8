import type { Profile } from '../rules/rule.js'
import { rfc7523 } from './rfc.js'

/**
 * Auth0.
 * Source: "Authenticate with Private Key JWT"
 * (https://auth0.com/docs/get-started/authentication-and-authorization-flow/authenticate-with-private-key-jwt): `aud` the tenant or its
 * custom domain with a slash at the end, which is its issuer; a lifetime of five minutes at most; ten seconds of tolerance for `iat` and
 * `nbf`; every claim but those two required; `jti` at most 64 characters, used once; RS256, RS384 or PS256. It names no tolerance for
 * `exp`, so none is counted on.
 */
export const auth0: Profile = {
  ...rfc7523,
  name: 'auth0',
  refusals: 'own',
  expiredToleranceSeconds: 0,
  lifetimeSecondsMax: 300,
  lifetimeSecondsSafe: 240,
  jti: 'required',
  jtiBytesMax: 64,
  algorithms: ['RS256', 'RS384', 'PS256'],
  audience: 'issuer',
  scope: 'optional',
}
