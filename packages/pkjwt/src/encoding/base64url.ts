import { PkjwtError } from '../errors.js'

/**
 * Writes bytes as base64url without padding (RFC 7515 §2). For text use `encodeBase64urlText`.
 *
 * @example
 * assert.equal(encodeBase64url(new Uint8Array([1, 2])), 'AQI')
 */
export function encodeBase64url(bytes: Uint8Array): string {
  return base64.encode(bytes, 'base64url')
}

/**
 * Writes text as base64url of its UTF-8 bytes. A lone surrogate becomes U+FFFD, as everywhere in UTF-8.
 *
 * @example
 * assert.equal(encodeBase64urlText('{}'), 'e30')
 */
export function encodeBase64urlText(text: string): string {
  return base64.encodeText(text)
}

/**
 * Reads base64url, strictly: no padding, no white space, no other alphabet, and the bits that the last character does not use
 * are zero. So there is exactly one text for each sequence of bytes, and a token cannot be changed without a change of its bytes.
 *
 * @throws {PkjwtError} `base64url_invalid`
 * @example
 * assert.deepEqual([...decodeBase64url('AQI')], [1, 2])
 * assert.throws(() => decodeBase64url('AQI='), { code: 'base64url_invalid' })
 */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> {
  const bytes = base64.decode(text, 'base64url')
  if (bytes === undefined)
    throw new PkjwtError('base64url_invalid', `Cannot read base64url: ${faultOf(text)}`, { hint: hintFor(text) })
  return bytes
}

/**
 * Writes bytes as base64 with padding (RFC 4648 §4), as PEM wants it.
 *
 * @example
 * assert.equal(encodeBase64(new Uint8Array([1, 2])), 'AQI=')
 */
export function encodeBase64(bytes: Uint8Array): string {
  return base64.encode(bytes, 'base64')
}

/**
 * Reads base64 with padding, strictly. Answers `undefined` for what is not: PEM has a better sentence for it than we could find here.
 *
 * @example
 * assert.equal(findBase64('AQI=')?.length, 2)
 * assert.equal(findBase64('AQI'), undefined)
 */
export function findBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  return base64.decode(text, 'base64')
}

function faultOf(text: string): string {
  if (text.includes('=')) return 'it is padded with "="'
  if (/\s/.test(text)) return 'there is white space in it'
  if (/[+/]/.test(text)) return 'it holds "+" or "/", which belong to plain base64'
  const stranger = text.search(/[^A-Za-z0-9_-]/)
  if (stranger >= 0) return `the character at position ${stranger} does not belong to the alphabet`
  if (text.length % 4 === 1) return `${text.length} characters are no whole number of bytes`
  return 'the unused bits of its last character are not zero'
}

function hintFor(text: string): string {
  if (/[+/=]/.test(text)) return 'Write "-" for "+", "_" for "/", and leave "=" away'
  return 'Copy it again, whole and without line breaks'
}

type Alphabet = 'base64' | 'base64url'

interface Base64 {
  encode(bytes: Uint8Array, alphabet: Alphabet): string
  encodeText(text: string): string
  decode(text: string, alphabet: Alphabet): Uint8Array<ArrayBuffer> | undefined
}

/** Node, Bun and Deno. Their decoder takes nearly anything, so what it gives is written again and compared: that settles every rule at once. */
function nativeBase64(NodeBuffer: typeof Buffer): Base64 {
  return {
    // A copy, for V8 has to move a small array before it can be looked at in place.
    encode: (bytes, alphabet) => (NodeBuffer.isBuffer(bytes) ? bytes : NodeBuffer.from(bytes)).toString(alphabet),
    encodeText: (text) => NodeBuffer.from(text, 'utf8').toString('base64url'),
    decode: (text, alphabet) => {
      const bytes = NodeBuffer.from(text, alphabet)
      return bytes.toString(alphabet) === text ? bytes : undefined
    },
  }
}

/** Browsers, by `atob` and `btoa`, with the same comparison. */
function portableBase64(): Base64 {
  const encode = (bytes: Uint8Array, alphabet: Alphabet): string => {
    let characters = ''
    for (const byte of bytes) characters += String.fromCharCode(byte)
    const text = btoa(characters)
    return alphabet === 'base64' ? text : text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  }
  const decode = (text: string, alphabet: Alphabet): Uint8Array<ArrayBuffer> | undefined => {
    const plain = alphabet === 'base64' ? text : text.replaceAll('-', '+').replaceAll('_', '/')
    const digits = plain.replaceAll('=', '')
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(plain) || digits.length % 4 === 1) return undefined
    const bytes = Uint8Array.from(atob(digits), (character) => character.charCodeAt(0))
    return encode(bytes, alphabet) === text ? bytes : undefined
  }
  return { encode, encodeText: (text) => encode(new TextEncoder().encode(text), 'base64url'), decode }
}

const base64: Base64 = typeof globalThis.Buffer === 'function' ? nativeBase64(globalThis.Buffer) : portableBase64()
