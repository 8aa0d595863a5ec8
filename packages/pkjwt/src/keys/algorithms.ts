/** One signature algorithm of JWS (RFC 7518 §3.1, RFC 8037 §3.1). */
export interface AlgorithmRow {
  readonly kty: 'RSA' | 'EC' | 'OKP'
  readonly scheme: 'RSASSA-PKCS1-v1_5' | 'RSASSA-PSS' | 'ECDSA' | 'EdDSA'
  /** The digest by its Web Crypto name; EdDSA brings its own. */
  readonly hash: 'SHA-256' | 'SHA-384' | 'SHA-512' | undefined
  /** The one curve that RFC 7518 §3.4 ties to the algorithm. */
  readonly crv: 'P-256' | 'P-384' | 'P-521' | 'Ed25519' | undefined
  /** Length of the raw signature; an RSA signature is as long as its modulus. */
  readonly signatureBytes: number | undefined
}

/** Every algorithm that pkjwt signs and verifies with. There is no symmetric one, and no "none". */
export const algorithms = {
  RS256: { kty: 'RSA', scheme: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', crv: undefined, signatureBytes: undefined },
  RS384: { kty: 'RSA', scheme: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384', crv: undefined, signatureBytes: undefined },
  RS512: { kty: 'RSA', scheme: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512', crv: undefined, signatureBytes: undefined },
  PS256: { kty: 'RSA', scheme: 'RSASSA-PSS', hash: 'SHA-256', crv: undefined, signatureBytes: undefined },
  PS384: { kty: 'RSA', scheme: 'RSASSA-PSS', hash: 'SHA-384', crv: undefined, signatureBytes: undefined },
  PS512: { kty: 'RSA', scheme: 'RSASSA-PSS', hash: 'SHA-512', crv: undefined, signatureBytes: undefined },
  ES256: { kty: 'EC', scheme: 'ECDSA', hash: 'SHA-256', crv: 'P-256', signatureBytes: 64 },
  ES384: { kty: 'EC', scheme: 'ECDSA', hash: 'SHA-384', crv: 'P-384', signatureBytes: 96 },
  ES512: { kty: 'EC', scheme: 'ECDSA', hash: 'SHA-512', crv: 'P-521', signatureBytes: 132 },
  EdDSA: { kty: 'OKP', scheme: 'EdDSA', hash: undefined, crv: 'Ed25519', signatureBytes: 64 },
} as const satisfies Record<string, AlgorithmRow>

/** The name of an algorithm, as the header member `alg` spells it. */
export type Algorithm = keyof typeof algorithms

/** The names in the order of the table. */
export const algorithmNames = Object.keys(algorithms) as readonly Algorithm[]

/**
 * Whether a value is the name of an algorithm of the table.
 *
 * @example
 * assert.equal(isAlgorithm('RS256'), true)
 * assert.equal(isAlgorithm('HS256'), false)
 */
export function isAlgorithm(name: unknown): name is Algorithm {
  return typeof name === 'string' && Object.hasOwn(algorithms, name)
}

/**
 * The algorithms that a key of this type, and for EC and OKP of this curve, can be used with. The first is the default.
 *
 * @example
 * assert.deepEqual(algorithmsFor('EC', 'P-256'), ['ES256'])
 */
export function algorithmsFor(kty: string, crv: string | undefined): readonly Algorithm[] {
  return algorithmNames.filter((name) => algorithms[name].kty === kty && (kty === 'RSA' || algorithms[name].crv === crv))
}
