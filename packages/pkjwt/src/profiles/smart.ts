import type { Profile } from '../rules/rule.js'
import { rfc7523 } from './rfc.js'

/**
 * SMART Backend Services, for FHIR servers.
 * Source: HL7 SMART App Launch 2.2, "Client Authentication: Asymmetric"
 * (https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html): `kid` and `typ` required, `jku` optional, `aud` the token
 * URL, `exp` "no more than five minutes in the future", `jti` required, and RS384 and ES384 as what every server supports. It names no
 * tolerance, so none is counted on.
 */
export const smart: Profile = {
  ...rfc7523,
  name: 'smart',
  refusals: 'own',
  expiredToleranceSeconds: 0,
  lifetimeSecondsMax: 300,
  lifetimeSecondsSafe: 240,
  jti: 'required',
  algorithms: ['RS384', 'ES384'],
  audience: 'endpoint',
  headerRequired: ['kid', 'typ'],
  headerKeys: ['jku'],
}
