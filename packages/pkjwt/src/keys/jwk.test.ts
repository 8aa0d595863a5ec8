import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { curves } from '../containers/curves.js'
import { decodeBase64url, encodeBase64url } from '../encoding/base64url.js'
import { bigintToBytes, bytesToBigint, inverse, power } from '../encoding/bigint.js'
import type { KeyError } from '../errors.js'
import { generateKeyPairSync } from '../nodeKeys.testing.js'
import { checkJwk, thumbprintOf, withPrimes } from './jwk.js'
import { completeRsa } from './rsa.js'
import { findPrimes } from './rsaPrimes.js'

type Jwk = Record<string, string>

const jwkOf = ({ privateKey }: ReturnType<typeof generateKeyPairSync>) => privateKey.export({ format: 'jwk' }) as Jwk
const rsa = jwkOf(generateKeyPairSync('rsa', { modulusLength: 2048 }) as never)
const ec = jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }) as never)
const ed = jwkOf(generateKeyPairSync('ed25519') as never)

const number = (member: string | undefined) => bytesToBigint(decodeBase64url(member ?? ''))
const text = (value: bigint, length?: number) => encodeBase64url(bigintToBytes(value, length))
const without = (jwk: Jwk, ...names: string[]): Jwk =>
  Object.fromEntries(Object.entries(jwk).filter(([name]) => !names.includes(name)))
const publicOf = (jwk: Jwk) => without(jwk, 'd', 'p', 'q', 'dp', 'dq', 'qi')

async function refusal(jwk: object): Promise<string> {
  try {
    checkJwk(await withPrimes({ ...jwk }))
  } catch (error) {
    const { code, message, hint } = error as KeyError
    expect(hint).toMatch(/\w/)
    return `${code}: ${message}`
  }
  return 'accepted'
}

describe('checkJwk() takes', () => {
  it.each([
    ['an RSA key', rsa, 2048],
    ['an EC key', ec, 256],
    ['an Ed25519 key', ed, 256],
  ])('%s, and its public half', (_, jwk, bits) => {
    expect(checkJwk(jwk)).toMatchObject({ bits, publicJwk: publicOf(jwk), privateJwk: jwk })
    expect(checkJwk(publicOf(jwk))).toEqual({ bits, publicJwk: publicOf(jwk), privateJwk: undefined })
  })

  it('members that say what a key is for, and leaves out all others', () => {
    const named = { kid: 'a', alg: 'whatever', use: 'sig', key_ops: ['sign'], status: 'INACTIVE' }
    const { publicJwk } = checkJwk({ ...publicOf(ec), ...named, x5c: ['AA'], created: 1 })
    expect(publicJwk).toEqual({ ...publicOf(ec), ...named })
  })

  it('a kid of 1024 characters and 16 operations', async () => {
    expect(await refusal({ ...ec, kid: 'a'.repeat(1024), key_ops: Array.from({ length: 16 }, (_, at) => String(at)) })).toBe(
      'accepted',
    )
  })

  it('an RSA modulus of 2048 bits, and none of 2047', async () => {
    expect(await refusal({ ...publicOf(rsa), n: text(number(rsa['n']) | (2n ** 2047n)) })).toBe('accepted')
    expect(await refusal({ ...publicOf(rsa), n: text((number(rsa['n']) % 2n ** 2047n) | (2n ** 2046n)) })).toMatch(
      /^key_too_small: .*2047 bits/,
    )
  })

  it('an RSA modulus of 16384 bits, and none of 16385', async () => {
    expect(await refusal({ kty: 'RSA', e: 'AQAB', n: text(2n ** 16384n - 159n) })).toBe('accepted')
    expect(await refusal({ kty: 'RSA', e: 'AQAB', n: text(2n ** 16384n + 159n) })).toMatch(/^key_unsupported: .*16385 bits/)
  })

  it.each<[bigint, string]>([
    [3n, 'accepted'],
    [65537n, 'accepted'],
    [2n ** 64n - 1n, 'accepted'],
    [1n, 'key_inconsistent: Cannot use the RSA key: its exponent "e" has to be odd and at least 3'],
    [2n, 'key_inconsistent: Cannot use the RSA key: its exponent "e" has to be odd and at least 3'],
    [65536n, 'key_inconsistent: Cannot use the RSA key: its exponent "e" has to be odd and at least 3'],
    [2n ** 64n + 1n, 'key_unsupported: Cannot use the RSA key: its exponent "e" has more than 64 bits'],
  ])('or refuses the exponent %i', async (e, expected) => {
    expect(await refusal({ ...publicOf(rsa), e: text(e) })).toBe(expected)
  })

  it('an EC scalar below the order of the group, and above zero', async () => {
    const { n } = curves['P-256']
    for (const d of [1n, n - 1n]) expect(await refusal({ ...ec, d: text(d, 32) })).toBe('accepted')
    for (const d of [0n, n, n + 1n])
      expect(await refusal({ ...ec, d: text(d, 32) })).toMatch(/^key_inconsistent: .*"d" is out of range/)
  })
})

