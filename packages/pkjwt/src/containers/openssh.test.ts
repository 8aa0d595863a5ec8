import { beforeAll, describe, expect, it } from 'vitest'
import { concatBytes } from '../encoding/bytes.js'
import type { KeyError } from '../errors.js'
import { ciphers } from './ciphers/ciphers.node.js'
import { isEncryptedOpenSsh, readOpenSsh } from './openssh.js'
import { readSshPublic } from './ssh.js'
import { createFolder, hasKeyTools } from './tools.testing.js'

const magic = new TextEncoder().encode('openssh-key-v1\0')

const uint32 = (value: number) => {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}
const string = (value: string | Uint8Array) => {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
  return concatBytes([uint32(bytes.length), bytes])
}

const refusal = (read: () => unknown) =>
  Promise.resolve()
    .then(read)
    .then(
      () => undefined,
      (error: unknown) => error as KeyError,
    )

describe.skipIf(!hasKeyTools)('readOpenSsh()', () => {
  const { sshKeygen, read } = createFolder()
  const bytesOf = (name: string) => Uint8Array.from(Buffer.from(read(name).replaceAll(/-.*-|\n/g, ''), 'base64'))
  let plain: Uint8Array
  let parts: { seed: Uint8Array; x: Uint8Array }

  beforeAll(async () => {
    sshKeygen("-t ed25519 -N '' -C me -f plain")
    sshKeygen('-t ed25519 -N secret -a 3 -f encrypted')
    plain = bytesOf('plain')
    const { d = '', x = '' } = await readOpenSsh(plain, { ciphers })
    parts = { seed: Buffer.from(d, 'base64url'), x: Buffer.from(x, 'base64url') }
  })

  interface Changes {
    cipher?: string
    kdf?: string
    options?: Uint8Array
    count?: number
    checks?: [number, number]
    publicKey?: Uint8Array
    secret?: Uint8Array
    padding?: number[]
  }

  /** The format, put together from its parts, each of which can be put in wrongly. */
  function build(changes: Changes = {}): Uint8Array {
    const { cipher = 'none', kdf = 'none', options = new Uint8Array(), count = 1, checks = [7, 7], padding = [1, 2, 3] } = changes
    const { publicKey = parts.x, secret = concatBytes([parts.seed, parts.x]) } = changes
    const blob = concatBytes([string('ssh-ed25519'), string(publicKey)])
    const section = concatBytes([
      ...checks.map(uint32),
      string('ssh-ed25519'),
      string(parts.x),
      string(secret),
      string('me'),
      Uint8Array.from(padding),
    ])
    return concatBytes([magic, string(cipher), string(kdf), string(options), uint32(count), string(blob), string(section)])
  }

  it('reads what is put together from its parts', async () => {
    expect(await readOpenSsh(build(), { ciphers })).toEqual(await readOpenSsh(plain, { ciphers }))
    expect(await readOpenSsh(build({ padding: [] }), { ciphers })).toEqual(await readOpenSsh(plain, { ciphers }))
  })

  it.each<[string, () => Changes, string, string]>([
    ['two keys', () => ({ count: 2 }), 'key_malformed', 'more than one key'],
    ['no keys', () => ({ count: 0 }), 'key_malformed', 'more than one key'],
    ['check numbers that differ', () => ({ checks: [7, 8] }), 'key_malformed', 'check numbers'],
    ['padding that is wrong', () => ({ padding: [1, 2, 4] }), 'key_malformed', 'padding'],
    ['padding that begins with 2', () => ({ padding: [2, 3] }), 'key_malformed', 'padding'],
    ['another public key outside', () => ({ publicKey: new Uint8Array(32).fill(3) }), 'key_inconsistent', 'does not belong'],
    ['a private part that is too short', () => ({ secret: parts.seed }), 'key_malformed', '64 bytes'],
    [
      'a private part with another public part',
      () => ({ secret: concatBytes([parts.seed, parts.seed]) }),
      'key_malformed',
      '64 bytes',
    ],
    ['a cipher that nobody knows', () => ({ cipher: 'rot13', kdf: 'bcrypt' }), 'key_encryption_unsupported', 'rot13'],
    [
      'a property of all objects for a cipher',
      () => ({ cipher: 'constructor', kdf: 'bcrypt' }),
      'key_encryption_unsupported',
      'constructor',
    ],
    ['a derivation that nobody knows', () => ({ cipher: 'aes256-ctr', kdf: 'md5' }), 'key_encryption_unsupported', 'md5'],
    [
      '129 rounds',
      () => ({ cipher: 'aes256-ctr', kdf: 'bcrypt', options: concatBytes([string('0123456789abcdef'), uint32(129)]) }),
      'key_encryption_unsupported',
      '129 rounds, which would take too long',
    ],
    [
      'no rounds',
      () => ({ cipher: 'aes256-ctr', kdf: 'bcrypt', options: concatBytes([string('0123456789abcdef'), uint32(0)]) }),
      'key_encryption_unsupported',
      '0 rounds',
    ],
    [
      'a salt without end',
      () => ({ cipher: 'aes256-ctr', kdf: 'bcrypt', options: concatBytes([string(new Uint8Array(65)), uint32(1)]) }),
      'key_encryption_unsupported',
      'too long',
    ],
  ])('refuses %s', async (_, changes, code, why) => {
    expect(await refusal(() => readOpenSsh(build(changes()), { passphrase: 'secret', ciphers }))).toMatchObject({
      code,
      message: expect.stringContaining(why),
      hint: expect.any(String),
    })
  })

  it('refuses a file that is cut off anywhere', async () => {
    for (let length = 0; length < plain.length - 8; length += 3) {
      expect(await refusal(() => readOpenSsh(plain.subarray(0, length), { ciphers }))).toMatchObject({
        code: expect.stringMatching(/^key_(truncated|malformed|encryption_unsupported)$/),
      })
    }
  })

  it('tells encrypted from plain', async () => {
    expect(isEncryptedOpenSsh(plain)).toBe(false)
    expect(isEncryptedOpenSsh(bytesOf('encrypted'))).toBe(true)
    await expect(readOpenSsh(bytesOf('encrypted'), { passphrase: 'secret', ciphers })).resolves.toMatchObject({ crv: 'Ed25519' })
  })
})

