import { type Algorithm, generateKey, isAlgorithm, type SigningKey } from 'pkjwt/keys'

/** What a key is made for. Of a curve, the bits are 0. */
export interface Kind {
  readonly alg: Algorithm
  readonly bits: number
}

/** Okta takes it, and it is made in no time. */
export const kindDefault: Kind = { alg: 'ES256', bits: 0 }

/** Makes a key. The browser does it off the thread of the page. */
export function makeKey({ alg, bits }: Kind): Promise<SigningKey> {
  return generateKey(bits === 0 ? { alg } : { alg, bits })
}

/** The kind of a key that the server holds, as far as it tells; for the key that takes its place. */
export function kindLike({ kty, crv, n, alg }: Readonly<Record<string, unknown>>): Kind {
  if (kty === 'RSA') {
    const bits = typeof n === 'string' ? Math.floor((n.length * 6) / 1024) * 1024 : 2048
    return { alg: 'RS256', bits: Math.min(4096, Math.max(2048, bits)) }
  }
  const byCurve = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' } as const
  const found = Object.entries(byCurve).find(([curve]) => curve === crv)?.[1]
  return { alg: found ?? (isAlgorithm(alg) && alg.startsWith('ES') ? alg : kindDefault.alg), bits: 0 }
}
