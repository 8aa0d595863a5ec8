import { findBase64 } from '../encoding/base64url.js'
import { isJsonObject, readJson } from '../encoding/json.js'
import { decodePemBody, looksLikePem, type PemBlock, readPem } from '../encoding/pem.js'
import { KeyError } from '../errors.js'
import type { Found } from './found.js'
import { recogniseDer } from './recogniseDer.js'
import { cannotUse, explainText, isPlaceholder } from './unusable.js'

/** No key and no set of keys is larger. */
export const inputBytesMax = 256 * 1024

/**
 * Tells what a text, bytes or an object hold, by their content and never by a name: all of it, in order.
 *
 * @throws {KeyError} with a code, a sentence and a hint of its own for each thing that is no key.
 * @example
 * const [found] = recognise(await readFile('private-key.pem', 'utf8'))
 * assert.equal(found?.is, 'private')
 */
export function recognise(input: string | Uint8Array | object): readonly Found[] {
  if (typeof input === 'string') return recogniseText(input)
  if (input instanceof Uint8Array) return recogniseBytes(input)
  if (input instanceof ArrayBuffer) return recogniseBytes(new Uint8Array(input))
  return recogniseObject(input)
}

function recogniseBytes(bytes: Uint8Array, depth = 0): readonly Found[] {
  if (bytes.length === 0) throw cannotUse('empty')
  if (bytes.length > inputBytesMax) throw cannotUse('tooLarge')
  const text = findText(bytes)
  if (text !== undefined) return recogniseText(text, depth)
  if (startsWith(bytes, 'openssh-key-v1\0')) return [{ is: 'private', form: 'openssh', bytes }]
  if (bytes[0] === 0x30) return [recogniseDer(bytes)]
  if (startsWith(bytes, '\xfe\xed\xfe\xed') || startsWith(bytes, '\xce\xce\xce\xce')) throw cannotUse('javaKeyStore')
  throw cannotUse('binary')
}

function startsWith(bytes: Uint8Array, prefix: string): boolean {
  return Array.from(prefix).every((character, at) => bytes[at] === character.charCodeAt(0))
}

// Windows writes UTF-16 with a byte order mark where others write UTF-8. Text has no control characters but white space.
function findText(bytes: Uint8Array): string | undefined {
  const encoding = startsWith(bytes, '\xff\xfe') ? 'utf-16le' : startsWith(bytes, '\xfe\xff') ? 'utf-16be' : 'utf-8'
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
    return /[\0-\x08\x0e-\x1f]/.test(text) ? undefined : text
  } catch {
    return undefined
  }
}

