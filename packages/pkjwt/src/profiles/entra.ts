import type { Profile } from '../rules/rule.js'
import { rfc7523 } from './rfc.js'

/**
 * Microsoft Entra ID, with the certificate of the app.
 * Source: "Microsoft identity platform application authentication certificate credentials"
 * (https://learn.microsoft.com/entra/identity-platform/certificate-credentials): PS256, `x5t#S256`, `aud` the token endpoint of version
 * 2.0, `jti`, `nbf`, and no limit for `exp`; "OAuth 2.0 client credentials flow"
 * (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow): `client_id` in the form, and one scope
 * `…/.default`. Neither names a tolerance, or says what becomes of an `aud` that is a list: the strictest is taken.
 */
export const entra: Profile = {
  ...rfc7523,
  name: 'entra',
  refusals: 'own',
  expiredToleranceSeconds: 0,
  lifetimeSecondsMax: Number.POSITIVE_INFINITY,
  lifetimeSecondsSafe: Number.POSITIVE_INFINITY,
  aheadSecondsMax: 0,
  jti: 'required',
  algorithms: ['PS256'],
  audience: 'endpoint',
  audienceList: 'refused',
  headerRequired: ['x5t#S256'],
  headerKeys: ['x5c'],
  formClientId: 'required',
  nbf: 'sent',
  scope: 'resource-default',
}
