import { generateKey, type PublicJwk, type SigningKey } from 'pkjwt/keys'
import { beforeAll, describe, expect, it } from 'vitest'
import type { AppKey } from '../keys/keyAge.js'
import { findUnfinished, type RotationFacts, rotationStepOf } from './rotation.js'

let oldKey: SigningKey
let nextKey: SigningKey
let next: PublicJwk

beforeAll(async () => {
  ;[oldKey, nextKey] = await Promise.all([generateKey({ alg: 'ES256' }), generateKey({ alg: 'ES256' })])
  next = nextKey.publicKey.jwk
})

/** A key at the server, made in this minute. */
function atServer({ publicKey }: SigningKey, minute: number, status: AppKey['status'] = 'ACTIVE'): AppKey {
  const { thumbprint: id, jwk: wire } = publicKey
  const created = new Date(minute * 60_000)
  return { id, kid: id, status, isForSigning: true, created, changed: created, lastUsed: undefined, wire: { ...wire } }
}

describe('the step of a replacement', () => {
  const stepOf = (facts: Partial<RotationFacts>) =>
    rotationStepOf({ keys: [], oldId: oldKey.thumbprint, next: undefined, isTaken: false, isSwitched: false, ...facts })
  const both = () => [atServer(oldKey, 0), atServer(nextKey, 1)]

  it('follows from what the server says and what is held here', () => {
    expect(stepOf({ keys: [atServer(oldKey, 0)] })).toBe('make')
    expect(stepOf({ keys: [atServer(oldKey, 0)], next })).toBe('register')
    expect(stepOf({ keys: both(), next })).toBe('try')
    expect(stepOf({ keys: both(), next, isTaken: true })).toBe('switch')
    expect(stepOf({ keys: both(), next, isTaken: true, isSwitched: true })).toBe('deactivate')
    expect(stepOf({ keys: [atServer(oldKey, 0, 'INACTIVE'), atServer(nextKey, 1)] })).toBe('delete')
    expect(stepOf({ keys: [atServer(nextKey, 1)] })).toBe('done')
  })

  it('stays at the beginning when the old key is given as the next one', () => {
    expect(stepOf({ keys: [atServer(oldKey, 0)], next: oldKey.publicKey.jwk, isTaken: true, isSwitched: true })).toBe('make')
  })

  it('goes back when somebody else changed the keys meanwhile', () => {
    const isTaken = true
    expect(stepOf({ keys: [atServer(oldKey, 0)], next, isTaken, isSwitched: true })).toBe('register')
    expect(stepOf({ keys: [atServer(oldKey, 0), atServer(nextKey, 1, 'INACTIVE')], next, isTaken })).toBe('register')
  })
})

describe('a replacement that was not brought to its end', () => {
  it('is seen by a later key beside the old one', () => {
    expect(findUnfinished([atServer(nextKey, 1), atServer(oldKey, 0)])?.id).toBe(oldKey.thumbprint)
    expect(findUnfinished([atServer(nextKey, 1), atServer(oldKey, 0, 'INACTIVE')])?.status).toBe('INACTIVE')
  })

  it('is none when there is one key, or the later one is out of use', () => {
    expect(findUnfinished([atServer(oldKey, 0)])).toBeUndefined()
    expect(findUnfinished([atServer(nextKey, 1, 'INACTIVE'), atServer(oldKey, 0)])).toBeUndefined()
  })
})
