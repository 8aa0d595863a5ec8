import { describe, expect, it } from 'vitest'
import { type AppKey, readAppKey, safetyOf } from './keyAge.js'

const now = new Date('2026-06-15T12:00:00Z')
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000)

function keyOf(id: string, members: Partial<AppKey> = {}): AppKey {
  const created = hoursAgo(2000)
  return {
    id,
    kid: id,
    status: 'ACTIVE',
    isForSigning: true,
    created,
    changed: created,
    lastUsed: undefined,
    wire: {},
    ...members,
  }
}

const other = keyOf('other', { lastUsed: hoursAgo(1) })

describe('whether a key can go', () => {
  it.each<[string, Partial<AppKey>, readonly AppKey[], object]>([
    ['yes, when it is inactive', { status: 'INACTIVE', lastUsed: hoursAgo(1) }, [], { is: 'safe', why: 'inactive' }],
    ['no, when it is the only active one', {}, [keyOf('old', { status: 'INACTIVE' })], { is: 'unsafe', why: 'only' }],
    ['no, when only an encryption key is beside it', {}, [keyOf('enc', { isForSigning: false })], { is: 'unsafe', why: 'only' }],
    ['no, when it was used within a day', { lastUsed: hoursAgo(23) }, [other], { is: 'unsafe', why: 'used' }],
    ['wait, when it was used a little more than a day ago', { lastUsed: hoursAgo(25) }, [other], { is: 'wait', why: 'quiet' }],
    [
      'yes, when it was not used for over a week and another one was',
      { lastUsed: hoursAgo(200) },
      [other],
      { is: 'safe', why: 'replaced' },
    ],
    [
      'wait, when it was not used for over a week and no other one was since',
      { lastUsed: hoursAgo(200) },
      [keyOf('idle')],
      { is: 'wait', why: 'quiet' },
    ],
    ['yes, when nobody ever used it', {}, [other], { is: 'safe', why: 'unused' }],
    ['wait, when nobody used it yet', { created: hoursAgo(23) }, [other], { is: 'wait', why: 'new' }],
    ['nothing is said of an encryption key', { isForSigning: false }, [other], { is: 'unknown' }],
  ])('%s', (_, members, others, expected) => {
    const key = keyOf('key', members)
    expect(safetyOf(key, [key, ...others], now)).toEqual(expected)
  })
})

it('a key is read as the server tells it, whatever is missing', () => {
  const wire = { id: 'pks1', kid: null, created: '2026-06-15T11:00:00.000Z', lastUsed: null, use: 'enc', status: 'INACTIVE' }
  expect(readAppKey({ id: 'pks1', kid: undefined, status: 'INACTIVE', wire })).toMatchObject({
    isForSigning: false,
    created: hoursAgo(1),
    changed: undefined,
    lastUsed: undefined,
  })
})