function recogniseText(whole: string, depth = 0): readonly Found[] {
  if (whole.length > inputBytesMax) throw cannotUse('tooLarge')
  const text = unquote(whole)
  if (text === '') throw cannotUse('empty')
  if (isPlaceholder(text)) throw explainText(text)
  if (/^[{[]/.test(text)) return recogniseObject(readJson(unescapeQuotes(text)))
  if (looksLikePem(text)) return recognisePem(text)
  const sshKeys = findSshPublic(text)
  if (sshKeys.length > 0) return sshKeys
  const inside = depth < 3 ? findInside(text) : undefined
  if (inside !== undefined) return recogniseBytes(inside, depth + 1)
  throw explainText(text)
}

// White space, a byte order mark, and one pair of quotes.
function unquote(whole: string): string {
  const text = whole.replace(/^[\s\ufeff]+/, '').trimEnd()
  const quote = text[0]
  const isQuoted = text.length > 1 && (quote === '"' || quote === "'" || quote === '`') && text.endsWith(quote)
  return isQuoted ? text.slice(1, -1).trim() : text
}

// An object whose quotes kept the backslashes that a shell or a config file wanted.
function unescapeQuotes(text: string): string {
  return /^\{\s{0,40}\\"/.test(text) ? text.replaceAll('\\"', '"') : text
}

// Base64 of any of this: of DER without its PEM, or of a whole file, as secret stores like to have it.
function findInside(text: string): Uint8Array | undefined {
  const digits = text
    .replace(/\s|\\n/g, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/={1,2}$/, '')
  const bytes = findBase64(digits + '='.repeat((4 - (digits.length % 4)) % 4))
  if (bytes === undefined || bytes.length < 32) return undefined
  return isWorthIt(bytes) ? bytes : undefined
}

function isWorthIt(bytes: Uint8Array): boolean {
  if (bytes[0] === 0x30 && (bytes[1] ?? 0) >= 0x20) return true
  const text = findText(bytes)?.trim() ?? ''
  return startsWith(bytes, 'openssh-key-v1') || /^[{"]|^[A-Za-z0-9+/\s]{64,}={0,2}$/.test(text) || looksLikePem(text)
}

const sshPublicLine = /^(?:.{0,1000} )?((?:ssh-|ecdsa-sha2-|sk-)[a-z0-9@.-]{1,60}) ([A-Za-z0-9+/]{20,}={0,2})(?: .{0,1000})?$/gm

function findSshPublic(text: string): readonly Found[] {
  const found = text.matchAll(sshPublicLine)
  return Array.from(found, ([, , base64 = '']) => ({ is: 'public', form: 'ssh', bytes: findBase64(base64) ?? new Uint8Array() }))
}

function recognisePem(text: string): readonly Found[] {
  const blocks = readPem(text)
  if (blocks.length > 0) return blocks.map(recogniseBlock)
  throw new KeyError('key_truncated', 'Cannot read the PEM text: its BEGIN line is not whole', {
    hint: 'Copy the whole block again, from the BEGIN line to the END line',
  })
}

function recogniseBlock(block: PemBlock): Found {
  const { label, encryption } = block
  if (label.startsWith('PGP ')) throw cannotUse('pgp')
  if (label === 'SSH2 PUBLIC KEY') return { is: 'public', form: 'ssh', bytes: decodePemBody(block) }
  if (!label.includes('KEY') && label !== 'CERTIFICATE' && label !== 'X509 CERTIFICATE')
    return { is: 'other', what: `a block "${label}"` }
  const bytes = decodePemBody(block)
  if (encryption !== undefined) return { is: 'encrypted', form: 'traditional', bytes, ...encryption }
  if (startsWith(bytes, 'openssh-key-v1\0')) return { is: 'private', form: 'openssh', bytes }
  try {
    return recogniseDer(bytes)
  } catch (error) {
    throw error instanceof KeyError ? withPlace(error, block) : error
  }
}

function withPlace(error: KeyError, { label, line, lineEnd }: PemBlock): KeyError {
  const place = `the PEM block "${label}" on lines ${line} to ${lineEnd}`
  return new KeyError(error.code, error.message.replace('read DER', `read ${place}`).replace('this DER', place), {
    hint: error.hint,
    cause: error,
  })
}

/** How deep, and through how many values, a key is looked for inside of a larger object. */
const searchDepthMax = 6
const searchValuesMax = 2000

function recogniseObject(value: unknown): readonly Found[] {
  if (isJsonObject(value) && (typeof value['sign'] === 'function' || typeof value['verify'] === 'function'))
    throw cannotUse('alreadyRead')
  const found = search({ value, kid: undefined, depth: 0 }, { left: searchValuesMax })
  if (found.length === 0) throw cannotUse('noKeyInJson')
  return found
}

interface Held {
  readonly value: unknown
  /** What the object around it calls the kid of this key. */
  readonly kid: unknown
  readonly depth: number
}

function search({ value, kid, depth }: Held, budget: { left: number }): readonly Found[] {
  budget.left--
  if (budget.left < 0 || depth > searchDepthMax) return []
  if (typeof value === 'string') return looksLikePem(value) ? recognisePem(value).map((each) => withKid(each, kid)) : []
  if (Array.isArray(value))
    return value.flatMap((each: unknown) => search({ value: each, kid: undefined, depth: depth + 1 }, budget))
  if (!isJsonObject(value)) return []
  if (value['kty'] !== undefined) return [{ is: 'jwk', members: { ...value } }]
  if (Array.isArray(value['keys'])) return [{ is: 'jwks', keys: value['keys'] }]
  // A service account of Google calls the kid of its key private_key_id.
  const kidOf = (name: string) => (name === 'private_key' ? value['private_key_id'] : undefined)
  return Object.entries(value).flatMap(([name, each]) => search({ value: each, kid: kidOf(name), depth: depth + 1 }, budget))
}

function withKid(found: Found, kid: unknown): Found {
  return typeof kid === 'string' && (found.is === 'private' || found.is === 'encrypted') ? { ...found, kid } : found
}
