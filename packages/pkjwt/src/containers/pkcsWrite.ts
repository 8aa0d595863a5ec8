import { decodeBase64url } from '../encoding/base64url.js'
import { concatBytes } from '../encoding/bytes.js'
import {
  derTags,
  writeDer,
  writeDerBitString,
  writeDerInteger,
  writeDerNull,
  writeDerOctetString,
  writeDerOid,
  writeDerSequence,
} from '../encoding/der.js'
import { KeyError } from '../errors.js'
import { oids } from './algorithmIds.js'
import { findCurve } from './curves.js'
import type { KeyMembers } from './found.js'

/** Writes a PKCS#8 PrivateKeyInfo, version 1, which everything reads. */
export function writePkcs8(key: KeyMembers): Uint8Array<ArrayBuffer> {
  return writeDerSequence(writeDerInteger(0), algorithmId(key), writeDerOctetString(privateKey(key)))
}

function privateKey(key: KeyMembers): Uint8Array {
  if (key.kty === 'RSA') return writePkcs1(key)
  if (key.kty === 'EC') return ecPrivateKey(key, { named: false })
  return writeDerOctetString(member(key, 'd'))
}

/** Writes the RSAPrivateKey of PKCS#1. */
export function writePkcs1(key: KeyMembers): Uint8Array<ArrayBuffer> {
  if (key.kty !== 'RSA') throw cannotHold('PKCS#1 holds RSA keys only', 'pkcs8 or jwk')
  const names = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const
  return writeDerSequence(writeDerInteger(0), ...names.map((name) => writeDerInteger(member(key, name))))
}

/** Writes the ECPrivateKey of SEC 1, with its curve and public key. */
export function writeSec1(key: KeyMembers): Uint8Array<ArrayBuffer> {
  if (key.kty !== 'EC') throw cannotHold('SEC1 holds EC keys only', 'pkcs8 or jwk')
  return ecPrivateKey(key, { named: true })
}

// Inside of PKCS#8 the curve stands outside already, and OpenSSL leaves it away here.
function ecPrivateKey(key: KeyMembers, { named }: { named: boolean }): Uint8Array<ArrayBuffer> {
  const parameters = named ? [writeDer(derTags.context, curveOid(key))] : []
  const publicKey = writeDer(derTags.context + 1, writeDerBitString(point(key)))
  return writeDerSequence(writeDerInteger(1), writeDerOctetString(member(key, 'd')), ...parameters, publicKey)
}

/** Writes a SubjectPublicKeyInfo. */
export function writeSpki(key: KeyMembers): Uint8Array<ArrayBuffer> {
  return writeDerSequence(algorithmId(key), writeDerBitString(publicKeyBytes(key)))
}

function publicKeyBytes(key: KeyMembers): Uint8Array {
  if (key.kty === 'RSA') return writeDerSequence(writeDerInteger(member(key, 'n')), writeDerInteger(member(key, 'e')))
  return key.kty === 'EC' ? point(key) : member(key, 'x')
}

function algorithmId(key: KeyMembers): Uint8Array {
  if (key.kty === 'RSA') return writeDerSequence(writeDerOid(oids.rsa), writeDerNull())
  if (key.kty === 'EC') return writeDerSequence(writeDerOid(oids.ec), curveOid(key))
  return writeDerSequence(writeDerOid(oids.ed25519))
}

function curveOid(key: KeyMembers): Uint8Array {
  const found = findCurve(key.crv)
  if (found === undefined) throw cannotHold(`it is on ${key.crv}`, 'jwk')
  return writeDerOid(found.curve.oid)
}

function point(key: KeyMembers): Uint8Array {
  return concatBytes([Uint8Array.of(4), member(key, 'x'), member(key, 'y')])
}

function member(key: KeyMembers, name: 'n' | 'e' | 'd' | 'p' | 'q' | 'dp' | 'dq' | 'qi' | 'x' | 'y'): Uint8Array {
  return decodeBase64url(key[name] ?? '')
}

function cannotHold(fault: string, other: string): KeyError {
  return new KeyError('key_unsupported', `Cannot write the key in this form: ${fault}`, { hint: `Write it as ${other}` })
}
