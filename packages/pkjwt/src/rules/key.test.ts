import { beforeAll, describe, expect, it } from 'vitest'
import type { PublicKey } from '../keys/key.js'
import { generateKey } from '../keys/privateKey.js'
import { chooseKey, type KeyFacts } from './key.js'
import { checkRules, type Finding } from './rule.js'
import { keyRules } from './rulebook.js'

let one: PublicKey
let two: PublicKey
let rsa: PublicKey
const unnamed = () => ({ ...one, kid: undefined })
const inactive = () => ({ ...one, status: 'INACTIVE' as const })

beforeAll(async () => {
  const bare = async (alg: 'ES256' | 'RS256', kid: string) => ({ ...(await generateKey({ alg, kid })).publicKey, alg: undefined })
  ;[one, two, rsa] = await Promise.all([bare('ES256', 'one'), bare('ES256', 'two'), bare('RS256', 'one')])
})

/** As the examination does it: the header chooses the key. */
function examine(header: Readonly<Record<string, unknown>>, facts: Partial<KeyFacts> = {}): Finding[] {
  const { keys = [one] } = facts
  return checkRules({ header: { alg: 'ES256', ...header }, keys, key: chooseKey(header, keys), ...facts }, keyRules)
}

const idsOf = (header: Readonly<Record<string, unknown>>, facts?: Partial<KeyFacts>) => examine(header, facts).map(({ id }) => id)

describe('chooseKey()', () => {
  it('takes the key that "kid" names, active or not', () => {
    expect(chooseKey({ kid: 'two' }, [one, two])).toBe(two)
    expect(chooseKey({ kid: 'one' }, [inactive(), two])?.status).toBe('INACTIVE')
  })

  it.each([['three'], ['ONE'], [''], [1], [null]])('takes none when "kid" is %j', (kid) => {
    expect(chooseKey({ kid }, [one, two])).toBeUndefined()
  })

  it('takes the only active key when there is no "kid"', () => {
    expect(chooseKey({}, [one])).toBe(one)
    expect(chooseKey({}, [inactive(), two])).toBe(two)
    expect(chooseKey({}, [one, two])).toBeUndefined()
    expect(chooseKey({}, [inactive()])).toBeUndefined()
    expect(chooseKey({}, [])).toBeUndefined()
  })
})

describe('the keys of the app', () => {
  it('hold the key that is named', () => {
    expect(examine({ kid: 'one' })).toEqual([])
  })

  it('are none', () => {
    expect(idsOf({ kid: 'one' }, { keys: [] })).toEqual(['keys-missing'])
    expect(idsOf({}, { keys: [] })).toEqual(['keys-missing'])
  })

  it.each(['unavailable', 'empty', 'ambiguous'] as const)('could not be had from their URL: %s', (fault) => {
    expect(examine({ kid: 'one' }, { keys: [], fault: { fault, detail: 'what happened' } })).toMatchObject([
      { id: `keys-${fault}`, severity: 'error', member: 'jwks_uri', found: 'what happened' },
    ])
  })

  it('do not hold the one that is named', () => {
    const [finding] = examine({ kid: 'three' }, { keys: [one, two] })
    expect(finding).toMatchObject({
      id: 'kid-unknown',
      found: '"three"',
      expected: '"one", "two"',
      fix: 'Use the "kid" of the registered key, or register this key',
    })
    expect(finding).not.toHaveProperty('patch')
  })

  it('do not hold the one that is named, and one of them signed', () => {
    expect(examine({ kid: 'three' }, { keys: [one, two], signedBy: two })[0]).toMatchObject({
      fix: 'Put "kid": "two" into the header: that key signed',
      patch: { header: { kid: 'two' } },
    })
    expect(examine({ kid: 'three' }, { keys: [one], signedBy: unnamed() })[0]).not.toHaveProperty('patch')
  })
})

