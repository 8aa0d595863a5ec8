import { encodeBase64url } from '../encoding/base64url.js'
import { bigintToBytes, bytesToBigint } from '../encoding/bigint.js'
import { trimLeadingZeros } from '../encoding/bytes.js'
import {
  type DerElement,
  derTags,
  readDer,
  readDerBitString,
  readDerChildren,
  readDerInteger,
  readDerNumber,
  readDerOctetString,
  readDerOid,
  readDerSequence,
} from '../encoding/der.js'
import { KeyError } from '../errors.js'
import { type AlgorithmId, oids, readAlgorithmId, readPssParameters, unsupportedCurve, unsupportedKey } from './algorithmIds.js'
import { type CurveName, curves } from './curves.js'
import type { KeyMembers } from './found.js'
import { decodePoint } from './points.js'

/** Reads a PKCS#8 PrivateKeyInfo (RFC 5208), or its version 2, which may carry the public key as well (RFC 5958). */
export function readPkcs8(bytes: Uint8Array): KeyMembers {
  const [version, algorithm, privateKey, ...extras] = readDerSequence(readDer(bytes))
  if (readDerNumber(version) > 1) throw malformed('PKCS#8', 'its version is neither 1 nor 2')
  const id = readAlgorithmId(algorithm)
  const held = readDerOctetString(privateKey)
  const publicKey = readPublicExtra(extras)
  switch (id.oid) {
    case oids.rsa:
      return readPkcs1Private(held)
    case oids.rsaPss:
      return { ...readPkcs1Private(held), alg: readPssParameters(id.parameters) }
    case oids.ec:
      return readEcPrivate(held, { crv: readCurve(id.parameters), publicKey })
    case oids.ed25519:
      return {
        kty: 'OKP',
        crv: 'Ed25519',
        d: encodeBase64url(readEdSeed(held)),
        ...(publicKey && { x: encodeBase64url(publicKey) }),
      }
    default:
      throw unsupportedKey(id.oid)
  }
}

// After the key come [0] attributes, which say nothing about the key, and in version 2 [1] the public key. Others are not defined.
function readPublicExtra(extras: readonly DerElement[]): Uint8Array | undefined {
  const tags = extras.map((extra) => extra.tag)
  const isKnown = tags.every(
    (tag, at) => (tag === derTags.context || tag === derTags.contextPrimitive + 1) && tags.indexOf(tag) === at,
  )
  if (!isKnown) throw malformed('PKCS#8', 'something that is not defined follows the private key')
  const publicKey = extras.find((extra) => extra.tag === derTags.contextPrimitive + 1)
  return publicKey && readDerBitString(publicKey, derTags.contextPrimitive + 1)
}

/** Reads the RSAPrivateKey of PKCS#1 (RFC 8017 A.1.2). */
export function readPkcs1Private(bytes: Uint8Array): KeyMembers {
  const [version, ...numbers] = readDerSequence(readDer(bytes))
  if (readDerNumber(version) > 1) throw malformed('PKCS#1', 'its version is neither 0 nor 1')
  if (readDerNumber(version) === 1 || numbers.length > 8) {
    throw new KeyError('key_unsupported', 'Cannot use this RSA key: it has more than two primes', {
      hint: 'Make a key with two primes: pkjwt keygen --alg RS256',
    })
  }
  const [n, e, d, p, q, dp, dq, qi] = Array.from({ length: 8 }, (_, at) => readNumber(numbers[at])) as [
    string,
    string,
    string,
    ...string[],
  ]
  // Some exporters drop the primes and write zeros: those are computed again from n, e and d.
  const crt = Object.entries({ p, q, dp, dq, qi }).filter(([, value]) => value !== 'AA')
  return { kty: 'RSA', n, e, d, ...Object.fromEntries(crt) }
}

/** Reads the RSAPublicKey of PKCS#1 (RFC 8017 A.1.1). */
export function readPkcs1Public(bytes: Uint8Array): KeyMembers {
  const [n, e, ...rest] = readDerSequence(readDer(bytes))
  if (rest.length > 0) throw malformed('PKCS#1', 'something follows the exponent')
  return { kty: 'RSA', n: readNumber(n), e: readNumber(e) }
}

function readNumber(element: DerElement | undefined): string {
  return encodeBase64url(readDerInteger(element))
}

/** Reads the ECPrivateKey of SEC 1 (RFC 5915). */
export function readSec1(bytes: Uint8Array): KeyMembers {
  return readEcPrivate(bytes, {})
}

