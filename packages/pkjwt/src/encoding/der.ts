import { KeyError } from '../errors.js'
import { concatBytes } from './bytes.js'

/** One element of a DER text (X.690): its tag and what it holds. */
export interface DerElement {
  readonly tag: number
  readonly content: Uint8Array
  /** Tag and length included. */
  readonly whole: Uint8Array
}

/** The tags that occur in keys. */
export const derTags = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  sequence: 0x30,
  set: 0x31,
  /** Context-specific and primitive, number 0: [0] IMPLICIT of a string. Add n for [n]. */
  contextPrimitive: 0x80,
  /** Context-specific and constructed, number 0: [0] EXPLICIT. Add n for [n]. */
  context: 0xa0,
} as const

/**
 * Reads bytes that are exactly one DER element. DER only: lengths are definite and as short as can be. What follows the element is
 * refused, because two readers could take it for two different things.
 *
 * @throws {KeyError} `key_truncated` when the length says more than there is, `key_malformed` otherwise.
 * @example
 * assert.equal(readDer(new Uint8Array([5, 0])).tag, 5)
 */
export function readDer(bytes: Uint8Array): DerElement {
  const element = elementAt(bytes, 0)
  if (element.whole.length < bytes.length) {
    throw malformed(`${bytes.length - element.whole.length} bytes follow its end`, 'Cut them off, or export the key again')
  }
  return element
}

/**
 * Reads what a constructed element holds, in order.
 *
 * @example
 * assert.equal(readDerChildren(readDer(new Uint8Array([0x30, 2, 5, 0]))).length, 1)
 */
export function readDerChildren({ tag, content }: DerElement): DerElement[] {
  if ((tag & 0x20) === 0) throw malformed(`an element with tag ${tag} holds no others`)
  const children: DerElement[] = []
  for (let at = 0; at < content.length; ) {
    const child = elementAt(content, at)
    children.push(child)
    at += child.whole.length
  }
  return children
}

/**
 * Reads a SEQUENCE: what it holds, in order.
 *
 * @example
 * const [version] = readDerSequence(readDer(new Uint8Array([0x30, 3, 2, 1, 7])))
 * assert.equal(readDerNumber(version), 7)
 */
export function readDerSequence(element: DerElement | undefined): DerElement[] {
  return readDerChildren(expectTag(element, derTags.sequence))
}

/**
 * Reads an INTEGER that is not negative: its bytes, the sign byte left away. Zero is one zero byte.
 *
 * @example
 * assert.deepEqual([...readDerInteger(readDer(new Uint8Array([2, 2, 0, 200])))], [200])
 */
export function readDerInteger(element: DerElement | undefined): Uint8Array {
  const { content } = expectTag(element, derTags.integer)
  const [first = 0, second = 0] = content
  if (content.length === 0) throw malformed('an INTEGER is empty')
  if (first >= 0x80) throw malformed('an INTEGER is negative, the zero byte in front of it is missing')
  if (content.length > 1 && first === 0 && second < 0x80) throw malformed('an INTEGER has a zero byte too many in front')
  return first === 0 && content.length > 1 ? content.subarray(1) : content
}

/**
 * Reads an INTEGER that has to fit into four bytes: a version, a count of rounds.
 *
 * @example
 * assert.equal(readDerNumber(readDer(new Uint8Array([2, 1, 7]))), 7)
 */
export function readDerNumber(element: DerElement | undefined): number {
  const bytes = readDerInteger(element)
  if (bytes.length > 4) throw malformed('an INTEGER is larger than anything it could mean')
  return bytes.reduce((value, byte) => value * 256 + byte, 0)
}

/**
 * Reads an OCTET STRING.
 *
 * @example
 * assert.deepEqual([...readDerOctetString(readDer(new Uint8Array([4, 1, 7])))], [7])
 */
export function readDerOctetString(element: DerElement | undefined): Uint8Array {
  return expectTag(element, derTags.octetString).content
}

/**
 * Reads a BIT STRING of whole bytes, also one with an implicit tag.
 *
 * @example
 * assert.deepEqual([...readDerBitString(readDer(new Uint8Array([3, 2, 0, 7])))], [7])
 */
export function readDerBitString(element: DerElement | undefined, tag: number = derTags.bitString): Uint8Array {
  const { content } = expectTag(element, tag)
  if (content[0] !== 0) throw malformed('a BIT STRING is not made of whole bytes')
  return content.subarray(1)
}

/**
 * Reads an OBJECT IDENTIFIER, as numbers with dots.
 *
 * @example
 * assert.equal(readDerOid(readDer(new Uint8Array([6, 3, 43, 101, 112]))), '1.3.101.112')
 */
export function readDerOid(element: DerElement | undefined): string {
  const { content } = expectTag(element, derTags.objectIdentifier)
  if (content.length === 0 || content.length > 32 || (content.at(-1) ?? 0) >= 0x80)
    throw malformed('an OBJECT IDENTIFIER has no end')
  const arcs: bigint[] = []
  let arc = 0n
  for (const byte of content) {
    if (arc === 0n && byte === 0x80) throw malformed('an OBJECT IDENTIFIER has a zero too many')
    arc = arc * 128n + BigInt(byte & 0x7f)
    if (byte < 0x80) {
      arcs.push(arc)
      arc = 0n
    }
  }
  const [first = 0n, ...rest] = arcs
  const top = first < 40n ? 0n : first < 80n ? 1n : 2n
  return [top, first - top * 40n, ...rest].join('.')
}

