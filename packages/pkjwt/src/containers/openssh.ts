import { encodeBase64url } from '../encoding/base64url.js'
import { bigintToBytes, bytesToBigint } from '../encoding/bigint.js'
import { concatBytes, trimLeadingZeros } from '../encoding/bytes.js'
import { KeyError } from '../errors.js'
import { bcryptPbkdf } from './ciphers/bcrypt.js'
import { type CipherName, type Ciphers, keyBytesOf } from './ciphers/ciphers.js'
import { curves } from './curves.js'
import type { KeyMembers } from './found.js'
import { createSshReader, curveOfSsh, malformed, readPublicParts, readSshPublic, type SshReader } from './ssh.js'
import { encryptionUnsupported, passphraseMissing, passphraseWrong } from './unusable.js'

const magicBytes = 'openssh-key-v1\0'.length

/** Whether a private key in OpenSSH's own format needs a passphrase. */
export function isEncryptedOpenSsh(bytes: Uint8Array): boolean {
  return createSshReader(bytes.subarray(magicBytes)).text() !== 'none'
}

/** Reads a private key in OpenSSH's own format (PROTOCOL.key of OpenSSH), encrypted or not. */
export async function readOpenSsh(
  bytes: Uint8Array,
  options: { passphrase?: string | undefined; ciphers: Ciphers },
): Promise<KeyMembers> {
  const reader = createSshReader(bytes.subarray(magicBytes))
  const encryption = { cipher: reader.text(), kdf: reader.text(), kdfOptions: reader.string() }
  if (reader.uint32() !== 1) throw malformed('it holds more than one key')
  const publicKey = readSshPublic(reader.string())
  const data = reader.string()
  const tag = reader.rest()
  const isPlain = encryption.cipher === 'none'
  const opened = isPlain ? data : await decrypt({ ...encryption, data, tag }, options)
  return readPrivateSection(opened, { publicKey, isPlain })
}

// Two equal numbers in front show that the passphrase was right.
function readPrivateSection(bytes: Uint8Array, { publicKey, isPlain }: { publicKey: KeyMembers; isPlain: boolean }): KeyMembers {
  const reader = createSshReader(bytes)
  const [first, second] = [reader.uint32(), reader.uint32()]
  if (first !== second) throw isPlain ? malformed('its two check numbers differ') : passphraseWrong()
  const key = readPrivateParts(reader.text(), reader)
  reader.string()
  if (reader.rest().some((byte, at) => byte !== at + 1)) throw malformed('its padding is not what it has to be')
  for (const name of ['n', 'e', 'crv', 'x', 'y'] as const) if (key[name] !== publicKey[name]) throw twoKeys()
  return key
}

function readPrivateParts(type: string, reader: SshReader): KeyMembers {
  if (type === 'ssh-rsa') {
    const [n, e, d, qi, p, q] = [reader.mpint(), reader.mpint(), reader.mpint(), reader.mpint(), reader.mpint(), reader.mpint()]
    return { kty: 'RSA', n, e, d, p, q, qi }
  }
  const publicKey = readPublicParts(type, reader)
  if (publicKey.kty === 'EC') {
    const { bytes } = curves[curveOfSsh(type)]
    const scalar = trimLeadingZeros(reader.string())
    if (scalar.length > bytes) throw malformed('its private part is too long')
    return { ...publicKey, d: encodeBase64url(bigintToBytes(bytesToBigint(scalar), bytes)) }
  }
  // The private part of Ed25519 is followed by the public part once more.
  const both = reader.string()
  if (both.length !== 64 || encodeBase64url(both.subarray(32)) !== publicKey.x)
    throw malformed('its private part is not 64 bytes with the public part in them')
  return { ...publicKey, d: encodeBase64url(both.subarray(0, 32)) }
}

interface Encrypted {
  readonly cipher: string
  readonly kdf: string
  readonly kdfOptions: Uint8Array
  readonly data: Uint8Array
  readonly tag: Uint8Array
}

const cipherNames = new Map<string, CipherName>([
  ['aes128-ctr', 'aes-128-ctr'],
  ['aes192-ctr', 'aes-192-ctr'],
  ['aes256-ctr', 'aes-256-ctr'],
  ['aes128-cbc', 'aes-128-cbc'],
  ['aes192-cbc', 'aes-192-cbc'],
  ['aes256-cbc', 'aes-256-cbc'],
  ['aes128-gcm@openssh.com', 'aes-128-gcm'],
  ['aes256-gcm@openssh.com', 'aes-256-gcm'],
  ['3des-cbc', 'des-ede3-cbc'],
])

// A round takes seven milliseconds here. OpenSSH makes 16 or 24; "ssh-keygen -a 100" is a habit of some.
const roundsMax = 128

const hintOpenSsh = 'Change its encryption: ssh-keygen -p -Z aes256-ctr -a 16 -f KEY'

async function decrypt(
  encrypted: Encrypted,
  { passphrase, ciphers }: { passphrase?: string | undefined; ciphers: Ciphers },
): Promise<Uint8Array> {
  const cipher = cipherNames.get(encrypted.cipher)
  if (cipher === undefined || encrypted.kdf !== 'bcrypt')
    throw encryptionUnsupported(`${encrypted.cipher.slice(0, 40)} and ${encrypted.kdf.slice(0, 40)}`, { hint: hintOpenSsh })
  const kdf = createSshReader(encrypted.kdfOptions)
  const [salt, rounds] = [kdf.string(), kdf.uint32()]
  if (rounds < 1 || rounds > roundsMax || salt.length > 64)
    throw encryptionUnsupported(`bcrypt and ${rounds} rounds`, { fault: 'would take too long', hint: hintOpenSsh })
  if (passphrase === undefined) throw passphraseMissing('an OpenSSH key')
  const keyBytes = keyBytesOf(cipher)
  const ivBytes = cipher === 'des-ede3-cbc' ? 8 : cipher.endsWith('-gcm') ? 12 : 16
  const sha512 = async (data: Uint8Array) => (await ciphers.digest('SHA-512', data)) ?? new Uint8Array(64)
  const derived = await bcryptPbkdf({
    passphrase: new TextEncoder().encode(passphrase),
    salt,
    rounds,
    length: keyBytes + ivBytes,
    sha512,
  })
  const data = concatBytes([encrypted.data, encrypted.tag])
  const opened = await ciphers.decrypt({
    cipher,
    key: derived.subarray(0, keyBytes),
    iv: derived.subarray(keyBytes),
    data,
    padded: false,
  })
  if (opened === undefined)
    throw encryptionUnsupported(encrypted.cipher, { fault: 'is not there on this platform', hint: hintOpenSsh })
  if (opened === 'wrong') throw passphraseWrong()
  return opened
}

function twoKeys(): KeyError {
  return new KeyError('key_inconsistent', 'Cannot use the SSH key: its private part does not belong to its public part', {
    hint: 'The file is damaged: take the key from where it was made',
  })
}
