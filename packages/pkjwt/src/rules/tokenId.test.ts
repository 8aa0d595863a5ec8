import { describe, expect, it } from 'vitest'
import { okta } from '../profiles/okta.js'
import { fapi2 } from '../profiles/rfc.js'
import { checkRules, type Profile } from './rule.js'
import { isUsableTokenId, jtiMissing, jtiSize, jtiType } from './tokenId.js'

const idsOf = (jti: unknown, limits: Profile = okta) =>
  checkRules({ header: {}, claims: { jti }, limits, now: 0, audiences: undefined }, [jtiMissing, jtiType, jtiSize]).map(
    ({ id }) => id,
  )

describe('"jti"', () => {
  it('may be absent at Okta, and not at a FAPI server', () => {
    expect(idsOf(undefined)).toEqual([])
    expect(idsOf(undefined, fapi2)).toEqual(['jti-missing'])
    expect(idsOf('a', fapi2)).toEqual([])
  })

  it.each(['a', ' ', '😀', 'a😀', '😀a', '\ufffd', '\u0000'])('takes %j', (jti) => {
    expect(idsOf(jti)).toEqual([])
    expect(isUsableTokenId(jti, 256)).toBe(true)
  })

  // Each lone surrogate would be stored as U+FFFD, so that two different assertions would be taken for one.
  it.each(['', 7, null, ['a'], '\ud83d', '\ude00', 'a\ud83d', '\ude00a', '\ud83da', '\ud83d\ud83d\ude00', '\ud83d\ude00\ude00'])(
    'does not take %j',
    (jti) => {
      expect(idsOf(jti)).toContain('jti-type')
      expect(isUsableTokenId(jti, 256)).toBe(false)
    },
  )

  it.each([
    ['a', 256],
    ['é', 128],
    ['€', 85],
    ['😀', 64],
  ])('takes as many %s as fit into 256 bytes, and not one more', (character, count) => {
    const rest = 'a'.repeat(256 - Buffer.byteLength(character.repeat(count)))
    const longest = `${rest}${character.repeat(count)}`
    expect(idsOf(longest)).toEqual([])
    expect(isUsableTokenId(longest, 256)).toBe(true)
    expect(idsOf(`${longest}a`)).toEqual(['jti-size'])
    expect(isUsableTokenId(`${longest}a`, 256)).toBe(false)
  })

  it('is told once when it is a list of long texts', () => {
    expect(idsOf(['j'.repeat(300)])).toEqual(['jti-type'])
  })

  it('is counted in bytes in the finding', () => {
    const limits = { ...okta, jtiBytesMax: 4 }
    expect(checkRules({ header: {}, claims: { jti: 'éé€' }, limits, now: 0, audiences: undefined }, [jtiSize])[0]).toMatchObject({
      found: '7 bytes',
      expected: 'at most 4 bytes',
      message: 'The claim "jti" has 7 bytes, and the limit is 4',
    })
  })
})
