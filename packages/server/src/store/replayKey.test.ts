import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hasLoneSurrogate, proofKey, replayKey } from './replayKey.js'

describe('replayKey()', () => {
  it('is the first half of SHA-256 over version, length, client id and jti', () => {
    const hashed = createHash('sha256')
      .update(Buffer.from([1, 0, 0, 0, 4]))
      .update('0oa1jti-1')
      .digest()
    expect(Buffer.from(replayKey('0oa1', 'jti-1'))).toEqual(hashed.subarray(0, 16))
  })

  it('counts the bytes of the client id, not its characters', () => {
    const hashed = createHash('sha256')
      .update(Buffer.from([1, 0, 0, 0, 2]))
      .update('éx')
      .digest()
    expect(Buffer.from(replayKey('é', 'x'))).toEqual(hashed.subarray(0, 16))
  })

  it('keeps ("a", "bc") and ("ab", "c") apart', () => {
    expect(replayKey('a', 'bc')).not.toEqual(replayKey('ab', 'c'))
  })

  it('keeps what Unicode calls equal apart', () => {
    expect(replayKey('a', '\u00e9')).not.toEqual(replayKey('a', 'e\u0301'))
  })

  it('takes a jti that is empty or holds U+0000, each by itself', () => {
    expect(replayKey('a', '')).not.toEqual(replayKey('a', '\0'))
  })

  it('refuses half a surrogate pair, and takes a whole one', () => {
    expect(() => replayKey('a', '\ud83d')).toThrow(expect.objectContaining({ code: 'token_malformed' }))
    expect(() => replayKey('\udc63', 'a')).toThrow(expect.objectContaining({ code: 'token_malformed' }))
    expect(replayKey('a', '\ud83d\udc63')).toHaveLength(16)
  })
})

describe('proofKey()', () => {
  it('never is the key of an assertion', () => {
    expect(proofKey('a', 'b')).not.toEqual(replayKey('a', 'b'))
  })
})

describe('hasLoneSurrogate()', () => {
  it('finds half a pair anywhere', () => {
    expect(['\ud83d', 'a\udc63', '\udc63\ud83d', '\ud83d\ud83d\udc63'].map(hasLoneSurrogate)).toEqual([true, true, true, true])
    expect(['', 'a', '👣', '\ufffd'].map(hasLoneSurrogate)).toEqual([false, false, false, false])
  })
})
