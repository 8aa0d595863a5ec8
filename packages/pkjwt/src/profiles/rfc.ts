import type { Profile } from '../rules/rule.js'

/** RFC 7523 as most servers read it: ten seconds of tolerance, an hour at most, every algorithm of this library. */
export const rfc7523: Profile = {
  name: 'rfc7523',
  refusals: 'okta',
  expiredToleranceSeconds: 10,
  lifetimeSecondsMax: 3610,
  lifetimeSecondsSafe: 3540,
  aheadSecondsMax: 10,
  jti: 'optional',
  jtiBytesMax: 256,
  algorithms: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'],
  audience: 'configured',
  audienceList: 'one',
}

/** FAPI 2.0 Security Profile §5.3.2, §5.4: the issuer as the one audience, five minutes, `jti` required, one answer for every failure. */
export const fapi2: Profile = {
  name: 'fapi2',
  refusals: 'one',
  expiredToleranceSeconds: 10,
  lifetimeSecondsMax: 310,
  lifetimeSecondsSafe: 300,
  aheadSecondsMax: 10,
  jti: 'required',
  jtiBytesMax: 256,
  algorithms: ['PS256', 'ES256', 'EdDSA'],
  audience: 'issuer',
  audienceList: 'refused',
}
