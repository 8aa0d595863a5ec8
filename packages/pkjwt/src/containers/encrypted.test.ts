import { createPrivateKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { writeDerInteger, writeDerNull, writeDerOctetString, writeDerOid, writeDerSequence } from '../encoding/der.js'
import type { KeyError } from '../errors.js'
import { generateKeyPairSync } from '../nodeKeys.testing.js'
import type { CipherName, Ciphers, PrfHash } from './ciphers/ciphers.js'
import { ciphers as nodeCiphers } from './ciphers/ciphers.node.js'
import { ciphers as webCiphers } from './ciphers/ciphers.web.js'
import { decryptPkcs8, encryptPkcs8 } from './encrypted.js'
import { decryptTraditional } from './traditional.js'

const pkcs8 = Uint8Array.from(generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }))
const passphrase = 'secret'
const secret = new TextEncoder().encode(passphrase)
const salt = new Uint8Array(16).fill(7)
const platforms: [string, Ciphers][] = [
  ['node:crypto', nodeCiphers],
  ['Web Crypto', webCiphers],
]

const oids = {
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  scrypt: '1.3.6.1.4.1.11591.4.11',
  'SHA-1': '1.2.840.113549.2.7',
  'SHA-224': '1.2.840.113549.2.8',
  'SHA-256': '1.2.840.113549.2.9',
  'SHA-384': '1.2.840.113549.2.10',
  'SHA-512': '1.2.840.113549.2.11',
  'aes-128-cbc': '2.16.840.1.101.3.4.1.2',
  'aes-192-cbc': '2.16.840.1.101.3.4.1.22',
  'aes-256-cbc': '2.16.840.1.101.3.4.1.42',
  'aes-128-gcm': '2.16.840.1.101.3.4.1.6',
  'aes-192-gcm': '2.16.840.1.101.3.4.1.26',
  'aes-256-gcm': '2.16.840.1.101.3.4.1.46',
  'des-ede3-cbc': '1.2.840.113549.3.7',
} as const

const wrap = (kdf: Uint8Array, scheme: Uint8Array, data: Uint8Array) =>
  writeDerSequence(writeDerSequence(writeDerOid(oids.pbes2), writeDerSequence(kdf, scheme)), writeDerOctetString(data))

interface Parts {
  rounds?: number
  hash?: PrfHash | undefined
  length?: number
  saltBytes?: Uint8Array
  prf?: string
}

const pbkdf2Of = ({ rounds = 1000, hash = 'SHA-256', length, saltBytes = salt, prf }: Parts) =>
  writeDerSequence(
    writeDerOid(oids.pbkdf2),
    writeDerSequence(
      writeDerOctetString(saltBytes),
      writeDerInteger(rounds),
      ...(length === undefined ? [] : [writeDerInteger(length)]),
      ...(hash === 'SHA-1' && prf === undefined ? [] : [writeDerSequence(writeDerOid(prf ?? oids[hash]), writeDerNull())]),
    ),
  )

const scryptOf = (n: number, r: number, p: number) =>
  writeDerSequence(
    writeDerOid(oids.scrypt),
    writeDerSequence(writeDerOctetString(salt), ...[n, r, p].map((each) => writeDerInteger(each))),
  )

const ivOf = (cipher: CipherName) => new Uint8Array(cipher === 'des-ede3-cbc' ? 8 : cipher.endsWith('gcm') ? 12 : 16).fill(9)

const schemeOf = (cipher: keyof typeof oids & CipherName, iv = ivOf(cipher), tagBytes: number | undefined = 16) => {
  const gcm = writeDerSequence(writeDerOctetString(iv), ...(tagBytes === undefined ? [] : [writeDerInteger(tagBytes)]))
  return writeDerSequence(writeDerOid(oids[cipher]), cipher.endsWith('gcm') ? gcm : writeDerOctetString(iv))
}

async function encrypt(cipher: keyof typeof oids & CipherName, parts: Parts = {}): Promise<Uint8Array> {
  const length = cipher === 'des-ede3-cbc' ? 24 : Number(cipher.slice(4, 7)) / 8
  const key = await nodeCiphers.pbkdf2({
    passphrase: secret,
    salt,
    rounds: parts.rounds ?? 1000,
    hash: parts.hash ?? 'SHA-256',
    length,
  })
  const data = await nodeCiphers.encrypt({ cipher, key: key ?? secret, iv: ivOf(cipher), data: pkcs8 })
  return wrap(pbkdf2Of(parts), schemeOf(cipher), data ?? secret)
}

