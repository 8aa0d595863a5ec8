import type { Profile } from '../rules/rule.js'
import { rfc7523 } from './rfc.js'

/**
 * Keycloak 26.2 and newer, with the client authenticator "Signed JWT" as it is set at first.
 * Source: its upgrading guide, "JWT client authentication aligned with the latest OIDC specification"
 * (https://www.keycloak.org/docs/latest/upgrading/): one audience, the issuer or an endpoint, and the issuer in versions to come. Its
 * server administration guide has "Max expiration" of 60 seconds, and its code (`AbstractBaseJWTValidator`) what that means: with `iat`
 * the assertion is taken so long after it was issued, without it `exp` may be so far ahead; `jti` is required; 15 seconds of tolerance
 * for `iat`.
 */
export const keycloak: Profile = {
  ...rfc7523,
  name: 'keycloak',
  refusals: 'own',
  expiredToleranceSeconds: 0,
  lifetimeSecondsMax: Number.POSITIVE_INFINITY,
  lifetimeSecondsSafe: Number.POSITIVE_INFINITY,
  ageSecondsMax: 60,
  aheadSecondsMax: 15,
  jti: 'required',
  audience: 'either',
  scope: 'optional',
}
