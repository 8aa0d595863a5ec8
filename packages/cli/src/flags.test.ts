import { describe, expect, it } from 'vitest'
import { choice, list, looksLikeKeyMaterial, parseWords, quoted, readFlags, text, toggle, wholeNumber } from './flags.js'

const table = {
  key: text('Key', 'REF', 'a key', { aliases: ['--private-key'] }),
  output: text('Output', 'FILE', 'a file', { short: 'o' }),
  scope: list('Server', 'SCOPE', 'a scope'),
  noJti: toggle('Claims', 'no jti'),
  port: wholeNumber('Server', 'PORT', 'a port', { min: 0, max: 65_535 }),
  profile: choice('Server', ['okta', 'rfc7523'], 'a profile'),
}
const read = (...words: string[]) => {
  const { given, positionals } = parseWords(words, table)
  return { ...readFlags(table, given), positionals }
}

describe('flags', () => {
  it('are read in every form in which people write them', () => {
    const expected = {
      key: 'k',
      output: 'f',
      scope: ['a', 'b'],
      noJti: true,
      port: 80,
      profile: 'okta',
      positionals: ['word', '-'],
    }
    const words = [
      'word',
      '--key',
      'k',
      '-o',
      'f',
      '--scope',
      'a',
      '--scope=b',
      '--no-jti',
      '--port',
      '80',
      '--profile',
      'OKTA',
      '-',
    ]
    expect(read(...words)).toEqual(expected)
    expect(read('--private-key=k', '-of').output).toBe('f')
  })

  it('keep everything behind the first equals sign', () => {
    expect(read('--key=a=b').key).toBe('a=b')
  })

  it('end with two dashes', () => {
    expect(read('--', '--key').positionals).toEqual(['--key'])
  })

  it('may have a value that begins with a dash', () => {
    expect(read('--key', '-').key).toBe('-')
  })

  it.each([
    [['--kex'], 'flag_unknown', 'Did you mean --key?'],
    [['--zzzzzz'], 'flag_unknown', 'Add --help to see the flags of this command'],
    [['--key'], 'flag_value_missing', 'Write --key REF'],
    [['--key', 'a', '--key', 'b'], 'flag_repeated', 'Keep the --key that is meant'],
    [['--no-jti=yes'], 'flag_value_invalid', 'Write --no-jti alone'],
    [['--port', '70000'], 'flag_value_invalid', 'Give a whole number from 0 to 65535'],
    [['--profile', 'oktaa'], 'flag_value_invalid', 'Give one of okta, rfc7523'],
  ])('%j is refused', (words, code, hint) => {
    expect(() => read(...words)).toThrow(expect.objectContaining({ code, hint }))
  })
})

describe('key material among the words', () => {
  it.each(['-----BEGIN PRIVATE KEY-----\nMIGH', '{"kty":"RSA","d":"x"}', ' {"keys":[]}', `MII${'A'.repeat(80)}`])(
    'is recognised and never quoted: %s',
    (word) => {
      expect(looksLikeKeyMaterial(word)).toBe(true)
      expect(quoted(word)).toBe('what looks like key material')
    },
  )

  it.each(['key.pem', 'env:KEY', 'fd:3', 'ssh-agent:SHA256:abc', '-', './MIIkeys/a'])('is not a reference: %s', (word) => {
    expect(looksLikeKeyMaterial(word)).toBe(false)
  })
})