describe('a header without "kid"', () => {
  it('works with one active key, and is warned about with the name to use', () => {
    expect(examine({}, { keys: [one, { ...two, status: 'INACTIVE' }] })).toMatchObject([
      {
        id: 'kid-absent',
        severity: 'warning',
        expected: '"one"',
        fix: 'Put "kid": "one" into the header',
        patch: { header: { kid: 'one' } },
      },
    ])
  })

  it('is warned about when the key has no name either, and then it needs one', () => {
    const [finding] = examine({}, { keys: [unnamed()] })
    expect(finding).toMatchObject({
      id: 'kid-absent',
      expected: 'a "kid"',
      fix: 'Give the key a "kid", here and where it is registered',
    })
    expect(finding).not.toHaveProperty('patch')
  })

  it('is refused with two active keys', () => {
    expect(examine({}, { keys: [one, two] })).toMatchObject([
      {
        id: 'kid-missing',
        severity: 'error',
        expected: '"one", "two"',
        message: 'The header has no "kid", and the app has 2 active keys: nobody knows which one to use',
        fix: 'Put the "kid" of the signing key into the header',
      },
    ])
  })

  it('is refused with no active key', () => {
    expect(examine({}, { keys: [inactive()] })).toMatchObject([
      {
        id: 'kid-missing',
        expected: 'an active key',
        message: 'The header has no "kid", and none of the registered keys is active',
      },
    ])
  })

  it('is no warning where the profile refuses it anyway', () => {
    expect(idsOf({}, { limits: { headerRequired: ['kid'] } })).toEqual([])
    expect(idsOf({}, { limits: { headerRequired: ['typ'] } })).toEqual(['kid-absent'])
    expect(idsOf({}, { limits: {} })).toEqual(['kid-absent'])
  })

  it('is mended with the key that signed, when that is known', () => {
    expect(examine({}, { keys: [one, two], signedBy: two })[0]).toMatchObject({ patch: { header: { kid: 'two' } } })
  })
})

describe('the key that is chosen', () => {
  it('must be active', () => {
    expect(examine({ kid: 'one' }, { keys: [inactive()] })).toMatchObject([
      { id: 'key-inactive', found: '"one", inactive', expected: 'an active key' },
    ])
  })

  it.each([
    ['enc', 'The registered key is for encryption, not for signatures'],
    ['other', 'The registered key is for "other", not for signatures'],
  ])('must be for signatures, not for %s', (use, message) => {
    expect(examine({ kid: 'one' }, { keys: [{ ...one, use }] })).toMatchObject([
      { id: 'key-use', found: JSON.stringify(use), message },
    ])
    expect(idsOf({ kid: 'one' }, { keys: [{ ...one, use: 'sig' }] })).toEqual([])
  })

  it('must be one that may verify', () => {
    expect(examine({ kid: 'one' }, { keys: [{ ...one, keyOps: ['sign'] }] })).toMatchObject([
      { id: 'key-ops', found: '["sign"]', expected: 'verify' },
    ])
    expect(idsOf({ kid: 'one' }, { keys: [{ ...one, keyOps: [] }] })).toEqual(['key-ops'])
    expect(idsOf({ kid: 'one' }, { keys: [{ ...one, keyOps: ['sign', 'verify'] }] })).toEqual([])
  })

  it('must be of the type and curve of the algorithm', () => {
    expect(examine({ kid: 'one', alg: 'ES384' })).toMatchObject([
      { id: 'key-alg', found: 'ES384', expected: 'ES256', message: 'A key on P-256 cannot verify ES384', fix: 'Sign with ES256' },
    ])
    expect(examine({ kid: 'one', alg: 'ES256' }, { keys: [rsa] })).toMatchObject([
      {
        id: 'key-alg',
        expected: 'RS256, RS384, RS512, PS256, PS384, PS512',
        message: 'A RSA key cannot verify ES256',
        fix: 'Sign with RS256 or RS384 or RS512 or PS256 or PS384 or PS512',
      },
    ])
    expect(idsOf({ kid: 'one', alg: 'PS512' }, { keys: [rsa] })).toEqual([])
  })

  it('must be of the algorithm that it declares', () => {
    const keys = [{ ...rsa, alg: 'RS256' }]
    expect(examine({ kid: 'one', alg: 'RS384' }, { keys })).toMatchObject([
      { id: 'key-alg', expected: 'RS256', message: 'The registered key is for "RS256" only', fix: 'Sign with RS256' },
    ])
    expect(idsOf({ kid: 'one', alg: 'RS256' }, { keys })).toEqual([])
  })

  it('can verify nothing when it declares what its type cannot do', () => {
    expect(examine({ kid: 'one' }, { keys: [{ ...one, alg: 'ES384' }] })).toMatchObject([
      { id: 'key-alg', expected: 'another key', fix: 'Sign with another key' },
    ])
  })

  it('is not compared with an algorithm that does not exist, which is refused before', () => {
    expect(idsOf({ kid: 'one', alg: 'none' })).toEqual([])
  })
})
