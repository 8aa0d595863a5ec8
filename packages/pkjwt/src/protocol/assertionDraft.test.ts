import { beforeAll, describe, expect, it } from 'vitest'
import type { SigningKey } from '../keys/key.js'
import { generateKey } from '../keys/privateKey.js'
import { okta } from '../profiles/okta.js'
import { type AssertionOptions, draftAssertion, examineDraft, headerOf, nowSeconds } from './assertionDraft.js'

const clientId = '0oa1'
const org = 'https://example.okta.com'
const endpoint = `${org}/oauth2/v1/token`
const now = new Date('2026-02-03T04:05:06.789Z')
const seconds = 1_770_091_506

let key: SigningKey
beforeAll(async () => {
  key = await generateKey({ alg: 'ES256', kid: 'one' })
})

const draft = (options: Partial<AssertionOptions> = {}) => draftAssertion({ key, clientId, org, now, ...options })

/** What draftAssertion() throws. */
function refusalOf(options: Partial<AssertionOptions>): unknown {
  try {
    return draft(options)
  } catch (error) {
    return error
  }
}

describe('draftAssertion()', () => {
  it('says at whom it is aimed, and has nothing to remark', () => {
    expect(draft()).toMatchObject({ audience: endpoint, notes: [], header: { alg: 'ES256', kid: 'one', typ: 'JWT' } })
    expect(draft({ org: undefined }).audience).toBeUndefined()
  })

  it('takes the audience before the organisation', () => {
    expect(draft({ audience: 'https://other.example/token' }).claims['aud']).toBe('https://other.example/token')
  })

  it('takes out what is null or undefined, and keeps what is empty', () => {
    const { claims } = draft({ claims: { sub: null, iat: undefined, extra: '', zero: 0, no: false } })
    expect(Object.keys(claims)).toEqual(['iss', 'aud', 'exp', 'jti', 'extra', 'zero', 'no'])
  })

  it.each([[undefined], ['']])('needs a client id, and %j is none', (wrong) => {
    expect(refusalOf({ clientId: wrong })).toMatchObject({
      code: 'option_invalid',
      message: 'Cannot create an assertion: there is no client id',
      hint: 'Give { clientId }',
    })
    expect(refusalOf({ clientId: wrong, payload: {} })).toHaveProperty('claims')
  })

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '300' as never])(
    'needs a lifetime of whole seconds, and %j is none',
    (lifetimeSeconds) => {
      expect(refusalOf({ lifetimeSeconds })).toMatchObject({
        code: 'option_invalid',
        message: `Cannot create an assertion: a lifetime of ${lifetimeSeconds} is not a number of seconds`,
        hint: 'Give whole seconds above zero, such as 300',
      })
    },
  )

  it('has a "nbf" a little in the past where the profile wants one, and none otherwise', () => {
    expect(draft({ profile: { ...okta, nbf: 'sent' } }).claims['nbf']).toBe(seconds - 5)
    expect(draft().claims).not.toHaveProperty('nbf')
  })

  it('takes a lifetime of one second', () => {
    expect(draft({ lifetimeSeconds: 1 }).claims['exp']).toBe(seconds + 1)
  })
})

describe('the lifetime of a draft', () => {
  it('is five minutes, or less where the profile wants less', () => {
    expect(draft().claims['exp']).toBe(seconds + 300)
    expect(draft({ profile: 'smart' }).claims['exp']).toBe(seconds + 240)
    const payload = { iss: 'a', sub: 'a', aud: endpoint }
    expect(draft({ profile: 'smart', payload }).claims['exp']).toBe(seconds + 240)
  })
})

