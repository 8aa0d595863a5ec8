import { describe, expect, it } from 'vitest'
import { writeDer } from '../encoding/der.js'
import { writePem } from '../encoding/pem.js'
import type { PkjwtError } from '../errors.js'
import { recognise } from './recognise.js'

const curveName = Uint8Array.from(Buffer.from('06082a8648ce3d030107', 'hex'))
const spki = Uint8Array.from(
  Buffer.from('302a300506032b6570032100d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex'),
)
const pem = writePem('PUBLIC KEY', spki)
const jwk = { kty: 'EC', crv: 'P-256' }
const base64 = (value: string | Uint8Array) => Buffer.from(value).toString('base64')

const kinds = (input: string | Uint8Array | object) => recognise(input).map(({ is }) => is)

function codeOf(input: string | Uint8Array | object): string {
  try {
    recognise(input)
  } catch (error) {
    return (error as PkjwtError).code
  }
  return 'recognised'
}

describe('recognise() finds', () => {
  it.each<[string, string | Uint8Array | object, string[]]>([
    ['a JWK', jwk, ['jwk']],
    ['a set', { keys: [jwk] }, ['jwks']],
    ['a list of JWK', [jwk, jwk], ['jwk', 'jwk']],
    ['a set inside of an object', { jwks: { keys: [] } }, ['jwks']],
    ['a JWK and a PEM text in one object', { a: jwk, b: { c: pem } }, ['jwk', 'public']],
    ['DER', spki, ['public']],
    ['DER in an ArrayBuffer', spki.slice().buffer, ['public']],
    ['PEM', pem, ['public']],
    ['PEM and what else is in the file', `${writePem('EC PARAMETERS', curveName)}${pem}`, ['other', 'public']],
    ['a name of a curve that is labelled as a key', writePem('PRIVATE KEY', curveName), ['other']],
    ['base64 of DER', base64(spki), ['public']],
    ['base64url of DER', Buffer.from(spki).toString('base64url'), ['public']],
    ['base64 of PEM', base64(pem), ['public']],
    ['base64 of base64 of PEM', base64(base64(pem)), ['public']],
    ['base64 of a JWK', base64(JSON.stringify({ ...jwk, padding: 'x'.repeat(40) })), ['jwk']],
    ['JSON with quotes that are escaped', '{\\"kty\\":\\"EC\\"}', ['jwk']],
    ['JSON with quotes that are escaped, in lines', '{\n  \\"kty\\": \\"EC\\"\n}', ['jwk']],
    ['two SSH public keys', `ssh-ed25519 ${base64(spki)} me\nssh-rsa ${base64(spki)}\n`, ['public', 'public']],
  ])('%s', (_, input, expected) => {
    expect(kinds(input)).toEqual(expected)
  })

  it('an escaped quote in a JWK that is not escaped, and leaves it alone', () => {
    expect(recognise('{"kty":"EC","kid":"a\\"b"}')).toEqual([{ is: 'jwk', members: { kty: 'EC', kid: 'a"b' } }])
  })

  it('the kid of a service account, and of nothing else', () => {
    const key = writePem('PRIVATE KEY', Uint8Array.from(Buffer.from(`302e020100300506032b657004220420${'11'.repeat(32)}`, 'hex')))
    expect(recognise({ private_key_id: 'a', private_key: key })).toMatchObject([{ is: 'private', kid: 'a' }])
    expect(recognise({ private_key_id: 1, private_key: key })[0]).not.toHaveProperty('kid')
    expect(recognise({ private_key_id: 'a', key })[0]).not.toHaveProperty('kid')
  })

  it('a JWK copied, so that nobody changes it afterwards', () => {
    const mine = { ...jwk }
    const [found] = recognise(mine)
    mine.kty = 'RSA'
    expect(found).toMatchObject({ members: { kty: 'EC' } })
  })
})

describe('recognise() looks', () => {
  const nested = (depth: number): object => (depth === 0 ? jwk : { a: nested(depth - 1) })

  it('six levels deep and no deeper', () => {
    expect(kinds(nested(6))).toEqual(['jwk'])
    expect(codeOf(nested(7))).toBe('key_unrecognised')
  })

  it('through two thousand values and no more', () => {
    expect(kinds([...Array.from({ length: 1998 }, () => 1), jwk])).toEqual(['jwk'])
    expect(codeOf([...Array.from({ length: 1999 }, () => 1), jwk])).toBe('key_unrecognised')
  })

  it('into base64 three times and no more', () => {
    const wrap = (times: number): string => (times === 0 ? pem : base64(wrap(times - 1)))
    expect(kinds(wrap(3))).toEqual(['public'])
    expect(codeOf(wrap(4))).toBe('key_unrecognised')
  })

  it('at 256 KiB and no more', () => {
    expect(kinds(pem.padEnd(256 * 1024))).toEqual(['public'])
    expect(codeOf(pem.padEnd(256 * 1024 + 1))).toBe('key_unrecognised')
    expect(codeOf(new Uint8Array(256 * 1024 + 1))).toBe('key_unrecognised')
  })
})

describe('an input made to be slow is not', () => {
  const long = 'x'.repeat(250_000)

  it.each<[string, string | Uint8Array | object]>([
    ['dashes', '-'.repeat(250_000)],
    ['spaces and a word', `${' '.repeat(250_000)}x`],
    ['base64 of much white space', base64(`${'A'.repeat(64)}${' '.repeat(180_000)}!`)],
    ['a name of a type and no end', `ssh-rsa ${'A'.repeat(250_000)}!`],
    ['names of types', `${'ssh-a '.repeat(40_000)}`],
    ['lines of names of types', `${'ssh-a AAAAAAAAAAAAAAAAAAAAAAAA!\n'.repeat(8000)}`],
    ['dots', `${'a.'.repeat(120_000)}`],
    ['brackets', '['.repeat(250_000)],
    ['braces and quotes', '{"a":'.repeat(50_000)],
    ['backslashes', `{${' '.repeat(200_000)}\\"`],
    ['a dollar and braces', `\${${'{'.repeat(250_000)}`],
    ['one long text in an object', { a: long }],
    ['many texts', { a: Array.from({ length: 5000 }, () => '-----BEGIN ') }],
    [
      'a DER of many elements',
      writeDer(
        0x30,
        Uint8Array.from({ length: 200_000 }, (_, at) => (at % 2 === 0 ? 5 : 0)),
      ),
    ],
  ])('%s', (_, input) => {
    const start = performance.now()
    expect(codeOf(input)).toMatch(/^(key|json)_/)
    expect(performance.now() - start).toBeLessThan(500)
  })
})
