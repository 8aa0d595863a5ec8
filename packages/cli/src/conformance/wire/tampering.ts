import { createHmac } from 'node:crypto'
import {
  decodeBase64url,
  encodeBase64url,
  encodeBase64urlText,
  trimLeadingZeros,
  writeDerInteger,
  writeDerSequence,
} from 'pkjwt/encoding'
import { signingInputOf } from 'pkjwt/jwt'

// What an attacker, or a careless library, makes of a signed token.

/** Nothing behind the last dot. */
export function dropSignature(token: string): string {
  return `${signingInputOf(token)}.`
}

/** The token with other bytes as its signature. */
export function replaceSignature(token: string, change: (signature: Uint8Array) => Uint8Array): string {
  const input = signingInputOf(token)
  return `${input}.${encodeBase64url(change(decodeBase64url(token.slice(input.length + 1))))}`
}

/** One bit of the signature turned over. */
export function flipBit(signature: Uint8Array): Uint8Array {
  return signature.map((byte, index) => (index === signature.length >> 1 ? byte ^ 1 : byte))
}

/** An ECDSA signature as X.509 writes it, where JWS wants r and s side by side. */
export function asDer(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2
  const [r, s] = [signature.subarray(0, half), signature.subarray(half)].map(trimLeadingZeros)
  return writeDerSequence(writeDerInteger(r ?? 0), writeDerInteger(s ?? 0))
}

/** The claims changed after they were signed. */
export function changeClaims(token: string): string {
  const [header, payload = '', signature] = token.split('.')
  const json = new TextDecoder().decode(decodeBase64url(payload))
  return [header, encodeBase64urlText(json.replace('"jti":"', '"jti":"x')), signature].join('.')
}

/** A signature of 64 bytes leaves bits of its last character unused, which must be zero (RFC 4648 §3.5). */
export function setUnusedBit(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return `${token.slice(0, -1)}${alphabet[alphabet.indexOf(token.slice(-1)) + 1]}`
}

/** Signs with what everybody may know as if it were a secret: the attack on servers that let the token choose the algorithm. */
export function signWithHmac(token: string, secret: string): string {
  const input = signingInputOf(token)
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}
