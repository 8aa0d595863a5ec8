import { accepted, type CaseOptions, type ConformanceCase, refused } from '../conformanceCase.js'

// The edges of limits are tested from some seconds away: between signing and checking time passes, and clocks tell whole seconds.
const edgeSeconds = 5

// RFC 7523 names no numbers and allows "a few minutes" of leeway: only a profile has edges.
const withNumbers: CaseOptions = { profiles: ['okta', 'fapi2'] }
const onlyRfc: CaseOptions = { profiles: ['rfc7523'] }
const adviceForRfc: CaseOptions = { adviceIn: ['rfc7523'] }
// RFC 7519 §2 allows a fraction.
const onlyOkta: CaseOptions = { profiles: ['okta'] }

/** Cases about the times in the claims. */
export const timeCases: readonly ConformanceCase[] = [
  refused('exp-missing', 'no "exp"', { claims: { exp: null } }),
  refused('exp-type', 'an "exp" in quotation marks', { claims: ({ now }) => ({ exp: String(now + 60) }) }),
  refused('exp-type', 'a fraction of a second', { claims: ({ now }) => ({ exp: now + 60.5 }) }, onlyOkta),
  refused('exp-type', 'an "exp" below zero', { claims: { exp: -1 } }),
  refused('exp-type', 'an "exp" that is true', { claims: { exp: true } }),
  refused('exp-type', 'an "exp" that is null', { payload: (json) => json.replace(/"exp":\d+/, '"exp":null') }),
  refused('exp-type', 'an "exp" in a list', { claims: ({ now }) => ({ exp: [now + 60] }) }),
  refused(
    'exp-type',
    'an "exp" beyond every number',
    { payload: (json) => json.replace(/"exp":\d+/, '"exp":1e400') },
    adviceForRfc,
  ),
  refused('exp-past', 'expired an hour ago', { claims: ({ now }) => ({ iat: now - 3660, exp: now - 3600 }) }),
  refused(
    'exp-past',
    'expired some seconds beyond the tolerance',
    { claims: ({ now, limits }) => ({ iat: null, exp: now - limits.expiredToleranceSeconds - edgeSeconds }) },
    withNumbers,
  ),
  accepted('exp-past', 'some seconds to live', { claims: ({ now }) => ({ exp: now + 2 * edgeSeconds }) }),
  refused('exp-far', 'a year ahead', { claims: ({ now }) => ({ exp: now + 31_536_000 }) }, adviceForRfc),
  refused('exp-far', 'in milliseconds', { claims: ({ now }) => ({ exp: (now + 60) * 1000 }) }, adviceForRfc),
  refused(
    'exp-far',
    'some seconds beyond the maximum',
    { claims: ({ now, limits }) => ({ exp: now + limits.lifetimeSecondsMax + edgeSeconds }) },
    withNumbers,
  ),
  accepted(
    'exp-far',
    'some seconds below the maximum',
    { claims: ({ now, limits }) => ({ exp: now + limits.lifetimeSecondsMax - 2 * edgeSeconds }) },
    withNumbers,
  ),
  refused('iat-type', 'an "iat" in quotation marks', { claims: ({ now }) => ({ iat: String(now) }) }),
  accepted('iat-type', 'no "iat"', { claims: { iat: null } }),
  refused('iat-future', 'issued 70 seconds ahead', { claims: ({ now }) => ({ iat: now + 70 }) }, withNumbers),
  accepted('iat-future', 'issued 8 seconds ahead', { claims: ({ now }) => ({ iat: now + 8 }) }, withNumbers),
  refused(
    'iat-future',
    'issued an hour ahead',
    { claims: ({ now }) => ({ iat: now + 3540, exp: now + 3600 }) },
    { ...onlyRfc, ...adviceForRfc },
  ),
  refused('iat-after-exp', 'issued after it expires', { claims: ({ now }) => ({ iat: now + 9, exp: now + 8 }) }, adviceForRfc),
  refused(
    'iat-past',
    'issued longer ago than the profile allows',
    { claims: ({ now, limits }) => ({ iat: now - (limits.ageSecondsMax ?? 0) - edgeSeconds }) },
    { isAsked: ({ ageSecondsMax }) => ageSecondsMax !== undefined },
  ),
  refused('nbf-type', 'an "nbf" in quotation marks', { claims: ({ now }) => ({ nbf: String(now - 5) }) }),
  accepted('nbf-type', 'an "nbf" in the past', { claims: ({ now }) => ({ nbf: now - 5 }) }),
  refused('nbf-future', 'valid in 70 seconds', { claims: ({ now }) => ({ nbf: now + 70 }) }, withNumbers),
  accepted('nbf-future', 'valid in 8 seconds', { claims: ({ now }) => ({ nbf: now + 8 }) }, withNumbers),
  refused('nbf-future', 'valid in an hour', { claims: ({ now }) => ({ nbf: now + 3540, exp: now + 3600 }) }, onlyRfc),
]