describe('checkJwk() refuses', () => {
  it.each<[string, object, string]>([
    ['a kid that is no text', { ...ec, kid: 1 }, 'key_malformed: Cannot use the key: its member "kid" is not a text'],
    [
      'a kid without end',
      { ...ec, kid: 'a'.repeat(1025) },
      'key_malformed: Cannot use the key: its member "kid" is longer than 1024 characters',
    ],
    ['an alg that is no text', { ...ec, alg: ['ES256'] }, 'key_malformed: Cannot use the key: its member "alg" is not a text'],
    [
      'key_ops that are no list',
      { ...ec, key_ops: 'sign' },
      'key_malformed: Cannot use the key: its member "key_ops" is not a short list',
    ],
    [
      'key_ops without end',
      { ...ec, key_ops: Array.from({ length: 17 }, String) },
      'key_malformed: Cannot use the key: its member "key_ops" is not a short list',
    ],
    ['key_ops of numbers', { ...ec, key_ops: [1] }, 'key_malformed: Cannot use the key: its member "key_ops" is not a text'],
    [
      'key_ops that say it twice',
      { ...ec, key_ops: ['sign', 'sign'] },
      'key_malformed: Cannot use the key: its member "key_ops" names something twice',
    ],
    [
      'a status that is neither',
      { ...ec, status: 'active' },
      'key_malformed: Cannot use the key: its member "status" is neither ACTIVE nor INACTIVE',
    ],
    [
      'X448',
      { ...ed, crv: 'X448' },
      'key_unsupported: Cannot use the key: its "crv" is "X448", which agrees on secrets and cannot sign',
    ],
    [
      'a kty of null',
      { ...ed, kty: null },
      'key_unsupported: Cannot use the key: its "kty" is a null, and only RSA, EC and OKP are used',
    ],
    [
      'a kty without end',
      { ...ed, kty: 'A'.repeat(50) },
      `key_unsupported: Cannot use the key: its "kty" is "${'A'.repeat(40)}", and only RSA, EC and OKP are used`,
    ],
    ['no kty', without(ec, 'kty'), 'key_malformed: Cannot use the key: its member "kty" is missing'],
    [
      'kty in small letters',
      { ...rsa, kty: 'rsa' },
      'key_unsupported: Cannot use the key: its "kty" is "rsa", and only RSA, EC and OKP are used',
    ],
    [
      'kty that is no text',
      { ...rsa, kty: 1 },
      'key_unsupported: Cannot use the key: its "kty" is a number, and only RSA, EC and OKP are used',
    ],
    [
      'a symmetric key',
      { kty: 'oct', k: 'AA' },
      'key_symmetric: Cannot use the key: it is a symmetric key, which both sides would have to know',
    ],
    ['no curve', without(ec, 'crv'), 'key_malformed: Cannot use the key: its member "crv" is missing'],
    ['another curve', { ...ec, crv: 'P-256K' }, 'key_unsupported: Cannot use the key: its "crv" is "P-256K", which is not used'],
    [
      'X25519',
      { ...ed, crv: 'X25519' },
      'key_unsupported: Cannot use the key: its "crv" is "X25519", which agrees on secrets and cannot sign',
    ],
    ['Ed448', { ...ed, crv: 'Ed448' }, 'key_unsupported: Cannot use the key: its "crv" is "Ed448", which is not used'],
    ['more than two primes', { ...rsa, oth: [] }, 'key_unsupported: Cannot use the key: it has more than two primes'],
    ['no x', without(publicOf(ec), 'x'), 'key_malformed: Cannot use the key: its member "x" is missing'],
    ['no y', without(ec, 'y'), 'key_malformed: Cannot use the key: its member "y" is missing'],
    ['x that is no text', { ...ec, x: 1 }, 'key_malformed: Cannot use the key: its member "x" is not a text'],
    ['no n', without(rsa, 'n'), 'key_malformed: Cannot use the key: its member "n" is missing'],
    ['an empty e', { ...rsa, e: '' }, 'key_malformed: Cannot use the key: its member "e" is empty'],
    [
      'an n without end',
      { ...rsa, n: 'A'.repeat(4097) },
      'key_malformed: Cannot use the key: its member "n" is longer than any key that is used',
    ],
    ['padding', { ...rsa, e: 'AQAB====' }, 'key_malformed: Cannot use the key: its member "e" is not base64url without padding'],
    ['an empty n', { ...rsa, n: '' }, 'key_malformed: Cannot use the key: its member "n" is empty'],
    [
      'n with a zero in front',
      { ...publicOf(rsa), n: text(number(rsa['n']), 257) },
      'key_malformed: Cannot use the key: its member "n" begins with a zero byte',
    ],
    [
      'e with a zero in front',
      { ...rsa, e: 'AAEAAQ' },
      'key_malformed: Cannot use the key: its member "e" begins with a zero byte',
    ],
    [
      'd with a zero in front',
      { ...rsa, d: text(number(rsa['d']), 257) },
      'key_malformed: Cannot use the key: its member "d" begins with a zero byte',
    ],
    [
      'an even n',
      { ...publicOf(rsa), n: text(number(rsa['n']) - 1n) },
      'key_inconsistent: Cannot use the RSA key: its modulus "n" is even',
    ],
    [
      'x of 31 bytes',
      { ...ec, x: encodeBase64url(decodeBase64url(ec['x'] ?? '').subarray(1)) },
      'key_malformed: Cannot use the key: its member "x" has 31 bytes instead of 32',
    ],
    [
      'y of 33 bytes',
      { ...ec, y: text(number(ec['y']), 33) },
      'key_malformed: Cannot use the key: its member "y" has 33 bytes instead of 32',
    ],
    [
      'd of 33 bytes',
      { ...ec, d: text(number(ec['d']), 33) },
      'key_malformed: Cannot use the key: its member "d" has 33 bytes instead of 32',
    ],
    [
      'd of Ed25519 of 33 bytes',
      { ...ed, d: text(number(ed['d']), 33) },
      'key_malformed: Cannot use the key: its member "d" has 33 bytes instead of 32',
    ],
    [
      'x of Ed25519 of 31 bytes',
      { ...publicOf(ed), x: encodeBase64url(decodeBase64url(ed['x'] ?? '').subarray(1)) },
      'key_malformed: Cannot use the key: its member "x" has 31 bytes instead of 32',
    ],
    [
      'a point off the curve',
      { ...ec, y: text(number(ec['y']) ^ 1n, 32) },
      'key_inconsistent: Cannot use the key: its point is not on P-256',
    ],
    [
      'a point of another curve',
      { ...publicOf(ec), crv: 'P-384' },
      'key_malformed: Cannot use the key: its member "x" has 32 bytes instead of 48',
    ],
    [
      'x that is not reduced',
      { ...ec, x: text(2n ** 256n - 1n, 32) },
      'key_inconsistent: Cannot use the key: its point is not on P-256',
    ],
  ])('%s', async (_, jwk, expected) => {
    expect(await refusal(jwk)).toBe(expected)
  })

  it('quotes no private member, whatever is wrong', async () => {
    for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi']) {
      const jwk = { ...rsa, [name]: `${rsa[name]?.slice(0, 40)}=${rsa[name]}` }
      expect(await refusal(jwk)).not.toContain(rsa[name]?.slice(0, 20))
    }
  })
})

