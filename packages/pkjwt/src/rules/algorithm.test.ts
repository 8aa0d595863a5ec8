import { describe, expect, it } from 'vitest'
import { okta } from '../profiles/okta.js'
import { smart } from '../profiles/smart.js'
import { algProfile } from './algorithm.js'
import { checkRules, type Profile } from './rule.js'

const examine = (alg: unknown, limits: Profile = okta) =>
  checkRules({ header: { alg }, claims: {}, limits, now: 0, audiences: undefined }, [algProfile])

describe('the algorithm', () => {
  it('is one that the profile takes', () => {
    expect(examine('ES256')).toEqual([])
    expect(examine('ES384', smart)).toEqual([])
    expect(examine('ES256', smart)).toMatchObject([{ id: 'alg-profile', expected: 'RS384, ES384' }])
    expect(examine('PS256')).toMatchObject([
      {
        id: 'alg-profile',
        severity: 'error',
        member: 'alg',
        found: 'PS256',
        expected: 'RS256, RS384, RS512, ES256, ES384, ES512',
        message: 'The server does not take PS256',
        fix: 'Sign with RS256, RS384, RS512, ES256, ES384, ES512',
      },
    ])
  })

  it.each(['none', 'HS256', undefined, 7])('is not looked at when it is %j, which is refused before', (alg) => {
    expect(examine(alg)).toEqual([])
  })
})
