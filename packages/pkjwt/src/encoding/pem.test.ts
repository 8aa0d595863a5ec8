import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KeyError } from '../errors.js'
import { decodePemBody, looksLikePem, readPem, writePem } from './pem.js'

const bytes = Uint8Array.from({ length: 100 }, (_, at) => at)
const pem = writePem('PRIVATE KEY', bytes)
const readOnly = (text: string) => readPem(text).map((block) => ({ label: block.label, bytes: Array.from(decodePemBody(block)) }))
const whole = [{ label: 'PRIVATE KEY', bytes: Array.from(bytes) }]

describe('writePem()', () => {
  it('writes lines of 64 characters and a line break at the end', () => {
    expect(pem.split('\n').map((line) => line.length)).toEqual([27, 64, 64, 8, 25, 0])
  })
})

describe('readPem() mends', () => {
  it.each<[string, string]>([
    ['nothing', pem],
    ['no final line break', pem.trimEnd()],
    ['CRLF', pem.replaceAll('\n', '\r\n')],
    ['CR alone', pem.replaceAll('\n', '\r')],
    ['a byte order mark', `\ufeff${pem}`],
    ['\\n as two characters', pem.replaceAll('\n', '\\n')],
    ['\\\\n as three characters', pem.replaceAll('\n', '\\\\n')],
    ['\\r\\n as four characters', pem.replaceAll('\n', '\\r\\n')],
    ['spaces for line breaks', pem.replaceAll('\n', ' ')],
    ['all on one line', pem.replaceAll('\n', '')],
    ['double quotes', `"${pem}"`],
    ['single quotes', `'${pem.trimEnd()}'`],
    ['quotes around each line', pem.replaceAll(/^(.+)$/gm, '"$1\\n"')],
    ['backslashes at the ends of lines', pem.replaceAll('\n', '\\\n')],
    ['indentation', pem.replaceAll(/^/gm, '    ')],
    ['tabs and blank lines', pem.replaceAll('\n', '\t\n\n')],
    ['no-break spaces', pem.replaceAll('\n', '\u00a0\n')],
    ['zero width spaces', pem.replaceAll('\n', '\u200b\n')],
    [
      'lines of 76 characters',
      pem.replace(/(?<=-)\n([^-]+)\n(?=-)/, (_, body: string) => `\n${body.replaceAll('\n', '').replaceAll(/.{76}/g, '$&\n')}\n`),
    ],
    ['text before and after', `Bag Attributes\n    friendlyName: me\nKey Attributes: <No Attributes>\n${pem}the end`],
    ['padding that got lost', pem.replaceAll('=', '')],
    ['dashes of a word processor', pem.replaceAll('-----', '\u2014-\u2013')],
    ['an assignment in a shell script', `export KEY="${pem.replaceAll('\n', '\\n')}"\n`],
  ])('%s', (_, text) => {
    expect(readOnly(text)).toEqual(whole)
  })

  it('several blocks, in their order', () => {
    expect(
      readPem(`${writePem('EC PARAMETERS', bytes)}${pem}\n${writePem('CERTIFICATE', bytes)}`).map(({ label, line }) => [
        label,
        line,
      ]),
    ).toEqual([
      ['EC PARAMETERS', 1],
      ['PRIVATE KEY', 6],
      ['CERTIFICATE', 12],
    ])
  })
})

describe('readPem() reads', () => {
  const header = 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123456789ABCDEF0123456789ABCDEF\n\n'
  const encrypted = pem.replace('-----\n', `-----\n${header}`)

  it.each([
    ['as written', encrypted],
    ['with spaces for line breaks', encrypted.replaceAll('\n', ' ')],
    ['with \\n as two characters', encrypted.replaceAll('\n', '\\n')],
    ['with CRLF', encrypted.replaceAll('\n', '\r\n')],
  ])('the head of a traditional encrypted key, %s', (_, text) => {
    const [block] = readPem(text)
    expect(block?.encryption).toEqual({ cipher: 'AES-128-CBC', iv: '0123456789ABCDEF0123456789ABCDEF' })
    expect(block && Array.from(decodePemBody(block))).toEqual(Array.from(bytes))
  })

  it('a plain block as one without encryption', () => {
    expect(readPem(pem)[0]?.encryption).toBeUndefined()
  })

  it('any bytes that writePem() wrote', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), (content) => {
        expect(readOnly(writePem('X', content))).toEqual([{ label: 'X', bytes: Array.from(content) }])
      }),
    )
  })
})