describe('the numbers of an RSA private key', () => {
  it.each([
    ['only n, e and d', ['p', 'q', 'dp', 'dq', 'qi']],
    ['no CRT values', ['dp', 'dq', 'qi']],
    ['no second prime', ['q', 'dp', 'dq', 'qi']],
    ['no first prime', ['p', 'dp', 'dq', 'qi']],
    ['no coefficient', ['qi']],
  ])('are computed when there are %s', async (_, missing) => {
    const { privateJwk } = checkJwk(await withPrimes(without(rsa, ...missing)))
    const { p, q, dp, dq, qi } = privateJwk ?? {}
    // Without either prime nothing says which comes first.
    expect([rsa['p'], rsa['q']]).toContain(p)
    expect(number(p) * number(q)).toBe(number(rsa['n']))
    if (!missing.includes('p') && !missing.includes('q'))
      expect({ dp, dq, qi }).toEqual({ dp: rsa['dp'], dq: rsa['dq'], qi: rsa['qi'] })
    expect((number(qi) * number(q)) % number(p)).toBe(1n)
    expect(number(dp)).toBe(number(rsa['d']) % (number(p) - 1n))
    expect(number(dq)).toBe(number(rsa['d']) % (number(q) - 1n))
  })

  const changed = (name: string, by: (value: bigint) => bigint) => refusal({ ...rsa, [name]: text(by(number(rsa[name]))) })

  it.each([
    ['d', 'its private exponent', () => changed('d', () => number(rsa['n']))],
    ['d', 'its private exponent', () => changed('d', () => 1n)],
    ['d', '"d" does not belong to "e"', () => changed('d', (d) => d + 2n)],
    ['p', '"n" is not the product', () => changed('p', (p) => p + 2n)],
    ['q', '"n" is not the product', () => changed('q', (q) => q - 2n)],
    ['p', '"n" is not the product', () => refusal({ ...rsa, p: 'AQ', q: rsa['n'] })],
    ['q', '"n" is not the product', () => refusal({ ...rsa, q: 'AQ', p: rsa['n'] })],
    ['dp', '"dp" does not belong', () => changed('dp', (dp) => dp + 2n)],
    ['dp', '"dp" does not belong', () => changed('dp', (dp) => dp + number(rsa['p']) - 1n)],
    ['dq', '"dq" does not belong', () => changed('dq', (dq) => dq - 1n)],
    ['qi', '"qi" does not belong', () => changed('qi', (qi) => qi + 1n)],
    ['qi', '"qi" does not belong', () => changed('qi', (qi) => qi + number(rsa['p']))],
    [
      'p alone',
      '"n" is not the product',
      () => refusal({ ...without(rsa, 'q', 'dp', 'dq', 'qi'), p: text(number(rsa['p']) + 2n) }),
    ],
    [
      'd alone',
      '"d" does not belong to "n" and "e"',
      () => refusal({ ...without(rsa, 'p', 'q', 'dp', 'dq', 'qi'), d: text(number(rsa['d']) + 2n) }),
    ],
  ])('are refused when %s does not fit: %s', async (_, why, run) => {
    const text = await run()
    expect(text).toMatch(/^key_inconsistent: Cannot use the RSA key/)
    expect(text).toContain(why)
  })

  it.each(['p', 'q'] as const)('are refused when d fits %s and not the other', (fitting) => {
    const [n, e, d, p, q] = [rsa['n'], rsa['e'], rsa['d'], rsa['p'], rsa['q']].map(number) as [
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
    ]
    const fits = fitting === 'p' ? p - 1n : q - 1n
    const other = fitting === 'p' ? q - 1n : p - 1n
    const wrong = (d + fits) % n
    expect((e * wrong - 1n) % fits).toBe(0n)
    expect((e * wrong - 1n) % other).not.toBe(0n)
    expect(() => completeRsa({ n, e, d: wrong, p, q })).toThrow(
      expect.objectContaining({ code: 'key_inconsistent', message: expect.stringContaining('"d" does not belong to "e"') }),
    )
  })

  it('are refused when p and q are the same', () => {
    const p = 2n ** 1279n - 1n
    const e = 65537n
    const d = power(e, (p - 1n) / 2n - 2n, p - 1n)
    expect(() => completeRsa({ n: p * p, e, d, p, q: p })).toThrow(expect.objectContaining({ code: 'key_inconsistent' }))
  })

  it('are not looked for in a key of more than 4096 bits', async () => {
    const { n, e, d } = jwkOf(generateKeyPairSync('rsa', { modulusLength: 4104 }) as never)
    expect(await refusal({ kty: 'RSA', n, e, d })).toMatch(/^key_unsupported: .*without its primes/)
  })

  it('are found for a d that is larger than it has to be', async () => {
    const [p, q, d] = [number(rsa['p']), number(rsa['q']), number(rsa['d'])]
    const order = (p - 1n) * (q - 1n)
    const shorter = without({ ...rsa, d: text(d % order) }, 'p', 'q', 'dp', 'dq', 'qi')
    expect(await refusal(shorter)).toBe('accepted')
  })
})

