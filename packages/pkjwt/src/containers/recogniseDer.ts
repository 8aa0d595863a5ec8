import { type DerElement, derTags, readDer, readDerChildren, readDerNumber, readDerOid } from '../encoding/der.js'
import { KeyError } from '../errors.js'
import { unsupportedKey } from './algorithmIds.js'
import type { Found } from './found.js'
import { hintMakeAnother } from './hints.js'
import { cannotUse } from './unusable.js'

const { integer, sequence, octetString, bitString, objectIdentifier, context } = derTags

/**
 * Tells what DER bytes hold, by their structure alone: the label of a PEM block is often wrong.
 *
 * @throws {KeyError} `key_malformed` or `key_truncated` when they are no DER, and a code of its own for each thing that cannot be used.
 */
export function recogniseDer(bytes: Uint8Array): Found {
  const outer = readDer(bytes)
  if (outer.tag === objectIdentifier) return { is: 'other', what: 'the name of a curve (EC PARAMETERS)' }
  if (outer.tag !== sequence) throw notAKey()
  const parts = readDerChildren(outer)
  const [first, second] = parts
  if (first?.tag === integer) return recogniseNumbered(bytes, parts)
  if (first?.tag === sequence && second?.tag === octetString) return { is: 'encrypted', form: 'pkcs8', bytes }
  if (first?.tag === sequence && second?.tag === bitString) return { is: 'public', form: 'spki', bytes }
  if (first?.tag === sequence && second?.tag === sequence) return recogniseSigned(bytes, first)
  if (first?.tag === objectIdentifier) return { is: 'other', what: 'a bundle of certificates (PKCS#7)' }
  throw notAKey()
}

// Everything that begins with a number: mostly a version, but the modulus of a public key as well.
function recogniseNumbered(bytes: Uint8Array, parts: readonly DerElement[]): Found {
  const [first, second, third] = parts
  if (parts.every(({ tag }) => tag === integer)) return recogniseIntegers(bytes, parts.length)
  if (second?.tag === sequence && third?.tag === octetString) return { is: 'private', form: 'pkcs8', bytes }
  if (second?.tag === octetString) return { is: 'private', form: 'sec1', bytes }
  if (second?.tag === sequence && isOid(readDerChildren(second)[0]) && readDerNumber(first) === 3) throw cannotUse('pkcs12')
  // With more than two primes, a list of the others follows the integers.
  if (second?.tag === integer && parts.length === 10) return { is: 'private', form: 'pkcs1', bytes }
  if (second?.tag === sequence) return { is: 'other', what: 'parameters of a curve (EC PARAMETERS)' }
  throw notAKey()
}

function recogniseIntegers(bytes: Uint8Array, count: number): Found {
  if (count === 2) return { is: 'public', form: 'pkcs1', bytes }
  if (count === 6) throw unsupportedKey('1.2.840.10040.4.1')
  if (count === 9) return { is: 'private', form: 'pkcs1', bytes }
  throw notAKey()
}

// A certificate, a request and a revocation list are all a SEQUENCE, an algorithm and a signature.
function recogniseSigned(bytes: Uint8Array, toBeSigned: DerElement): Found {
  const [first, second, third, fourth] = readDerChildren(toBeSigned)
  const isCertificate = first?.tag === context || (first?.tag === integer && fourth?.tag === sequence)
  if (isCertificate) return { is: 'certificate', bytes }
  if (second?.tag === sequence && third?.tag === sequence && first?.tag === integer)
    return { is: 'other', what: 'a certificate request' }
  return { is: 'other', what: 'a revocation list, or something else that is signed' }
}

function isOid(element: DerElement | undefined): boolean {
  return element?.tag === objectIdentifier && readDerOid(element) !== ''
}

function notAKey(): KeyError {
  return new KeyError('key_unrecognised', 'Cannot use this DER: it is well formed, but it holds no key that is known here', {
    hint: hintMakeAnother,
  })
}
