import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeBase64url, encodeBase64urlText } from '../encoding/base64url.js'
import { PkjwtError } from '../errors.js'
import { parseJws, parseJwt, readDraftJwt, signingInputOf, tokenCharactersMax, wellFormed } from './parse.js'

const encoded = (value: unknown) => encodeBase64urlText(typeof value === 'string' ? value : JSON.stringify(value))
const token = (header: unknown, claims: unknown, signature = 'AAAA') => `${encoded(header)}.${encoded(claims)}.${signature}`

describe('parseJwt()', () => {
  it('gives header, claims and signature as they were written', () => {
    fc.assert(
      fc.property(jsonObject(), jsonObject(), fc.uint8Array({ maxLength: 600 }), (header, claims, signature) => {
        const text = token(header, claims, encodeBase64url(signature))
        const jwt = parseJwt(text)
        expect([jwt.header, jwt.claims, [...jwt.signature]]).toEqual([header, claims, [...signature]])
      }),
    )
  })

  it('takes a token of the greatest length, and none that is longer by one', () => {
    const longest = token({ alg: 'ES256' }, {}, '').padEnd(tokenCharactersMax, 'A')
    expect(parseJwt(longest).text).toHaveLength(tokenCharactersMax)
    expect(() => parseJwt(`${longest}A`)).toThrow(expect.objectContaining({ code: 'token_malformed' }))
  })

  it.each([
    ['', 'it is empty'],
    ['abc', 'it has 1 part,'],
    ['a.b', 'it has 2 parts,'],
    ['a.b.c.d', 'it has 4 parts,'],
    ['a.b.c.d.e', 'encrypted (JWE)'],
    ['a.b.c.d.e.f', 'more than five parts'],
    ['{"payload":""}', 'it is JSON'],
    [' {"payload":""}', 'it is JSON'],
    [' \n', 'it is empty'],
    ['..', 'the header of a token'],
    [token('null', {}), 'it is null, not a JSON object'],
    [token('[]', {}), 'it is an array, not a JSON object'],
    [token('"x"', {}), 'it is a string, not a JSON object'],
    [token({}, '7'), 'the payload of a token: it is a number'],
    [token({}, '{"a":1,"a":2}'), 'the payload of a token'],
    [token({}, {}, 'A'), 'the signature of a token'],
    [token({}, {}, 'AA=='), 'padded'],
    [token({}, {}, 'AB'), 'unused bits'],
    [token({}, {}, 'A+AA'), 'plain base64'],
    [token({}, {}).replace('.', ' .'), 'white space'],
  ])('refuses %j: %s', (text, reason) => {
    expect(() => parseJwt(text)).toThrow(
      expect.objectContaining({ code: 'token_malformed', message: expect.stringContaining(reason) }),
    )
  })

  it('says which part it is, why, and what is wanted', () => {
    const told = (text: string) => {
      try {
        return parseJwt(text)
      } catch (error) {
        return error
      }
    }
    const hint = 'Give the compact form: three base64url parts with a dot between them'
    expect(told('a.b')).toMatchObject({
      message: 'Cannot read a token: it has 2 parts, and a signed token has three',
      hint,
    })
    expect(told(token({}, '[]'))).toMatchObject({
      message: 'Cannot read the payload of a token: it is an array, not a JSON object',
      hint,
    })
    expect(told(token({}, {}, '='))).toMatchObject({
      message: expect.stringMatching(/^Cannot read the signature of a token: [^:]+$/),
      hint,
      cause: { code: 'base64url_invalid' },
    })
    expect(told(token('{', {}))).toMatchObject({
      message: expect.stringMatching(/^Cannot read the header of a token: \S/),
      cause: { code: 'json_invalid' },
    })
  })

  it('never throws anything but its own error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), mutatedToken()), (text) => {
        try {
          parseJwt(text)
        } catch (error) {
          expect(error).toBeInstanceOf(PkjwtError)
        }
      }),
    )
  })
})

describe('readDraftJwt()', () => {
  it('reads what can be read beside a fault', () => {
    const draft = readDraftJwt(token({ alg: 'ES256' }, '[]', '='))
    expect(draft.header).toEqual({ alg: 'ES256' })
    expect(draft.faults.map(({ part, kind }) => [part, kind])).toEqual([
      ['payload', 'json'],
      ['signature', 'encoding'],
    ])
  })

  it('has no fault with an empty signature, which is for a rule to refuse', () => {
    expect(readDraftJwt(token({}, {}, '')).faults).toEqual([])
  })

  it('refuses ten megabytes without reading them', () => {
    const text = 'a.'.repeat(5_000_000)
    expect(readDraftJwt(text).faults[0]?.kind).toBe('size')
    expect(leastMilliseconds(() => readDraftJwt(text))).toBeLessThan(50)
  })
})

describe('parseJws()', () => {
  it('gives header, payload and signature as they were written', () => {
    const jws = parseJws(token({ alg: 'ES256' }, 'x', 'AAEC'))
    expect([jws.header, [...jws.payload], [...jws.signature]]).toEqual([{ alg: 'ES256' }, [0x78], [0, 1, 2]])
  })

  it.each([
    ['a.b', 'Cannot read a token: it has 2 parts'],
    [token('[]', 'x'), 'Cannot read the header of a token'],
    ['e30.=.AA', 'Cannot read the payload of a token'],
    ['e30.AA.=', 'Cannot read the signature of a token'],
    ['=.=.=', 'Cannot read the header of a token'],
  ])('refuses %j', (text, message) => {
    expect(() => parseJws(text)).toThrow(
      expect.objectContaining({ code: 'token_malformed', message: expect.stringContaining(message) }),
    )
  })

  it('takes any payload', () => {
    expect([...parseJws(token({}, 'not JSON')).payload]).toEqual([...Buffer.from('not JSON')])
  })
})

describe('wellFormed()', () => {
  const draft = readDraftJwt(token({ alg: 'ES256' }, { iss: '0oa1' }))

  it('gives the parts of a draft that has them all', () => {
    const { text, header, claims, signature } = draft
    expect(wellFormed(draft)).toEqual({ text, header, claims, signature })
  })

  it('refuses a draft with a fault, whatever else is there', () => {
    const faults = [{ part: 'payload', kind: 'json', detail: 'it is odd' }] as const
    expect(() => wellFormed({ ...draft, faults })).toThrow('Cannot read the payload of a token: it is odd')
  })

  it.each(['header', 'claims', 'signature'])('refuses a draft without its %s', (part) => {
    expect(() => wellFormed({ ...draft, [part]: undefined })).toThrow('Cannot read a token: a part is missing')
  })
})

describe('signingInputOf()', () => {
  it('is everything before the last dot', () => {
    expect(signingInputOf('a.b.c')).toBe('a.b')
  })
})

/** The best of several times: the machine may be busy with something else in between. */
function leastMilliseconds(run: () => unknown): number {
  const times = Array.from({ length: 5 }, () => {
    const started = performance.now()
    run()
    return performance.now() - started
  })
  return Math.min(...times)
}

function jsonObject() {
  const name = fc.string({ unit: 'grapheme' }).filter((text) => text !== '__proto__')
  return fc
    .dictionary(name, fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), fc.constant(null)), { maxKeys: 8 })
    .map((value) => ({ ...value }))
}

function mutatedToken() {
  return fc.tuple(jsonObject(), fc.nat(200), fc.string({ maxLength: 3 })).map(([claims, at, change]) => {
    const text = token({ alg: 'ES256' }, claims)
    return `${text.slice(0, at)}${change}${text.slice(at + change.length)}`
  })
}
