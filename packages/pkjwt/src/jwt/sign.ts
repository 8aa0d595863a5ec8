import { encodeBase64url, encodeBase64urlText } from '../encoding/base64url.js'
import type { Signer } from '../keys/key.js'
import type { JsonObject } from './parse.js'

/**
 * Signs a header and a payload as a compact JWS (RFC 7515 §5.1). The header is taken as it is: `alg` and `kid` are the caller's.
 * Most callers want `createAssertion`, which makes both and checks them.
 *
 * @returns The token, or a promise of it when the signer works off this thread.
 * @example
 * const token = await signJwt({ alg: key.alg, kid: key.kid }, { sub: '0oa1' }, key)
 * assert.deepEqual(parseJwt(token).claims, { sub: '0oa1' })
 */
export function signJwt(header: JsonObject, claims: JsonObject, signer: Signer): string | Promise<string> {
  return signEncoded(encodeBase64urlText(JSON.stringify(header)), JSON.stringify(claims), signer)
}

/**
 * Signs a payload under a header that is encoded already, so that a header which never changes is encoded once.
 *
 * @example
 * const token = await signEncoded(encodeBase64urlText('{"alg":"RS256"}'), '{"sub":"0oa1"}', key)
 * assert.equal(parseJwt(token).claims.sub, '0oa1')
 */
export function signEncoded(encodedHeader: string, payload: string, signer: Signer): string | Promise<string> {
  const signingInput = `${encodedHeader}.${encodeBase64urlText(payload)}`
  const signature = signer.sign(asciiBytes(signingInput))
  if (signature instanceof Uint8Array) return `${signingInput}.${encodeBase64url(signature)}`
  return signature.then((bytes) => `${signingInput}.${encodeBase64url(bytes)}`)
}

/**
 * Encodes the header of a signer, once: it is the same for all that it signs.
 *
 * @example
 * const encode = createHeaderEncoder(({ alg }) => ({ alg }))
 * assert.equal(encode(key), encodeBase64urlText('{"alg":"RS256"}'))
 */
export function createHeaderEncoder(headerOf: (signer: Signer) => JsonObject): (signer: Signer) => string {
  const encoded = new WeakMap<Signer, string>()
  return (signer) => {
    const known = encoded.get(signer)
    if (known !== undefined) return known
    const header = encodeBase64urlText(JSON.stringify(headerOf(signer)))
    encoded.set(signer, header)
    return header
  }
}

const encoder = new TextEncoder()
const { Buffer: NodeBuffer } = globalThis

/**
 * The bytes of a signing input, which holds base64url and dots only. Where there is a Buffer they are a piece of a larger one: it takes a
 * fifth of the time of a TextEncoder there.
 *
 * @example
 * assert.deepEqual([...asciiBytes('e30.e30')], [101, 51, 48, 46, 101, 51, 48])
 */
export function asciiBytes(text: string): Uint8Array {
  return typeof NodeBuffer === 'function' ? NodeBuffer.from(text) : encoder.encode(text)
}
