import { describe, expect, it } from 'vitest'
import { createLimits, expandIpv6, networkOf } from './limits.js'

describe('networkOf()', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['0:0:0:0:0:ffff:cb00:7107', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('counts %s as %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})

describe('expandIpv6()', () => {
  it.each(['1:2:3', '1::2::3', '12345::', 'x::', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7::8:9'])('refuses %s', (text) => {
    expect(expandIpv6(text)).toBeUndefined()
  })
})

describe('createLimits()', () => {
  const start = 1_770_091_506_000
  const limited = (perMinute: number) => {
    let now = start
    const limits = createLimits(perMinute, () => new Date(now))
    return { limits, forward: (seconds: number) => (now += seconds * 1000) }
  }

  it('counts down and is exceeded by the one too many', () => {
    const { limits } = limited(2)
    const states = [1, 2, 3].map(() => limits.address('203.0.113.7', 'token'))
    expect(states.map((state) => state?.remaining)).toEqual([1, 0, 0])
    expect(states.map((state) => state?.isExceeded)).toEqual([false, false, true])
    expect(states[0]).toMatchObject({ limit: 2, reset: start / 1000 + 60 })
  })

  it('begins anew after a minute', () => {
    const { limits, forward } = limited(1)
    limits.address('203.0.113.7', 'token')
    forward(59)
    expect(limits.address('203.0.113.7', 'token')?.isExceeded).toBe(true)
    forward(1)
    expect(limits.address('203.0.113.7', 'token')?.isExceeded).toBe(false)
  })

  it('begins anew when the clock goes back', () => {
    const { limits, forward } = limited(1)
    limits.address('203.0.113.7', 'token')
    forward(-3600)
    expect(limits.address('203.0.113.7', 'token')?.isExceeded).toBe(false)
  })

  it('does not let a line escape by changing addresses within its /64', () => {
    const { limits } = limited(2)
    const states = [1, 2, 3].map((host) => limits.address(`2001:db8:1:2::${host}`, 'token'))
    expect(states.at(-1)?.isExceeded).toBe(true)
    expect(limits.address('2001:db8:1:3::1', 'token')?.isExceeded).toBe(false)
  })

  it('counts clients and endpoints apart', () => {
    const { limits } = limited(1)
    limits.client('0oaOne', 'token')
    expect(limits.client('0oaTwo', 'token')?.isExceeded).toBe(false)
    expect(limits.client('0oaOne', 'introspect')?.isExceeded).toBe(false)
    expect(limits.client('0oaOne', 'token')?.isExceeded).toBe(true)
  })

  it.each([0, -1, 1.5, Number.NaN])('refuses %s a minute', (perMinute) => {
    expect(() => createLimits(perMinute, () => new Date(start))).toThrow(expect.objectContaining({ code: 'option_invalid' }))
  })

  it('tells nothing when it is off', () => {
    const limits = createLimits('off', () => new Date(start))
    expect(limits.address('203.0.113.7', 'token')).toBeUndefined()
  })
})
