import { hash } from 'node:crypto'
import { PkjwtError } from 'pkjwt/errors'

// The first byte of what is hashed. It keeps the two kinds apart, and a later version from this one.
const assertionDomain = 1
const proofDomain = 2

/** Bytes of a replay key: 128 bits, so that a collision cannot be made, and a long `jti` costs no more than a short one. */
export const replayKeyBytes = 16

/**
 * The name under which the use of an assertion is remembered: SHA-256 over a version byte, the client id behind its length, and
 * the `jti`, both as UTF-8; the first 16 bytes of it. The length keeps ("a", "bc") and ("ab", "c") apart.
 *
 * @throws {PkjwtError} `token_malformed` for half a surrogate pair: all of them have the same UTF-8 form, U+FFFD.
 */
export function replayKey(clientId: string, jti: string): Uint8Array {
  return hashUse(assertionDomain, clientId, jti)
}

/**
 * The same for a DPoP proof (RFC 9449 §11.1), scoped to the key that signed it.
 *
 * @param thumbprint RFC 7638 of the proof's key.
 * @throws {PkjwtError} `token_malformed`
 */
export function proofKey(thumbprint: string, jti: string): Uint8Array {
  return hashUse(proofDomain, thumbprint, jti)
}

function hashUse(domain: number, owner: string, jti: string): Uint8Array {
  if (hasLoneSurrogate(owner) || hasLoneSurrogate(jti)) {
    throw new PkjwtError('token_malformed', 'Cannot remember this "jti": it holds half a surrogate pair', {
      hint: 'Make the "jti" of letters and digits, such as a random UUID',
    })
  }
  const ownerBytes = Buffer.byteLength(owner)
  const bytes = Buffer.allocUnsafe(5 + ownerBytes + Buffer.byteLength(jti))
  bytes.writeUInt8(domain)
  bytes.writeUInt32BE(ownerBytes, 1)
  bytes.write(owner, 5)
  bytes.write(jti, 5 + ownerBytes)
  return Uint8Array.from(hash('sha256', bytes, 'buffer').subarray(0, replayKeyBytes))
}

// With the flag "u" a whole pair is one character, and only half of one is a surrogate.
const loneSurrogate = /\p{Surrogate}/u

/** Whether a text has no UTF-8 form of its own. */
export function hasLoneSurrogate(text: string): boolean {
  return loneSurrogate.test(text)
}