function expectTag(element: DerElement | undefined, tag: number): DerElement {
  if (element === undefined) throw malformed('an element is missing at the end of a SEQUENCE')
  if (element.tag !== tag) throw malformed(`an element has tag ${element.tag} where ${tag} belongs`)
  return element
}

function elementAt(bytes: Uint8Array, start: number): DerElement {
  const tag = bytes[start]
  const first = bytes[start + 1]
  if (tag === undefined || first === undefined) throw truncated()
  if ((tag & 0x1f) === 0x1f) throw malformed('a tag has several bytes')
  const lengthBytes = first < 0x80 ? 0 : first - 0x80
  const from = start + 2 + lengthBytes
  const length = first < 0x80 ? first : readLength(bytes, start + 2, lengthBytes)
  if (from + length > bytes.length) throw truncated()
  return { tag, content: bytes.subarray(from, from + length), whole: bytes.subarray(start, from + length) }
}

function readLength(bytes: Uint8Array, start: number, count: number): number {
  if (count === 0) throw malformed('a length is indefinite: this is BER, not DER')
  if (count > 4) throw malformed('a length is larger than any key')
  const digits = bytes.subarray(start, start + count)
  if (digits.length < count) throw truncated()
  const length = digits.reduce((value, byte) => value * 256 + byte, 0)
  if (digits[0] === 0 || length < 0x80) throw malformed('a length is written longer than it has to be: this is BER, not DER')
  return length
}

function truncated(): KeyError {
  return new KeyError('key_truncated', 'Cannot read DER: it says that it is longer than it is, the end is missing', {
    hint: 'Copy the key again, to its very end',
  })
}

function malformed(fault: string, hint = 'Export the key again; openssl pkey -in KEY -out NEW writes it anew'): KeyError {
  return new KeyError('key_malformed', `Cannot read DER: ${fault}`, { hint })
}

/**
 * Writes one element.
 *
 * @example
 * assert.deepEqual([...writeDer(4, new Uint8Array([7]))], [4, 1, 7])
 */
export function writeDer(tag: number, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  return concatBytes([Uint8Array.of(tag, ...lengthOctets(length)), ...parts])
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length]
  const octets: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256)
  return [0x80 + octets.length, ...octets]
}

/**
 * Writes a SEQUENCE.
 *
 * @example
 * assert.deepEqual([...writeDerSequence(writeDerNull())], [0x30, 2, 5, 0])
 */
export function writeDerSequence(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return writeDer(derTags.sequence, ...parts)
}

/**
 * Writes an unsigned INTEGER, from its bytes or a small number.
 *
 * @example
 * assert.deepEqual([...writeDerInteger(200)], [2, 2, 0, 200])
 */
export function writeDerInteger(value: Uint8Array | number): Uint8Array<ArrayBuffer> {
  const bytes = typeof value === 'number' ? numberOctets(value) : value
  const first = bytes.findIndex((byte) => byte !== 0)
  const digits = first < 0 ? Uint8Array.of(0) : bytes.subarray(first)
  return (digits[0] ?? 0) >= 0x80 ? writeDer(derTags.integer, Uint8Array.of(0), digits) : writeDer(derTags.integer, digits)
}

function numberOctets(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
}

/**
 * Writes an OCTET STRING.
 *
 * @example
 * assert.deepEqual([...writeDerOctetString(new Uint8Array([7]))], [4, 1, 7])
 */
export function writeDerOctetString(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return writeDer(derTags.octetString, ...parts)
}

/**
 * Writes a BIT STRING of whole bytes.
 *
 * @example
 * assert.deepEqual([...writeDerBitString(new Uint8Array([7]))], [3, 2, 0, 7])
 */
export function writeDerBitString(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return writeDer(derTags.bitString, Uint8Array.of(0), bytes)
}

/**
 * Writes NULL.
 *
 * @example
 * assert.deepEqual([...writeDerNull()], [5, 0])
 */
export function writeDerNull(): Uint8Array<ArrayBuffer> {
  return writeDer(derTags.null)
}

/**
 * Writes an OBJECT IDENTIFIER from numbers with dots.
 *
 * @example
 * assert.deepEqual([...writeDerOid('1.3.101.112')], [6, 3, 43, 101, 112])
 */
export function writeDerOid(oid: string): Uint8Array<ArrayBuffer> {
  const [top = 0, second = 0, ...rest] = oid.split('.').map(Number)
  return writeDer(derTags.objectIdentifier, Uint8Array.from([top * 40 + second, ...rest].flatMap(arcOctets)))
}

function arcOctets(arc: number): number[] {
  const octets = [arc % 128]
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) octets.unshift(0x80 + (rest % 128))
  return octets
}
