import { bitLength, inverse } from '../encoding/bigint.js'
import { KeyError } from '../errors.js'

/** The numbers of an RSA private key; the last three make it fast and can be computed, as can one of the primes. */
export interface RsaNumbers {
  readonly n: bigint
  readonly e: bigint
  readonly d: bigint
  readonly p?: bigint | undefined
  readonly q?: bigint | undefined
  readonly dp?: bigint | undefined
  readonly dq?: bigint | undefined
  readonly qi?: bigint | undefined
}

/** All of them. */
export type CompleteRsa = Readonly<Record<'n' | 'e' | 'd' | 'p' | 'q' | 'dp' | 'dq' | 'qi', bigint>>

const bitsMin = 2048
// Twice what anybody uses. Each doubling makes a signature about seven times slower.
const bitsMax = 16384
// OpenSSL sets the same bound: verifying takes as long as the exponent says, and the exponent comes from a stranger.
const exponentMax = 2n ** 64n

/** Checks the public numbers of an RSA key, and gives the length of its modulus in bits. */
export function checkRsaPublic(n: bigint, e: bigint): number {
  const bits = bitLength(n)
  if (bits < bitsMin) {
    throw new KeyError('key_too_small', `Cannot use the RSA key: it has ${bits} bits, and at least ${bitsMin} are needed`, {
      hint: 'Make a larger one: pkjwt keygen --alg RS256 --bits 2048',
    })
  }
  if (bits > bitsMax) {
    throw new KeyError('key_unsupported', `Cannot use the RSA key: it has ${bits} bits, and more than ${bitsMax} are not taken`, {
      hint: 'Make a smaller one: pkjwt keygen --alg RS256 --bits 4096',
    })
  }
  if ((n & 1n) === 0n) throw inconsistent('its modulus "n" is even')
  if ((e & 1n) === 0n || e < 3n) throw inconsistent('its exponent "e" has to be odd and at least 3')
  if (e >= exponentMax) {
    throw new KeyError('key_unsupported', 'Cannot use the RSA key: its exponent "e" has more than 64 bits', {
      hint: 'Make one with the usual exponent 65537: pkjwt keygen --alg RS256',
    })
  }
  if (hasRocaPattern(n)) {
    throw new KeyError(
      'key_weak',
      'Cannot use the RSA key: it was made by a chip whose keys can be factored (ROCA, CVE-2017-15361)',
      {
        hint: 'Make a new one, not on that chip or card: pkjwt keygen --alg RS256',
      },
    )
  }
  return bits
}

const rocaPrimes = [3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157]

// The primes of such a key are powers of 65537 modulo every small prime, and so is their product. By chance alone that happens to
// one key in a hundred million.
function hasRocaPattern(n: bigint): boolean {
  return rocaPrimes.every((prime) => isPowerOf65537(Number(n % BigInt(prime)), prime))
}

function isPowerOf65537(value: number, modulus: number): boolean {
  let power = 1
  do {
    if (power === value) return true
    power = (power * 65537) % modulus
  } while (power !== 1)
  return false
}

/**
 * Checks that the numbers of an RSA private key belong together, and computes what is missing. Not in constant time: it runs once,
 * when the key is read. That p and q are primes is left to the trial signature.
 */
export function completeRsa(given: RsaNumbers): CompleteRsa {
  const { n, e, d } = given
  if (d <= 1n || d >= n) throw inconsistent('its private exponent "d" is out of range')
  const { p, q } = findPrimes(given)
  if (p * q !== n || p <= 1n || q <= 1n) throw inconsistent('"n" is not the product of "p" and "q"')
  if ((e * d - 1n) % (p - 1n) !== 0n || (e * d - 1n) % (q - 1n) !== 0n) throw inconsistent('"d" does not belong to "e"')
  const computed = { dp: d % (p - 1n), dq: d % (q - 1n), qi: findCoefficient(given.qi, p, q) }
  for (const name of ['dp', 'dq', 'qi'] as const) {
    if (given[name] !== undefined && given[name] !== computed[name])
      throw inconsistent(`"${name}" does not belong to the other numbers`)
  }
  return { n, e, d, p, q, ...computed }
}

// Checking an inverse costs a hundredth of finding it.
function findCoefficient(qi: bigint | undefined, p: bigint, q: bigint): bigint {
  if (qi !== undefined && qi < p && (qi * q) % p === 1n) return qi
  const found = inverse(q, p)
  if (found === undefined) throw inconsistent('"p" and "q" have a divisor in common')
  return found
}

function findPrimes({ n, p, q }: RsaNumbers): { p: bigint; q: bigint } {
  if (p !== undefined && q !== undefined) return { p, q }
  const one = p ?? q ?? 0n
  // What does not divide gives a product that is not n.
  return { p: one, q: one === 0n ? 0n : n / one }
}

/** The error for numbers that do not belong together. */
export function inconsistent(fault: string): KeyError {
  return new KeyError('key_inconsistent', `Cannot use the RSA key: ${fault}`, {
    hint: 'The key is damaged or was put together by hand: take it from where it was made, or make a new one',
  })
}
