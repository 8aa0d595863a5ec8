import { PkjwtError } from '../errors.js'
import { findJsonFault } from './jsonFault.js'
import { isJsonObject } from './jsonObject.js'

export { isJsonObject } from './jsonObject.js'

/** How JSON is read. */
export interface ReadJsonOptions {
  /** How many objects and arrays may stand in one another. Default 32. */
  readonly depthMax?: number | undefined
  /** Refuse text with half a surrogate pair, which has no UTF-8 form and so no one digest. Default false. */
  readonly refuseLoneSurrogates?: boolean | undefined
  /** What is being read, for the sentence of the error. Default "JSON". */
  readonly what?: string | undefined
}

/**
 * Reads JSON, strictly: no duplicate member at any depth (RFC 7515 §4 lets a parser take the last one, so that two readers can
 * see two different tokens), no byte that is not UTF-8, no depth without end.
 *
 * @param input The text, or its UTF-8 bytes.
 * @throws {PkjwtError} `json_invalid`. Nothing of the text is quoted but the name of a member: there may be a key in it.
 * @example
 * assert.throws(() => readJson('{"a":1,"a":2}'), { code: 'json_invalid' })
 */
export function readJson(input: string | Uint8Array, options: ReadJsonOptions = {}): unknown {
  const { depthMax = 32, refuseLoneSurrogates = false, what = 'JSON' } = options
  const text = typeof input === 'string' ? input : decodeUtf8(input, what)
  const { members, depth } = measure(text)
  const value = depth > depthMax ? undefined : tryParse(text)
  if (value === undefined || countMembers(value) !== members) throw invalidJson(text, { depthMax, what })
  if (refuseLoneSurrogates && hasLoneSurrogate(value)) {
    throw new PkjwtError('json_invalid', `Cannot read ${what}: it holds half a surrogate pair`, {
      hint: 'Write a character beyond U+FFFF as itself, or as both its \\u escapes',
    })
  }
  return value
}

/**
 * Reads a JSON text that has to be an object: as `readJson`, and refuses everything else.
 *
 * @example
 * assert.deepEqual(parseJsonObject('{"a":1}'), { a: 1 })
 * assert.throws(() => parseJsonObject('[]'), { code: 'json_invalid' })
 */
export function parseJsonObject(input: string | Uint8Array, options: ReadJsonOptions = {}): Record<string, unknown> {
  const value = readJson(input, options)
  if (isJsonObject(value)) return value
  throw new PkjwtError('json_invalid', `Cannot read ${options.what ?? 'JSON'}: it is not an object but ${kindOf(value)}`, {
    hint: 'It has to begin with "{" and end with "}"',
  })
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeUtf8(bytes: Uint8Array, what: string): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new PkjwtError('json_invalid', `Cannot read ${what}: its bytes are not UTF-8`, { hint: 'Save it as UTF-8' })
  }
}

// JSON.parse says nothing of a member that comes twice: the second replaces the first. But each member has one colon outside of
// strings, so the colons of the text are counted against the members of the value. That is one pass without a parser of our own,
// and two spellings of one name ("a" and "\u0061") are found as well.
function measure(text: string): { members: number; depth: number } {
  let members = 0
  let open = 0
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x22) at = endOfString(text, at)
    else if (code === 0x3a) members++
    else if (code === 0x7b || code === 0x5b) depth = Math.max(depth, ++open)
    else if (code === 0x7d || code === 0x5d) open--
  }
  return { members, depth }
}

/** The position of the quote that ends the string which begins at `start`, or the end of the text. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end < 0 ? text.length : end
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++
  return backslashes % 2 === 1
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Its message quotes the text: it must not get out, not even as a cause.
    return undefined
  }
}

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const held = Object.values(value)
  return held.reduce<number>((sum, each) => sum + countMembers(each), Array.isArray(value) ? 0 : held.length)
}

function hasLoneSurrogate(value: unknown): boolean {
  if (typeof value === 'string') return /\p{Surrogate}/u.test(value)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, each]) => hasLoneSurrogate(name) || hasLoneSurrogate(each))
}

function invalidJson(text: string, { depthMax, what }: { depthMax: number; what: string }): PkjwtError {
  const { at, fault, hint } = findJsonFault(text, depthMax)
  const before = text.slice(0, at).split('\n')
  const line = before.length
  const column = (before.at(-1)?.length ?? 0) + 1
  return new PkjwtError('json_invalid', `Cannot read ${what}: ${fault} at line ${line}, column ${column}`, { hint })
}
