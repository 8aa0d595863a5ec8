import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { PkjwtError } from '../errors.js'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

async function load(platform: 'node' | 'browser'): Promise<typeof import('./base64url.js')> {
  vi.resetModules()
  if (platform === 'browser') vi.stubGlobal('Buffer', undefined)
  return import('./base64url.js')
}

const platforms = ['node', 'browser'] as const

describe.each(platforms)('base64url on %s', (platform) => {
  it('writes the octets of RFC 7515 appendix C without padding', async () => {
    const { encodeBase64url } = await load(platform)
    expect(encodeBase64url(Uint8Array.of(3, 236, 255, 224, 193))).toBe('A-z_4ME')
  })

  it('writes text as its UTF-8 bytes', async () => {
    const { encodeBase64urlText } = await load(platform)
    expect(encodeBase64urlText('{"é":"€😀"}')).toBe('eyLDqSI6IuKCrPCfmIAifQ')
  })

  it.each([
    ['', []],
    ['AA', [0]],
    ['_w', [255]],
    ['AAA', [0, 0]],
    ['A-z_4ME', [3, 236, 255, 224, 193]],
  ])('reads %j', async (text, bytes) => {
    const { decodeBase64url } = await load(platform)
    expect(Array.from(decodeBase64url(text))).toEqual(bytes)
  })

  it.each([
    ['AA==', 'padded'],
    ['AAA=', 'padded'],
    [' AA', 'white space'],
    ['AA\n', 'white space'],
    ['A\tA', 'white space'],
    ['A+z/4ME', 'plain base64'],
    ['A', 'no whole number'],
    ['AAAAA', 'no whole number'],
    ['AB', 'unused bits'],
    ['_x', 'unused bits'],
    ['AAB', 'unused bits'],
    ['A?', 'position 1'],
    ['AA.AA', 'position 2'],
    ['A\u00e9', 'position 1'],
    ['\u0141\u0141', 'position 0'],
    ['AA\0', 'position 2'],
  ])('refuses %j and says why', async (text, why) => {
    const { decodeBase64url } = await load(platform)
    expect(() => decodeBase64url(text)).toThrow(
      expect.objectContaining({ code: 'base64url_invalid', message: expect.stringContaining(why) }),
    )
  })

  it('gives back what was written, for any bytes', async () => {
    const { decodeBase64url, encodeBase64url, encodeBase64, findBase64 } = await load(platform)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(Array.from(decodeBase64url(encodeBase64url(bytes)))).toEqual(Array.from(bytes))
        expect(Array.from(findBase64(encodeBase64(bytes)) ?? [])).toEqual(Array.from(bytes))
      }),
    )
  })

  it('reads no text but the one that it writes', async () => {
    const { decodeBase64url, encodeBase64url } = await load(platform)
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'AQgw_-+/= \nB'), maxLength: 9 }), (text) => {
        try {
          expect(encodeBase64url(decodeBase64url(text))).toBe(text)
        } catch (error) {
          expect((error as PkjwtError).code).toBe('base64url_invalid')
        }
      }),
    )
  })

  it.each(['AA', 'AA=', 'AB==', 'A-==', 'AA==\n', 'A', '====', 'AA==AA=='])('finds no base64 in %j', async (text) => {
    const { findBase64 } = await load(platform)
    expect(findBase64(text)).toBeUndefined()
  })
})

it('both platforms take and refuse the same', async () => {
  const node = (await load('node')).findBase64
  const browser = (await load('browser')).findBase64
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'AQgw+/= -_\n'), maxLength: 9 }), (text) => {
      expect(browser(text) === undefined).toBe(node(text) === undefined)
    }),
  )
})

it('an error quotes nothing of the text', async () => {
  const { decodeBase64url } = await load('node')
  const secret = 'c2VjcmV0LXNlY3JldA=='
  const { message, hint } = catchError(() => decodeBase64url(secret))
  expect(`${message} ${hint}`).not.toContain('c2Vjc')
})

function catchError(run: () => unknown): PkjwtError {
  try {
    run()
  } catch (error) {
    return error as PkjwtError
  }
  throw new Error('nothing was thrown')
}
