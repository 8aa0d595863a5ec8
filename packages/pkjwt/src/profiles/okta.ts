import type { Profile } from '../rules/rule.js'

/**
 * What Okta's organisation and custom authorization servers ask for.
 * Source: Okta's guide "Implement OAuth for Okta with a service app", its table of claims, and the issues named in `docs/rules.md`.
 */
export const okta: Profile = {
  name: 'okta',
  refusals: 'okta',
  expiredToleranceSeconds: 0,
  lifetimeSecondsMax: 3600,
  lifetimeSecondsSafe: 3540,
  aheadSecondsMax: 10,
  jti: 'optional',
  jtiBytesMax: 256,
  algorithms: ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'],
  audience: 'endpoint',
  audienceList: 'one-with-warning',
}