it('thumbprintOf() is that of RFC 7638 §3.1', async () => {
  const n =
    '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw'
  expect(await thumbprintOf({ kty: 'RSA', n, e: 'AQAB', alg: 'RS256', kid: '2011-04-29' })).toBe(
    'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
  )
})

describe('findPrimes()', () => {
  // Small primes do: the arithmetic is the same, and all of it is reached.
  const isPrime = (value: number) =>
    Array.from({ length: Math.floor(Math.sqrt(value)) - 1 }, (_, at) => at + 2).every((divisor) => value % divisor > 0)
  const primes = Array.from({ length: 2000 }, (_, value) => value)
    .filter((value) => value > 30 && isPrime(value))
    .map(BigInt)

  it('finds the primes of any key', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...primes),
        fc.constantFrom(...primes),
        fc.constantFrom(3n, 5n, 17n, 257n, 65537n),
        (p, q, e) => {
          const d = inverse(e, (p - 1n) * (q - 1n))
          fc.pre(p !== q && d !== undefined && d > 1n)
          const found = findPrimes({ n: p * q, e, d: d ?? 0n })
          expect([found.p, found.q].toSorted()).toEqual([p, q].toSorted())
        },
      ),
      { numRuns: 500 },
    )
  })

  it('leads to no key with a d that is of another', () => {
    const [n, e] = [1009n * 1013n, 17n]
    for (let d = 2n; d < 3000n; d++) {
      const isGood = (e * d - 1n) % 1008n === 0n && (e * d - 1n) % 1012n === 0n
      const read = () => completeRsa({ n, e, d, ...findPrimes({ n, e, d }) })
      if (isGood) expect(read()).toMatchObject({ n, e, d })
      else expect(read).toThrow(expect.objectContaining({ code: 'key_inconsistent' }))
    }
  })

  it.each([
    ['of 1', 1n],
    ['of 0', 0n],
    ['of n', 1009n * 1013n],
  ])('refuses a d %s', (_, d) => {
    expect(() => findPrimes({ n: 1009n * 1013n, e: 17n, d })).toThrow('out of range')
  })

  it('takes a modulus of 4096 bits', () => {
    // Its small divisors are found at once, or it is refused because d fits nothing: not for its length.
    const outcome = (n: bigint) => {
      try {
        return findPrimes({ n, e: 3n, d: 5n })
      } catch (error) {
        return (error as KeyError).code
      }
    }
    expect(outcome(2n ** 4096n - 1n)).not.toBe('key_unsupported')
    expect(outcome(2n ** 4096n + 1n)).toBe('key_unsupported')
  })
})

