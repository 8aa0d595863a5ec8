import type { Algorithm } from 'pkjwt/keys'
import { type CaseOptions, type ConformanceCase, refused } from '../conformanceCase.js'
import type { Facts } from '../subject.js'
import { asDer, changeClaims, dropSignature, flipBit, replaceSignature } from '../wire/tampering.js'

const isEcdsa = ({ key }: Facts) => key.alg.startsWith('ES')
const goodPractice: CaseOptions = { adviceIn: ['rfc7523'] }

/** Cases about the key that the header names, and the signature. */
export const keyCases: readonly ConformanceCase[] = [
  refused('kid-unknown', 'a "kid" that nobody registered', { header: { kid: 'pkjwt-conformance-unknown' } }, goodPractice),
  refused('kid-unknown', 'a "kid" that is a path', { header: { kid: '../../../../dev/null' } }, goodPractice),
  refused('kid-unknown', 'a "kid" that is SQL', { header: { kid: "' OR 1=1 --" } }, goodPractice),
  refused(
    'key-alg',
    'an algorithm for another kind of key',
    { header: ({ key }) => ({ alg: foreignTo(key.alg) }) },
    {
      isPossible: ({ key, limits }) => limits.algorithms.includes(foreignTo(key.alg)),
    },
  ),
  refused('signature-missing', 'nothing behind the last dot', { tamper: dropSignature }),
  refused('signature-mismatch', 'a key that nobody registered', { signer: 'stranger' }),
  refused('signature-mismatch', 'claims that were changed afterwards', { tamper: changeClaims }),
  refused('signature-mismatch', 'one bit of the signature turned over', { tamper: (token) => replaceSignature(token, flipBit) }),
  refused('signature-mismatch', 'half of the signature', {
    tamper: (token) => replaceSignature(token, (signature) => signature.subarray(0, signature.length / 2)),
  }),
  refused('signature-mismatch', 'a signature of zeros', {
    tamper: (token) => replaceSignature(token, (signature) => new Uint8Array(signature.length)),
  }),
  refused('signature-mismatch', 'a signature of ones', {
    tamper: (token) => replaceSignature(token, (signature) => new Uint8Array(signature.length).fill(255)),
  }),
  refused(
    'signature-der',
    'the signature as DER',
    { tamper: (token) => replaceSignature(token, asDer) },
    {
      isPossible: isEcdsa,
    },
  ),
  refused(
    'signature-mismatch',
    'a key of its own in the header',
    {
      signer: 'stranger',
      header: ({ stranger }) => ({ jwk: stranger.publicKey.jwk }),
    },
    { specification: 'RFC 7515 §10.1; RFC 8725 §3.10' },
  ),
  refused(
    'signature-mismatch',
    'the address of its own keys in the header',
    {
      signer: 'stranger',
      header: { jku: 'https://keys.invalid/jwks.json' },
    },
    { specification: 'RFC 8725 §3.10' },
  ),
  refused(
    'signature-mismatch',
    'the address of its own certificate in the header',
    {
      signer: 'stranger',
      header: { x5u: 'https://keys.invalid/certificate.pem' },
    },
    { specification: 'RFC 8725 §3.10' },
  ),
]

/** An algorithm that this key cannot have signed with. */
function foreignTo(alg: Algorithm): Algorithm {
  return alg === 'ES256' ? 'ES384' : 'ES256'
}
