import { concatBytes } from '../encoding/bytes.js'
import { derTags } from '../encoding/der.js'
import { KeyError } from '../errors.js'
import { type CipherName, type Ciphers, keyBytesOf } from './ciphers/ciphers.js'
import type { PassphraseOptions } from './encrypted.js'
import { encryptionUnsupported, passphraseMissing, passphraseWrong } from './unusable.js'

const cipherNames = new Map<string, CipherName>([
  ['AES-128-CBC', 'aes-128-cbc'],
  ['AES-192-CBC', 'aes-192-cbc'],
  ['AES-256-CBC', 'aes-256-cbc'],
  ['DES-EDE3-CBC', 'des-ede3-cbc'],
])

/** Decrypts a PEM body with `Proc-Type` and `DEK-Info` in front: its key is one round of MD5 over passphrase and salt. */
export async function decryptTraditional(
  { cipher: name, iv: ivHex, bytes }: { cipher: string; iv: string; bytes: Uint8Array },
  { passphrase, ciphers }: PassphraseOptions,
): Promise<Uint8Array> {
  const cipher = cipherNames.get(name.toUpperCase())
  if (cipher === undefined) throw encryptionUnsupported(name)
  const iv = Uint8Array.from(ivHex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  if (iv.length !== (cipher === 'des-ede3-cbc' ? 8 : 16)) throw malformed('its initialisation vector has a wrong length')
  if (passphrase === undefined) throw passphraseMissing('a PEM key')
  const key = await deriveTraditional(
    { passphrase: new TextEncoder().encode(passphrase), salt: iv.subarray(0, 8), length: keyBytesOf(cipher) },
    ciphers,
  )
  const opened = key && (await ciphers.decrypt({ cipher, key, iv, data: bytes }))
  if (opened === undefined) throw encryptionUnsupported(`${name} and MD5`, { fault: 'is not there on this platform' })
  if (opened === 'wrong' || opened[0] !== derTags.sequence) throw passphraseWrong()
  return opened
}

async function deriveTraditional(
  { passphrase, salt, length }: { passphrase: Uint8Array; salt: Uint8Array; length: number },
  ciphers: Ciphers,
): Promise<Uint8Array | undefined> {
  let key: Uint8Array = new Uint8Array()
  let last: Uint8Array | undefined = new Uint8Array()
  while (key.length < length) {
    last = await ciphers.digest('MD5', concatBytes([last, passphrase, salt]))
    if (last === undefined) return undefined
    key = concatBytes([key, last])
  }
  return key.subarray(0, length)
}

function malformed(fault: string): KeyError {
  return new KeyError('key_malformed', `Cannot decrypt the key: ${fault}`, {
    hint: 'The file is damaged: take the key from where it was made',
  })
}