const refusal = (bytes: Uint8Array, options: { passphrase?: string; ciphers?: Ciphers } = { passphrase }) =>
  decryptPkcs8(bytes, { ciphers: nodeCiphers, ...options }).then(
    () => undefined,
    (error: unknown) => error as KeyError,
  )

describe.each(platforms)('decryptPkcs8() on %s', (platform, ciphers) => {
  const both = ['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'aes-128-gcm', 'aes-192-gcm', 'aes-256-gcm'] as const

  it.each(both)('reads %s, and refuses a wrong passphrase', async (cipher) => {
    const encrypted = await encrypt(cipher)
    expect(Array.from(await decryptPkcs8(encrypted, { passphrase, ciphers }))).toEqual(Array.from(pkcs8))
    expect(await refusal(encrypted, { passphrase: 'other', ciphers })).toMatchObject({ code: 'key_passphrase_wrong' })
    expect(await refusal(encrypted, { ciphers })).toMatchObject({ code: 'key_encrypted' })
  })

  it.each(['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'] as const)('reads PBKDF2 with %s', async (hash) => {
    expect(Array.from(await decryptPkcs8(await encrypt('aes-256-cbc', { hash }), { passphrase, ciphers }))).toEqual(
      Array.from(pkcs8),
    )
  })

  it('says of triple DES and SHA-224 that they are not there, where they are not', async () => {
    for (const encrypted of [await encrypt('des-ede3-cbc'), await encrypt('aes-128-cbc', { hash: 'SHA-224' })]) {
      if (platform === 'node:crypto') await expect(decryptPkcs8(encrypted, { passphrase, ciphers })).resolves.toEqual(pkcs8)
      else
        expect(await refusal(encrypted, { passphrase, ciphers })).toMatchObject({
          code: 'key_encryption_unsupported',
          message: expect.stringContaining('not there'),
        })
    }
  })

  it('reads what encryptPkcs8() writes, with both libraries', async () => {
    const encrypted = await encryptPkcs8(pkcs8, { passphrase, ciphers })
    for (const [, other] of platforms)
      expect(Array.from(await decryptPkcs8(encrypted, { passphrase, ciphers: other }))).toEqual(Array.from(pkcs8))
    expect(createPrivateKey({ key: Buffer.from(encrypted), format: 'der', type: 'pkcs8', passphrase }).asymmetricKeyType).toBe(
      'ed25519',
    )
  })

  it('scrypt gives the bytes of RFC 7914 §12', async () => {
    const derive = (text: string, saltText: string, n: number, r: number, p: number) =>
      ciphers.scrypt({
        passphrase: new TextEncoder().encode(text),
        salt: new TextEncoder().encode(saltText),
        n,
        r,
        p,
        length: 64,
      })
    expect(Buffer.from(await derive('password', 'NaCl', 1024, 8, 16)).toString('hex')).toBe(
      'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
    )
    expect(Buffer.from(await derive('pleaseletmein', 'SodiumChloride', 16384, 8, 1)).toString('hex')).toBe(
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
    )
  })

  it('random bytes are not the same twice', () => {
    expect(ciphers.randomBytes(16)).toHaveLength(16)
    expect(Array.from(ciphers.randomBytes(16))).not.toEqual(Array.from(ciphers.randomBytes(16)))
  })
})

describe('decryptPkcs8() reads a length of the key', () => {
  it('that is right, and refuses one that is not', async () => {
    await expect(
      decryptPkcs8(await encrypt('aes-256-cbc', { length: 32 }), { passphrase, ciphers: nodeCiphers }),
    ).resolves.toHaveLength(pkcs8.length)
    expect(await refusal(await encrypt('aes-256-cbc', { length: 16 }))).toMatchObject({ code: 'key_malformed' })
  })
})

describe('decryptPkcs8() refuses before it has spent any time', () => {
  const cbc = schemeOf('aes-256-cbc')

  it.each<[string, Uint8Array, string, string]>([
    ['2,000,001 rounds', wrap(pbkdf2Of({ rounds: 2_000_001 }), cbc, secret), 'key_encryption_unsupported', 'too long'],
    ['4,294,967,295 rounds', wrap(pbkdf2Of({ rounds: 2 ** 32 - 1 }), cbc, secret), 'key_encryption_unsupported', 'too long'],
    ['no rounds', wrap(pbkdf2Of({ rounds: 0 }), cbc, secret), 'key_encryption_unsupported', 'too long'],
    ['a salt without end', wrap(pbkdf2Of({ saltBytes: new Uint8Array(1025) }), cbc, secret), 'key_malformed', 'salt'],
    ['a hash that nobody knows', wrap(pbkdf2Of({ prf: '1.2.3' }), cbc, secret), 'key_encryption_unsupported', '1.2.3'],
    ['scrypt with too much memory', wrap(scryptOf(2 ** 18, 8, 1), cbc, secret), 'key_encryption_unsupported', 'too long'],
    ['scrypt with too much work', wrap(scryptOf(2 ** 14, 8, 9), cbc, secret), 'key_encryption_unsupported', 'too long'],
    ['scrypt with N of 1', wrap(scryptOf(1, 8, 1), cbc, secret), 'key_malformed', 'impossible'],
    ['scrypt with N that is no power of two', wrap(scryptOf(1000, 8, 1), cbc, secret), 'key_malformed', 'impossible'],
    ['scrypt with r of 0', wrap(scryptOf(1024, 0, 1), cbc, secret), 'key_malformed', 'impossible'],
    ['scrypt with p of 0', wrap(scryptOf(1024, 8, 0), cbc, secret), 'key_malformed', 'impossible'],
    [
      'a derivation that nobody knows',
      wrap(writeDerSequence(writeDerOid('1.2.3'), writeDerSequence()), cbc, secret),
      'key_encryption_unsupported',
      '1.2.3',
    ],
    [
      'a cipher that nobody knows',
      wrap(pbkdf2Of({}), writeDerSequence(writeDerOid('1.2.3')), secret),
      'key_encryption_unsupported',
      '1.2.3',
    ],
    [
      'an initialisation vector of 15 bytes',
      wrap(pbkdf2Of({}), schemeOf('aes-256-cbc', new Uint8Array(15)), secret),
      'key_malformed',
      'initialisation vector',
    ],
    [
      'an initialisation vector of 16 bytes for triple DES',
      wrap(pbkdf2Of({}), schemeOf('des-ede3-cbc', new Uint8Array(16)), secret),
      'key_malformed',
      'initialisation vector',
    ],
    [
      'a nonce of 8 bytes',
      wrap(pbkdf2Of({}), schemeOf('aes-256-gcm', new Uint8Array(8)), secret),
      'key_encryption_unsupported',
      '8 bytes',
    ],
    [
      'a tag of 12 bytes',
      wrap(pbkdf2Of({}), schemeOf('aes-256-gcm', new Uint8Array(12), 12), secret),
      'key_encryption_unsupported',
      'short tag',
    ],
    [
      'another encryption',
      writeDerSequence(writeDerSequence(writeDerOid('1.2.840.113549.1.5.3'), writeDerNull()), writeDerOctetString(secret)),
      'key_encryption_unsupported',
      'MD5 and DES',
    ],
  ])('%s', async (_, bytes, code, why) => {
    const start = performance.now()
    const error = await refusal(bytes)
    expect(error, error?.message).toMatchObject({ code, message: expect.stringContaining(why), hint: expect.any(String) })
    expect(performance.now() - start).toBeLessThan(200)
  })
})

it('a passphrase that leaves good padding and rubbish is wrong all the same', async () => {
  const key = await nodeCiphers.pbkdf2({ passphrase: secret, salt, rounds: 1000, hash: 'SHA-256', length: 32 })
  const data = await nodeCiphers.encrypt({ cipher: 'aes-256-cbc', key: key ?? secret, iv: ivOf('aes-256-cbc'), data: secret })
  expect(await refusal(wrap(pbkdf2Of({}), schemeOf('aes-256-cbc'), data ?? secret))).toMatchObject({
    code: 'key_passphrase_wrong',
  })
})

describe('decryptTraditional()', () => {
  const refused = (cipher: string, iv: string) =>
    decryptTraditional({ cipher, iv, bytes: new Uint8Array(32) }, { passphrase, ciphers: nodeCiphers }).then(
      () => undefined,
      (error: unknown) => error as KeyError,
    )

  it.each([
    ['AES-128-CBC', '00'.repeat(15), 'key_malformed'],
    ['DES-EDE3-CBC', '00'.repeat(16), 'key_malformed'],
    ['AES-128-CBC', '', 'key_malformed'],
    ['DES-CBC', '00'.repeat(8), 'key_encryption_unsupported'],
    ['', '', 'key_encryption_unsupported'],
    ['aes-128-cbc', '00'.repeat(16), 'key_passphrase_wrong'],
  ])('refuses %j with %j', async (cipher, iv, code) => {
    expect(await refused(cipher, iv)).toMatchObject({ code })
  })
})
