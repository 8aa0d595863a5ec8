import { decodeBase64url } from '../encoding/base64url.js'
import { isJsonObject, readJson } from '../encoding/json.js'
import { PkjwtError } from '../errors.js'

/** A JSON object as it came: its members are whatever the sender wrote. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Longest compact token that is looked at; RFC 7523 assertions are around 700 characters. */
export const tokenCharactersMax = 16_384

/** A compact JWT whose signature nobody has checked yet: nothing in it may be believed. */
export interface UnverifiedJwt {
  readonly text: string
  readonly header: JsonObject
  readonly claims: JsonObject
  readonly signature: Uint8Array
}

/** What is wrong with the outer form of a token, part by part. */
export interface JwtFault {
  readonly part: 'token' | 'header' | 'payload' | 'signature'
  readonly kind: 'size' | 'parts' | 'encoding' | 'json'
  readonly detail: string
  readonly cause?: unknown
}

/** A token read as far as it can be read. `faults` is empty when it is a well-formed JWT; then all three parts are there. */
export interface DraftJwt {
  readonly text: string
  readonly header: JsonObject | undefined
  readonly claims: JsonObject | undefined
  readonly signature: Uint8Array | undefined
  readonly faults: readonly JwtFault[]
}

/**
 * Reads a compact token part by part and never throws: what cannot be read is a fault. Use `parseJwt` when the first fault should
 * stop everything.
 *
 * @example
 * const { header, faults } = readDraftJwt('eyJhbGciOiJFUzI1NiJ9.e30.%')
 * assert.equal(header?.alg, 'ES256')
 * assert.ok(faults.length > 0)
 */
export function readDraftJwt(text: string): DraftJwt {
  const parts = splitCompact(text)
  if ('kind' in parts) return { text, header: undefined, claims: undefined, signature: undefined, faults: [parts] }
  const faults: JwtFault[] = []
  const header = readObjectPart('header', parts[0], faults)
  const claims = readObjectPart('payload', parts[1], faults)
  const signature = readBytesPart('signature', parts[2], faults)
  return { text, header, claims, signature, faults }
}

/**
 * Reads a compact JWT strictly (RFC 7515 §3.1, RFC 7519 §7.2): three parts in canonical base64url, JSON objects without duplicate
 * members, at most 16 KiB. It checks no signature.
 *
 * @throws {PkjwtError} `token_malformed`
 * @example
 * const jwt = parseJwt('eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiIwb2ExIn0.AA')
 * assert.equal(jwt.claims.iss, '0oa1')
 */
export function parseJwt(text: string): UnverifiedJwt {
  return wellFormed(readDraftJwt(text))
}

/** A compact JWS whose payload may be anything. */
export interface UnverifiedJws {
  readonly header: JsonObject
  readonly payload: Uint8Array
  readonly signature: Uint8Array
}

/**
 * Reads a compact JWS strictly, whatever its payload is.
 * @throws {PkjwtError} `token_malformed`
 * @example
 * const { header } = parseJws(assertion)
 * assert.equal(header.alg, 'RS256')
 */
export function parseJws(text: string): UnverifiedJws {
  const faults: JwtFault[] = []
  const parts = splitCompact(text)
  if ('kind' in parts) throw malformed(parts)
  const header = readObjectPart('header', parts[0], faults)
  const payload = readBytesPart('payload', parts[1], faults)
  const signature = readBytesPart('signature', parts[2], faults)
  if (header === undefined || payload === undefined || signature === undefined) throw malformed(faults[0])
  return { header, payload, signature }
}

/**
 * The draft as a JWT whose three parts are all there.
 * @throws {PkjwtError} `token_malformed` with the first fault
 * @example
 * assert.equal(wellFormed(readDraftJwt(assertion)).claims.iss, '0oa1')
 */
export function wellFormed(draft: DraftJwt): UnverifiedJwt {
  const [fault] = draft.faults
  const { text, header, claims, signature } = draft
  if (fault !== undefined || header === undefined || claims === undefined || signature === undefined) throw malformed(fault)
  return { text, header, claims, signature }
}

/**
 * What the signature of a compact token is made over: everything before the last dot.
 *
 * @example
 * assert.equal(signingInputOf('e30.e30.AA'), 'e30.e30')
 */
export function signingInputOf(text: string): string {
  return text.slice(0, text.lastIndexOf('.'))
}

function malformed(fault: JwtFault | undefined): PkjwtError {
  const subject = fault === undefined || fault.part === 'token' ? 'a token' : `the ${fault.part} of a token`
  return new PkjwtError('token_malformed', `Cannot read ${subject}: ${fault?.detail ?? 'a part is missing'}`, {
    hint: 'Give the compact form: three base64url parts with a dot between them',
    cause: fault?.cause,
  })
}

type ThreeParts = readonly [header: string, payload: string, signature: string]

function splitCompact(text: string): ThreeParts | JwtFault {
  if (text.length > tokenCharactersMax) {
    return { part: 'token', kind: 'size', detail: `it has ${text.length} characters, and the limit is ${tokenCharactersMax}` }
  }
  const first = text.indexOf('.')
  const second = text.indexOf('.', first + 1)
  if (second < 0 || text.indexOf('.', second + 1) >= 0) {
    return { part: 'token', kind: 'parts', detail: partsDetail(text.trimStart(), text.split('.', 6).length) }
  }
  return [text.slice(0, first), text.slice(first + 1, second), text.slice(second + 1)]
}

function partsDetail(text: string, count: number): string {
  if (text === '') return 'it is empty'
  if (text.startsWith('{')) return 'it is JSON; the compact form is wanted'
  if (count === 5) return 'it has five parts: it is encrypted (JWE), and a signed token has three'
  return `it has ${count > 5 ? 'more than five' : count} ${count === 1 ? 'part' : 'parts'}, and a signed token has three`
}

function readObjectPart(part: 'header' | 'payload', encoded: string, faults: JwtFault[]): JsonObject | undefined {
  const bytes = readBytesPart(part, encoded, faults)
  if (bytes === undefined) return undefined
  try {
    const value = readJson(bytes)
    if (isJsonObject(value)) return value
    faults.push({ part, kind: 'json', detail: `it is ${jsonKind(value)}, not a JSON object` })
  } catch (cause) {
    faults.push({ part, kind: 'json', detail: detailOf(cause), cause })
  }
  return undefined
}

function readBytesPart(part: JwtFault['part'], encoded: string, faults: JwtFault[]): Uint8Array | undefined {
  try {
    return decodeBase64url(encoded)
  } catch (cause) {
    faults.push({ part, kind: 'encoding', detail: detailOf(cause), cause })
    return undefined
  }
}

/** The part of the sentence behind the colon: what is the case. */
function detailOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause)
  return message.slice(message.indexOf(': ') + 1).trim()
}

function jsonKind(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`
}
