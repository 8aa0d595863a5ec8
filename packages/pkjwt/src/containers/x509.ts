import { equalBytes } from '../encoding/bytes.js'
import { type DerElement, derTags, readDer, readDerSequence } from '../encoding/der.js'
import type { Found, KeyMembers } from './found.js'
import { readSpki } from './pkcs.js'

/**
 * Reads the key of a certificate (RFC 5280 §4.1). Its dates and its signature are not looked at: a key is trusted because it is
 * registered, not because somebody vouches for it.
 */
export function readCertificate(bytes: Uint8Array): KeyMembers {
  return readSpki(readParts(bytes).key)
}

/**
 * Leaves out the certificates that only vouch for another one in the same list: the key of an authority in a chain must not become a
 * key of the app. Two that sign themselves, an old one and its successor of the same name, both stay.
 */
export function withoutAuthorities(found: readonly Found[]): readonly Found[] {
  const parts = new Map<Found, Parts>(
    found.flatMap((each) => (each.is === 'certificate' ? [[each, readParts(each.bytes)] as const] : [])),
  )
  const issued = Array.from(parts.values()).filter(({ subject, issuer }) => !equalBytes(subject, issuer))
  return found.filter((each) => {
    const own = parts.get(each)
    return own === undefined || !issued.some((other) => other !== own && equalBytes(other.issuer, own.subject))
  })
}

interface Parts {
  readonly subject: Uint8Array
  readonly issuer: Uint8Array
  readonly key: Uint8Array
}

function readParts(bytes: Uint8Array): Parts {
  const [toBeSigned] = readDerSequence(readDer(bytes))
  const parts = readDerSequence(toBeSigned)
  // Version 1 has no version in front.
  const [, , issuer, , subject, key] = parts[0]?.tag === derTags.context ? parts.slice(1) : parts
  return { issuer: wholeOf(issuer), subject: wholeOf(subject), key: wholeOf(key) }
}

function wholeOf(element: DerElement | undefined): Uint8Array {
  readDerSequence(element)
  return element?.whole ?? new Uint8Array()
}