describe('draftAssertion() with a payload', () => {
  const payload = { iss: 'a', sub: 'a', aud: endpoint }
  const mended = (exp: unknown, lifetimeSeconds = 300) =>
    draftAssertion({ key, payload: exp === undefined ? payload : { ...payload, exp }, now, lifetimeSeconds })

  it('leaves it as it is when its exp is a number, or no text that could be one', () => {
    for (const exp of [seconds + 9, true, 'soon', '1'.repeat(13), '12s', 's12', '']) {
      expect(mended(exp)).toMatchObject({ claims: { ...payload, exp }, notes: [] })
    }
  })

  it('adds an exp, and says so', () => {
    expect(mended(undefined, 60)).toMatchObject({
      claims: { ...payload, exp: seconds + 60 },
      notes: [`"exp" was missing: it is ${seconds + 60} now`],
    })
  })

  it('takes the quotes off an exp that lies ahead, and says so', () => {
    expect(mended(` ${seconds + 1} `)).toMatchObject({
      claims: { exp: seconds + 1 },
      notes: [`"exp" was quoted: it is the number ${seconds + 1} now`],
    })
  })

  it('renews a quoted exp that is past or present, and says so', () => {
    for (const exp of [String(seconds), '1614664267', '1'.repeat(9)]) {
      expect(mended(exp)).toMatchObject({
        claims: { exp: seconds + 300 },
        notes: [`"exp" was quoted and past: it is the number ${seconds + 300} now`],
      })
    }
  })

  it('keeps its jti, or loses it, or gets another one', () => {
    const given = { ...payload, jti: 'given' }
    expect(draftAssertion({ key, payload: given, now }).claims['jti']).toBe('given')
    expect(draftAssertion({ key, payload: given, now, jti: false }).claims).not.toHaveProperty('jti')
    expect(draftAssertion({ key, payload: given, now, jti: 'mine' }).claims['jti']).toBe('mine')
  })

  it('keeps whom it names, unless the options name others', () => {
    expect(draftAssertion({ key, payload, now }).claims).toMatchObject({ iss: 'a', sub: 'a', aud: endpoint })
    expect(draftAssertion({ key, payload, now, clientId: 'b', audience: 'c' }).claims).toMatchObject({
      iss: 'b',
      sub: 'b',
      aud: 'c',
    })
  })

  it('gets the claims of the options last', () => {
    expect(draftAssertion({ key, payload, now, claims: { sub: 'z', iss: null } }).claims).not.toHaveProperty('iss')
    expect(draftAssertion({ key, payload, now, clientId: 'b', claims: { sub: 'z' } }).claims['sub']).toBe('z')
  })
})

describe('examineDraft()', () => {
  const idsOf = (options: Partial<AssertionOptions>) => {
    const given = { key, clientId, org, now, ...options }
    return examineDraft(draftAssertion(given), given).map(({ id }) => id)
  }

  it('finds nothing in what draftAssertion() makes by itself', () => {
    expect(idsOf({})).toEqual([])
  })

  it('expects the client id that was given', () => {
    expect(idsOf({ claims: { iss: 'x', sub: 'x' } })).toEqual(['iss-unknown'])
  })

  it('compares the audience with the one that was given, and with nothing else', () => {
    expect(idsOf({ claims: { aud: 'https://other.example' } })).toEqual(['aud-mismatch'])
    expect(idsOf({ org: undefined, claims: { aud: 'https://other.example' } })).toEqual([])
  })

  it('judges by the profile, and by the present time of the options', () => {
    expect(idsOf({ lifetimeSeconds: 3605 })).toEqual(['exp-far'])
    expect(idsOf({ lifetimeSeconds: 3605, profile: 'rfc7523' })).toEqual(['exp-near-limit'])
    expect(idsOf({ lifetimeSeconds: 3541 })).toEqual(['exp-near-limit'])
  })

  it('takes any name for the key, and warns when there is none', () => {
    expect(idsOf({ header: { kid: 'as the server knows it' } })).toEqual([])
    expect(idsOf({ header: { kid: null } })).toEqual(['kid-absent'])
  })

  it('compares the algorithm of the header with the key', () => {
    expect(idsOf({ header: { alg: 'RS256' } })).toEqual(['key-alg'])
    expect(idsOf({ header: { alg: 'PS256' } })).toEqual(['alg-profile', 'key-alg'])
  })
})

it('headerOf() names the key only when it has a name', () => {
  expect(headerOf(key)).toEqual({ alg: 'ES256', kid: 'one', typ: 'JWT' })
  expect(headerOf({ ...key, kid: undefined })).toStrictEqual({ alg: 'ES256', typ: 'JWT' })
})

it('nowSeconds() are whole, and the present ones unless another time is given', () => {
  expect(nowSeconds(now)).toBe(seconds)
  expect(Math.abs(nowSeconds(undefined) - Date.now() / 1000)).toBeLessThan(2)
})