describe('readPem() refuses', () => {
  const lines = pem.trimEnd().split('\n')

  it.each([
    [
      'an end that is missing',
      lines.slice(0, -1).join('\n'),
      'key_truncated',
      'begins on line 1: it is cut short, line 4 is reached without "-----END PRIVATE KEY-----"',
    ],
    [
      'an end that is missing before the next block',
      `${lines.slice(0, -1).join('\n')}\n${pem}`,
      'key_truncated',
      'line 5 is reached',
    ],
    ['a beginning that is missing', lines.slice(1).join('\n'), 'key_truncated', 'ends on line 4: its beginning is missing'],
    [
      'two different labels',
      pem.replace('END PRIVATE', 'END PUBLIC'),
      'key_malformed',
      'begins as "PRIVATE KEY" on line 1 and ends as "PUBLIC KEY" on line 5',
    ],
    ['more than a hundred blocks', pem.repeat(101), 'key_malformed', 'more than 100 blocks'],
  ])('%s', (_, text, code, why) => {
    expect(() => readPem(text)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(why), hint: expect.any(String) }),
    )
  })

  it('takes a hundred blocks', () => {
    expect(readPem(pem.repeat(100))).toHaveLength(100)
  })

  it.each([
    ['a character that is not base64, with its line', pem.replace('AAEC', 'AA!C'), 'key_malformed', 'on line 2 is a character'],
    ['one further down', pem.replace(/.(?=\n-----END)/, '*'), 'key_malformed', 'on line 4 is a character'],
    ['nothing between the lines', '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n', 'key_truncated', 'it is empty'],
    ['base64 that is cut short', pem.replace('AAEC', 'AAE').replaceAll('=', ''), 'key_truncated', 'cut short'],
    ['unused bits that are not zero', '-----BEGIN X-----\nAB==\n-----END X-----\n', 'key_truncated', 'cut short'],
  ])('%s', (_, text, code, why) => {
    expect(() => readOnly(text)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(why) }))
  })

  it('quotes nothing of the body', () => {
    try {
      readOnly(pem.replace('AAEC', 'AA!C'))
    } catch (error) {
      expect((error as KeyError).message).not.toContain('AwQF')
    }
  })
})

describe('a text made to be slow is not', () => {
  it.each([
    ['dashes', '-'.repeat(250_000)],
    ['backslashes', '\\'.repeat(250_000)],
    ['equal signs', `-----BEGIN A-----\n${'='.repeat(200_000)}A\n-----END A-----`],
    ['spaces', `-----BEGIN A${' '.repeat(200_000)}-----`],
    ['beginnings', '-----BEGIN '.repeat(20_000)],
    ['blocks', '--BEGIN A----END A--'.repeat(12_000)],
    ['heads', `-----BEGIN A-----${'DEK-Info: A-'.repeat(15_000)}-----END A-----`],
  ])('%s', (_, text) => {
    const start = performance.now()
    try {
      readOnly(text)
    } catch (error) {
      expect(error).toHaveProperty('code')
    }
    expect(performance.now() - start).toBeLessThan(500)
  })
})

it('looksLikePem() is not fooled by a token or a path', () => {
  expect(looksLikePem(pem)).toBe(true)
  expect(looksLikePem('-----END PRIVATE KEY-----')).toBe(true)
  expect(looksLikePem('eyJ--BEGIN.a.b')).toBe(false)
  expect(looksLikePem('/home/me/private.pem')).toBe(false)
})