interface EcOutside {
  /** The curve that the container around it names. */
  readonly crv?: CurveName
  readonly publicKey?: Uint8Array | undefined
}

function readEcPrivate(bytes: Uint8Array, outside: EcOutside): KeyMembers {
  const [version, scalar, ...rest] = readDerSequence(readDer(bytes))
  if (readDerNumber(version) !== 1) throw malformed('EC', 'its version is not 1')
  const isKnown = rest.every(
    ({ tag }, at) => (tag === derTags.context && at === 0) || (tag === derTags.context + 1 && at === rest.length - 1),
  )
  if (!isKnown) throw malformed('EC', 'something that is not defined follows the private key')
  const [parameters] = readExplicit(rest, 0)
  const [point] = readExplicit(rest, 1)
  const crv = parameters === undefined ? outside.crv : readCurve(parameters)
  if (crv === undefined) throw malformed('EC', 'it does not name its curve', 'Export it again with openssl ec -in KEY -out NEW')
  if (outside.crv !== undefined && crv !== outside.crv) throw malformed('EC', 'it names two different curves')
  const publicKey = point === undefined ? outside.publicKey : readDerBitString(point)
  return { kty: 'EC', crv, ...(publicKey && readPoint(publicKey, crv)), d: readScalar(readDerOctetString(scalar), crv) }
}

function readExplicit(elements: readonly DerElement[], number: 0 | 1): DerElement[] {
  const element = elements.find(({ tag }) => tag === derTags.context + number)
  return element === undefined ? [] : readDerChildren(element)
}

// RFC 5915 wants the full length. Some exporters leave zeros in front away, or add one as for an INTEGER: the number is the same.
function readScalar(bytes: Uint8Array, crv: CurveName): string {
  const scalar = trimLeadingZeros(bytes)
  const { bytes: length } = curves[crv]
  if (scalar.length > length) throw malformed('EC', `its private part is longer than ${length} bytes`)
  return encodeBase64url(bigintToBytes(bytesToBigint(scalar), length))
}

function readEdSeed(held: Uint8Array): Uint8Array {
  const seed = readDerOctetString(readDer(held))
  if (seed.length !== 32) throw malformed('Ed25519', `its private part has ${seed.length} bytes instead of 32`)
  return seed
}

/** Reads a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7), as "PUBLIC KEY" and certificates hold it. */
export function readSpki(bytes: Uint8Array): KeyMembers {
  const [algorithm, publicKey, ...rest] = readDerSequence(readDer(bytes))
  if (rest.length > 0) throw malformed('public', 'something follows it')
  const id = readAlgorithmId(algorithm)
  return readSpkiKey(id, readDerBitString(publicKey))
}

function readSpkiKey(id: AlgorithmId, held: Uint8Array): KeyMembers {
  switch (id.oid) {
    case oids.rsa:
      return readPkcs1Public(held)
    case oids.rsaPss:
      return { ...readPkcs1Public(held), alg: readPssParameters(id.parameters) }
    case oids.ec: {
      const crv = readCurve(id.parameters)
      return { kty: 'EC', crv, ...readPoint(held, crv) }
    }
    case oids.ed25519:
      return { kty: 'OKP', crv: 'Ed25519', x: encodeBase64url(held) }
    default:
      throw unsupportedKey(id.oid)
  }
}

function readCurve(parameters: DerElement | undefined): CurveName {
  if (parameters?.tag === derTags.sequence) {
    throw new KeyError('key_unsupported', 'Cannot use this EC key: it spells its curve out instead of naming it', {
      hint: 'Name the curve: openssl ec -in KEY -param_enc named_curve -out NEW',
    })
  }
  const oid = readDerOid(parameters)
  const found = (Object.keys(curves) as CurveName[]).find((name) => curves[name].oid === oid)
  if (found === undefined) throw unsupportedCurve(oid)
  return found
}

function readPoint(bytes: Uint8Array, crv: CurveName): { x: string; y: string } {
  const curve = curves[crv]
  const point = decodePoint(curve, bytes)
  if (point === undefined) {
    throw new KeyError('key_inconsistent', `Cannot use this EC key: its public part is no point on ${crv}`, {
      hint: 'The file is damaged: take the key from where it was made',
    })
  }
  return { x: encodeBase64url(bigintToBytes(point.x, curve.bytes)), y: encodeBase64url(bigintToBytes(point.y, curve.bytes)) }
}

function malformed(kind: string, fault: string, hint = 'The file is damaged: take the key from where it was made'): KeyError {
  return new KeyError('key_malformed', `Cannot read the ${kind} key: ${fault}`, { hint })
}
