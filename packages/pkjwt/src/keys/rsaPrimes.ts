import { bitLength, bytesToBigint, power } from '../encoding/bigint.js'
import { KeyError } from '../errors.js'
import { inconsistent } from './rsa.js'

/**
 * Finds the primes of an RSA key from its exponents: some exporters leave them away, and so do people who copy a JWK by hand.
 *
 * @throws {KeyError} `key_inconsistent` when `d` does not belong to `n` and `e`
 */
export function findPrimes({ n, e, d }: { n: bigint; e: bigint; d: bigint }): { p: bigint; q: bigint } {
  if (d <= 1n || d >= n) throw inconsistent('its private exponent "d" is out of range')
  return factor(n, e * d - 1n)
}

// Without primes there are seconds of arithmetic to do for a large key, which a file of a stranger must not make us do.
const factorBitsMax = 4096

// NIST SP 800-56B, appendix C: e·d − 1 is a multiple of the order of every element, so halving it leads, for at least half of all
// bases, to a root of 1 that is neither 1 nor −1. The bases are random: for fixed ones somebody could make a key that has none.
function factor(n: bigint, multiple: bigint): { p: bigint; q: bigint } {
  if (bitLength(n) > factorBitsMax) {
    throw new KeyError(
      'key_unsupported',
      `Cannot use the RSA key: it comes without its primes and has more than ${factorBitsMax} bits`,
      {
        hint: 'Take the key from where it was made, with "p" and "q"',
      },
    )
  }
  let odd = multiple
  while ((odd & 1n) === 0n) odd >>= 1n
  for (let left = 40; left > 0; left--) {
    const p = factorWith(randomBase(), { n, odd, multiple })
    if (p !== undefined) return { p, q: n / p }
  }
  throw inconsistent('"d" does not belong to "n" and "e"')
}

function randomBase(): bigint {
  return bytesToBigint(crypto.getRandomValues(new Uint8Array(8))) + 2n
}

function factorWith(base: bigint, { n, odd, multiple }: { n: bigint; odd: bigint; multiple: bigint }): bigint | undefined {
  const common = gcd(n, base)
  if (common > 1n) return common < n ? common : undefined
  let root = power(base, odd, n)
  let exponent = odd
  while (exponent < multiple && root !== 1n && root !== n - 1n) {
    const square = (root * root) % n
    if (square === 1n) return gcd(root - 1n, n)
    root = square
    exponent *= 2n
  }
  // The multiple of the order has to lead to 1: that it does not, no other base will change.
  if (exponent === multiple && root !== 1n) throw inconsistent('"d" does not belong to "n" and "e"')
  return undefined
}

function gcd(a: bigint, b: bigint): bigint {
  let [high, low] = [a, b]
  while (low > 0n) [high, low] = [low, high % low]
  return high
}