describe('a key of the ROCA chips', () => {
  // Their modulus is a power of 65537 modulo the product of many small primes.
  const primes = [3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157].map(BigInt)
  const product = primes.reduce((all, prime) => all * prime, 1n)
  const like = (exponent: bigint) => {
    const least = power(65537n, exponent, product)
    const n = least + product * (2n ** 2047n / product + 1n)
    return n % 2n === 1n ? n : n + product
  }

  it.each([0n, 1n, 5n, 123456789n])('is refused', async (exponent) => {
    expect(await refusal({ kty: 'RSA', e: 'AQAB', n: text(like(exponent)) })).toMatch(/^key_weak: .*ROCA/)
  })

  // Modulo 2, 3, 5 and others 65537 makes every number. Modulo these it does not, so one of them alone tells a key from theirs.
  it.each([11n, 13n, 37n, 53n, 61n, 71n, 73n, 79n, 97n, 103n, 107n, 109n, 127n, 151n, 157n])(
    'is none when %i says so',
    async (prime) => {
      const others = (product / prime) * 2n
      const found = await Promise.all(
        Array.from({ length: 40 }, (_, times) =>
          refusal({ kty: 'RSA', e: 'AQAB', n: text(like(7n) + others * BigInt(times + 1)) }),
        ),
      )
      expect(found).toContain('accepted')
      expect(found.filter((each) => each !== 'accepted').every((each) => each.startsWith('key_weak'))).toBe(true)
    },
  )
})

it('every kind of PublicJwk has a thumbprint of its required members alone', async () => {
  for (const jwk of [rsa, ec, ed]) {
    const { publicJwk } = checkJwk(publicOf(jwk))
    expect(await thumbprintOf({ ...publicJwk, kid: 'a', use: 'sig' })).toBe(await thumbprintOf(publicJwk))
  }
})
