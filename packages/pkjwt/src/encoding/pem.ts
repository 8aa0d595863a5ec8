import { KeyError } from '../errors.js'
import { encodeBase64, findBase64 } from './base64url.js'

/** One block of a PEM text, its body not decoded yet: what a label announces may not be base64 of DER at all. */
export interface PemBlock {
  readonly label: string
  /** Where it begins, counted from 1. */
  readonly line: number
  readonly lineEnd: number
  readonly body: string
  /** `Proc-Type: 4,ENCRYPTED` and `DEK-Info` of a traditional encrypted key (RFC 1421 §4.6). */
  readonly encryption: { readonly cipher: string; readonly iv: string } | undefined
}

// The dashes of word processors count as well. Every repetition here is bounded: a text of nothing but dashes must not take long.
const dashes = '[-\\u2010-\\u2015]{2,8}'
const marker = new RegExp(`${dashes}[ \\t]{0,4}(BEGIN|END) ([A-Z0-9][A-Z0-9 ._]{0,60}?)[ \\t]{0,4}${dashes}`, 'g')

/** No chain of certificates and no folder of keys in one file comes near. */
const blocksMax = 100

/**
 * Whether there is anything of PEM in a text.
 *
 * @example
 * assert.equal(looksLikePem('-----BEGIN PRIVATE KEY-----'), true)
 */
export function looksLikePem(text: string): boolean {
  return /[-\u2010-\u2015]{2,8}[ \t]{0,4}(?:BEGIN|END) [A-Z0-9]/.test(text)
}

/**
 * Reads the blocks of a PEM text (RFC 7468) in their order, whatever stands around them, and mends what environment variables,
 * editors and mail do to it: `\n` as two characters, quotes, spaces for line breaks, CRLF, a byte order mark, indentation.
 *
 * @throws {KeyError} `key_truncated` with the line, when the beginning or the end of a block is missing.
 * @example
 * const [block] = readPem(await readFile('private-key.pem', 'utf8'))
 * assert.equal(block?.label, 'PRIVATE KEY')
 */
export function readPem(text: string): PemBlock[] {
  const mended = text.replace(/(?:\\{1,4}r)?\\{1,4}n/g, '\n').replace(/\r\n?/g, '\n')
  const blocks: PemBlock[] = []
  let begun: { label: string; from: number; line: number } | undefined
  for (const found of mended.matchAll(marker)) {
    const [whole, side, label = ''] = found
    const line = lineOf(mended, found.index)
    if (side === 'BEGIN') {
      if (begun !== undefined) throw withoutEnd(begun, line)
      begun = { label, from: found.index + whole.length, line }
    } else {
      if (begun === undefined) throw withoutBeginning(label, line)
      if (begun.label !== label) throw twoLabels(begun, { label, line })
      if (blocks.length === blocksMax) throw tooManyBlocks()
      blocks.push(readBlock({ ...begun, lineEnd: line }, mended.slice(begun.from, found.index)))
      begun = undefined
    }
  }
  if (begun !== undefined) throw withoutEnd(begun, lineOf(mended, mended.trimEnd().length))
  return blocks
}

function readBlock({ label, line, lineEnd }: { label: string; line: number; lineEnd: number }, inside: string): PemBlock {
  const dek = /DEK-Info:[ \t]*([A-Za-z0-9-]+)(?:,[ \t]*([0-9A-Fa-f]+))?/.exec(inside)
  const body = inside.replace(/Proc-Type:[ \t]*4,[ \t]*ENCRYPTED/, '').replace(dek?.[0] ?? '', '')
  return { label, line, lineEnd, body, encryption: dek === null ? undefined : { cipher: dek[1] ?? '', iv: dek[2] ?? '' } }
}

/**
 * Decodes the body of a block. Padding that got lost is put back; all else has to be right.
 *
 * @throws {KeyError} `key_truncated` or `key_malformed`, with the line.
 * @example
 * const [block] = readPem(writePem('DATA', new Uint8Array([1, 2])))
 * assert.deepEqual(block && [...decodePemBody(block)], [1, 2])
 */
export function decodePemBody({ label, line, body }: PemBlock): Uint8Array<ArrayBuffer> {
  const place = `the PEM block "${label}" that begins on line ${line}`
  // None of these is a character of base64: they come from the quoting of scripts and from what editors hide.
  const digits = body.replace(/[\s"'`\\,\u200b\u2060]/g, '').replace(/={1,2}$/, '')
  const stranger = body.search(/[^A-Za-z0-9+/=\s"'`\\,\u200b\u2060]/)
  if (stranger >= 0) {
    throw new KeyError(
      'key_malformed',
      `Cannot read ${place}: on line ${line + lineOf(body, stranger) - 1} is a character that is not base64`,
      {
        hint: 'Copy the block again as it is, or export the key again',
      },
    )
  }
  const bytes = findBase64(digits + '='.repeat((4 - (digits.length % 4)) % 4))
  if (bytes !== undefined && bytes.length > 0) return bytes
  throw new KeyError('key_truncated', `Cannot read ${place}: ${digits === '' ? 'it is empty' : 'its base64 is cut short'}`, {
    hint: 'Copy the whole block again, from the BEGIN line to the END line',
  })
}

/**
 * Writes a PEM block: lines of 64 characters, and a line break at the end.
 *
 * @example
 * assert.equal(writePem('DATA', new Uint8Array([1, 2])), '-----BEGIN DATA-----\nAQI=\n-----END DATA-----\n')
 */
export function writePem(label: string, bytes: Uint8Array): string {
  const lines = encodeBase64(bytes).match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length
}

function withoutEnd({ label, line }: { label: string; line: number }, last: number): KeyError {
  const sentence = `Cannot read the PEM block "${label}" that begins on line ${line}: it is cut short, line ${last} is reached without "-----END ${label}-----"`
  return new KeyError('key_truncated', sentence, { hint: 'Copy the whole block again, from the BEGIN line to the END line' })
}

function withoutBeginning(label: string, line: number): KeyError {
  const sentence = `Cannot read the PEM block "${label}" that ends on line ${line}: its beginning is missing`
  return new KeyError('key_truncated', sentence, { hint: 'Copy the whole block again, from the BEGIN line to the END line' })
}

function tooManyBlocks(): KeyError {
  return new KeyError('key_malformed', `Cannot read the PEM text: it holds more than ${blocksMax} blocks`, {
    hint: 'Give the one key that is meant',
  })
}

function twoLabels(begun: { label: string; line: number }, end: { label: string; line: number }): KeyError {
  const sentence = `Cannot read the PEM text: a block begins as "${begun.label}" on line ${begun.line} and ends as "${end.label}" on line ${end.line}`
  return new KeyError('key_malformed', sentence, { hint: 'Copy the whole block again, from the BEGIN line to the END line' })
}
