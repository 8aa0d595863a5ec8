import { encodeBase64url } from '../encoding/base64url.js'
import { bigintToBytes } from '../encoding/bigint.js'
import { trimLeadingZeros } from '../encoding/bytes.js'
import { KeyError } from '../errors.js'
import { type CurveName, curves } from './curves.js'
import type { KeyMembers } from './found.js'
import { hintMakeAnother } from './hints.js'
import { decodePoint } from './points.js'

/** The strings and numbers of SSH (RFC 4251 §5), one after the other. */
export interface SshReader {
  uint32(): number
  string(): Uint8Array
  text(): string
  /** A number that is not negative, as a member of a JWK. */
  mpint(): string
  rest(): Uint8Array
}

/** Reads one after the other. */
export function createSshReader(bytes: Uint8Array): SshReader {
  let at = 0
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length)
      throw new KeyError('key_truncated', 'Cannot read the SSH key: its end is missing', {
        hint: 'Copy the key again, to its very end',
      })
    at += length
    return bytes.subarray(at - length, at)
  }
  const uint32 = (): number => {
    const four = take(4)
    return new DataView(four.buffer, four.byteOffset, 4).getUint32(0)
  }
  const string = (): Uint8Array => take(uint32())
  const mpint = (): string => {
    const number = string()
    if ((number[0] ?? 0) >= 0x80) throw malformed('a number in it is negative')
    return encodeBase64url(trimLeadingZeros(number))
  }
  return { uint32, string, text: () => new TextDecoder().decode(string()), mpint, rest: () => take(bytes.length - at) }
}

/** Reads the public key that a line of `authorized_keys` or an agent holds (RFC 4253 §6.6, RFC 5656 §3.1, RFC 8709 §4). */
export function readSshPublic(blob: Uint8Array): KeyMembers {
  const reader = createSshReader(blob)
  const key = readPublicParts(reader.text(), reader)
  if (reader.rest().length > 0) throw malformed('something follows its end')
  return key
}

/** Reads what follows the name of the type. */
export function readPublicParts(type: string, reader: SshReader): KeyMembers {
  if (type === 'ssh-rsa') {
    const e = reader.mpint()
    return { kty: 'RSA', n: reader.mpint(), e }
  }
  if (type === 'ssh-ed25519') return { kty: 'OKP', crv: 'Ed25519', x: encodeBase64url(reader.string()) }
  return readEcPublic(curveOfSsh(type), reader)
}

function readEcPublic(crv: CurveName, reader: SshReader): KeyMembers {
  reader.string()
  const curve = curves[crv]
  const point = decodePoint(curve, reader.string())
  if (point === undefined)
    throw new KeyError('key_inconsistent', `Cannot use the SSH key: its public part is no point on ${crv}`, {
      hint: 'Take it from where it was made',
    })
  return {
    kty: 'EC',
    crv,
    x: encodeBase64url(bigintToBytes(point.x, curve.bytes)),
    y: encodeBase64url(bigintToBytes(point.y, curve.bytes)),
  }
}

const curveNames = new Map<string, CurveName>([
  ['ecdsa-sha2-nistp256', 'P-256'],
  ['ecdsa-sha2-nistp384', 'P-384'],
  ['ecdsa-sha2-nistp521', 'P-521'],
])

/** The curve that the name of a type ends with. */
export function curveOfSsh(type: string): CurveName {
  const crv = curveNames.get(type)
  if (crv === undefined) throw unsupportedType(type)
  return crv
}

function unsupportedType(type: string): KeyError {
  if (type.startsWith('sk-')) {
    return new KeyError(
      'key_unsupported',
      'Cannot use the SSH key: it is held by a security key (FIDO), whose signatures are not those of a token',
      { hint: hintMakeAnother },
    )
  }
  const what =
    type === 'ssh-dss'
      ? 'a DSA key'
      : type.includes('-cert-v01')
        ? 'a certificate of SSH'
        : `of the type ${JSON.stringify(type.slice(0, 40))}`
  return new KeyError('key_unsupported', `Cannot use the SSH key: it is ${what}`, { hint: hintMakeAnother })
}

/** The error for something that is not what OpenSSH writes. */
export function malformed(fault: string): KeyError {
  return new KeyError('key_malformed', `Cannot read the SSH key: ${fault}`, {
    hint: 'The file is damaged: take the key from where it was made',
  })
}