describe('readSshPublic()', () => {
  const point = Buffer.from(
    '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
    'hex',
  )

  it('reads each type', () => {
    expect(readSshPublic(concatBytes([string('ssh-ed25519'), string(Uint8Array.of(1))]))).toEqual({
      kty: 'OKP',
      crv: 'Ed25519',
      x: 'AQ',
    })
    expect(
      readSshPublic(concatBytes([string('ssh-rsa'), string(Uint8Array.of(1, 0, 1)), string(Uint8Array.of(0, 255))])),
    ).toEqual({ kty: 'RSA', e: 'AQAB', n: '_w' })
    expect(readSshPublic(concatBytes([string('ecdsa-sha2-nistp256'), string('nistp256'), string(point)]))).toMatchObject({
      kty: 'EC',
      crv: 'P-256',
    })
  })

  it.each<[string, Uint8Array[], string, string]>([
    ['a type that nobody knows', [string('ssh-xmss')], 'key_unsupported', 'ssh-xmss'],
    ['a curve that nobody knows', [string('ecdsa-sha2-nistp224')], 'key_unsupported', 'nistp224'],
    ['a property of all objects', [string('ecdsa-sha2-toString')], 'key_unsupported', 'toString'],
    ['a security key', [string('sk-ssh-ed25519@openssh.com')], 'key_unsupported', 'security key'],
    ['a certificate', [string('ssh-rsa-cert-v01@openssh.com')], 'key_unsupported', 'certificate of SSH'],
    ['DSA', [string('ssh-dss')], 'key_unsupported', 'DSA'],
    [
      'a number that is negative',
      [string('ssh-rsa'), string(Uint8Array.of(255)), string(Uint8Array.of(1))],
      'key_malformed',
      'negative',
    ],
    ['something behind', [string('ssh-ed25519'), string(Uint8Array.of(1)), Uint8Array.of(0)], 'key_malformed', 'follows its end'],
    ['a length that is too long', [string('ssh-ed25519'), uint32(2), Uint8Array.of(1)], 'key_truncated', 'end is missing'],
    ['a length of four billion', [uint32(0xffffffff)], 'key_truncated', 'end is missing'],
    [
      'a point off the curve',
      [string('ecdsa-sha2-nistp256'), string('nistp256'), string(point.map((byte, at) => (at === 5 ? byte ^ 1 : byte)))],
      'key_inconsistent',
      'no point on P-256',
    ],
  ])('refuses %s', async (_, blob, code, why) => {
    expect(await refusal(() => readSshPublic(concatBytes(blob)))).toMatchObject({
      code,
      message: expect.stringContaining(why),
      hint: expect.any(String),
    })
  })
})
