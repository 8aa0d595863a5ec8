import type { PublicKey } from '../keys/key.js'
import { type Rule, shown } from './rule.js'

/** What the rules about the signature look at. */
export interface SignatureFacts {
  readonly key: PublicKey | undefined
  readonly signatureBytes: number
  readonly good: boolean
  /** A key of the set that did sign, when the chosen one did not. */
  readonly signedBy?: PublicKey | undefined
  /** What the signature turned out to be instead. */
  readonly form?: 'der' | 'hmac' | undefined
}

export const signatureMissing: Rule<SignatureFacts> = {
  id: 'signature-missing',
  stage: 'signature',
  specification: 'RFC 7515 §5.2; RFC 7523 §3 (9)',
  check({ signatureBytes }) {
    if (signatureBytes > 0) return undefined
    return {
      member: 'signature',
      found: 'nothing behind the last dot',
      expected: 'a signature',
      message: 'The token is not signed: its third part is empty',
      fix: 'Sign it with the private key',
    }
  },
}

export const signatureDer: Rule<SignatureFacts> = {
  id: 'signature-der',
  stage: 'signature',
  specification: 'RFC 7518 §3.4',
  check({ form }) {
    if (form !== 'der') return undefined
    return {
      member: 'signature',
      found: 'an ECDSA signature in DER',
      expected: 'r and s side by side',
      message: 'The signature is right but written in DER, as openssl does: JWS wants r and s side by side',
      fix: 'Convert it (dsaEncoding "ieee-p1363" in Node), or let pkjwt sign',
    }
  },
}

export const signatureHmac: Rule<SignatureFacts> = {
  id: 'signature-hmac',
  stage: 'signature',
  specification: 'RFC 8725 §3.1',
  check({ form }) {
    if (form !== 'hmac') return undefined
    return {
      member: 'signature',
      found: 'an HMAC made with the public key',
      expected: 'a signature of the private key',
      message: 'The token was "signed" with the public key as a shared secret: everybody could do that',
      fix: 'Sign with the private key and an algorithm such as RS256 or ES256',
    }
  },
}

export const signatureMismatch: Rule<SignatureFacts> = {
  id: 'signature-mismatch',
  stage: 'signature',
  specification: 'RFC 7523 §3 (9); RFC 7515 §5.2',
  check({ good, signatureBytes, form, key, signedBy }) {
    if (good || signatureBytes === 0 || form !== undefined) return undefined
    const name = key?.kid === undefined ? 'the registered key' : `the key ${shown(key.kid)}`
    return {
      member: 'signature',
      found:
        signedBy === undefined
          ? 'a signature of another key, or of other content'
          : `a signature of the key ${shown(signedBy.kid)}`,
      expected: `a signature of ${name}`,
      message:
        signedBy === undefined
          ? `The signature does not fit ${name}: another private key signed, or the token was changed afterwards`
          : `The key ${shown(signedBy.kid)} did sign, but "kid" names ${name}`,
      fix:
        signedBy?.kid === undefined
          ? 'Register the public half of the key that signs'
          : `Put "kid": ${shown(signedBy.kid)} into the header`,
      ...(signedBy?.kid === undefined ? {} : { patch: { header: { kid: signedBy.kid } } }),
    }
  },
}
