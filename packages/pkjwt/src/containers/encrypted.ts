import {
  type DerElement,
  derTags,
  readDer,
  readDerNumber,
  readDerOctetString,
  readDerOid,
  readDerSequence,
  writeDerInteger,
  writeDerNull,
  writeDerOctetString,
  writeDerOid,
  writeDerSequence,
} from '../encoding/der.js'
import { KeyError } from '../errors.js'
import { readAlgorithmId } from './algorithmIds.js'
import { type CipherName, type Ciphers, keyBytesOf, type PrfHash } from './ciphers/ciphers.js'
import { encryptionUnsupported, passphraseMissing, passphraseWrong } from './unusable.js'

export interface PassphraseOptions {
  readonly passphrase?: string | undefined
  readonly ciphers: Ciphers
}

const pbes2 = '1.2.840.113549.1.5.13'
const pbkdf2 = '1.2.840.113549.1.5.12'
const scrypt = '1.3.6.1.4.1.11591.4.11'
const hmacSha256 = '1.2.840.113549.2.9'
const aes256Cbc = '2.16.840.1.101.3.4.1.42'

const hashes: Readonly<Record<string, PrfHash>> = {
  '1.2.840.113549.2.7': 'SHA-1',
  '1.2.840.113549.2.8': 'SHA-224',
  [hmacSha256]: 'SHA-256',
  '1.2.840.113549.2.10': 'SHA-384',
  '1.2.840.113549.2.11': 'SHA-512',
}

const cipherNames: Readonly<Record<string, CipherName>> = {
  '2.16.840.1.101.3.4.1.2': 'aes-128-cbc',
  '2.16.840.1.101.3.4.1.6': 'aes-128-gcm',
  '2.16.840.1.101.3.4.1.22': 'aes-192-cbc',
  '2.16.840.1.101.3.4.1.26': 'aes-192-gcm',
  [aes256Cbc]: 'aes-256-cbc',
  '2.16.840.1.101.3.4.1.46': 'aes-256-gcm',
  '1.2.840.113549.3.7': 'des-ede3-cbc',
}

const schemeNames: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.5.3': 'MD5 and DES (PBES1)',
  '1.2.840.113549.1.5.10': 'SHA-1 and DES (PBES1)',
  '1.2.840.113549.1.12.1.1': 'RC4 of PKCS#12',
  '1.2.840.113549.1.12.1.3': 'triple DES of PKCS#12 (PBE-SHA1-3DES)',
  '1.2.840.113549.1.12.1.6': 'RC2 of PKCS#12',
}

// What somebody else's file may cost us: about a second. OpenSSL writes 2048 rounds and 2^14 by 8, we write 600,000 rounds.
const roundsMax = 2_000_000
const scryptCostMax = 2 ** 20
const saltBytesMax = 1024

/** Decrypts an EncryptedPrivateKeyInfo (RFC 5958 §3) that is encrypted by PBES2 (RFC 8018 §6.2): what it gives is PKCS#8. */
export async function decryptPkcs8(bytes: Uint8Array, { passphrase, ciphers }: PassphraseOptions): Promise<Uint8Array> {
  const [algorithm, encrypted] = readDerSequence(readDer(bytes))
  const { oid, parameters } = readAlgorithmId(algorithm)
  const data = readDerOctetString(encrypted)
  if (oid !== pbes2) throw encryptionUnsupported(schemeNames[oid] ?? oid)
  const [kdf, scheme] = readDerSequence(parameters).map(readAlgorithmId)
  const cipher = cipherNames[scheme?.oid ?? '']
  if (kdf === undefined || scheme === undefined || cipher === undefined) throw encryptionUnsupported(`the cipher ${scheme?.oid}`)
  const derive = readDerivation(kdf, { length: keyBytesOf(cipher), ciphers })
  const iv = readIv(cipher, scheme.parameters)
  if (passphrase === undefined) throw passphraseMissing('a PKCS#8 key')
  const key = await derive(new TextEncoder().encode(passphrase))
  const opened = key && (await ciphers.decrypt({ cipher, key, iv, data }))
  if (opened === undefined) throw encryptionUnsupported(`${cipher}`, { fault: 'is not there on this platform' })
  // Without a tag, one wrong passphrase in 256 leaves padding that looks right.
  if (opened === 'wrong' || opened[0] !== derTags.sequence) throw passphraseWrong()
  return opened
}

function readIv(cipher: CipherName, parameters: DerElement | undefined): Uint8Array {
  if (!cipher.endsWith('-gcm')) {
    const iv = readDerOctetString(parameters)
    if (iv.length !== (cipher === 'des-ede3-cbc' ? 8 : 16)) throw malformed('its initialisation vector has a wrong length')
    return iv
  }
  const [nonce, tagLength] = readDerSequence(parameters)
  // RFC 5084 §3.2: 12 bytes unless it says otherwise, and others than 16 are nobody's.
  if (tagLength === undefined || readDerNumber(tagLength) !== 16) throw encryptionUnsupported(`${cipher} with a short tag`)
  const iv = readDerOctetString(nonce)
  if (iv.length !== 12) throw encryptionUnsupported(`${cipher} with a nonce of ${iv.length} bytes`)
  return iv
}

type Derive = (passphrase: Uint8Array) => Promise<Uint8Array | undefined>

function readDerivation(
  kdf: { oid: string; parameters: DerElement | undefined },
  options: { length: number; ciphers: Ciphers },
): Derive {
  const parts = readDerSequence(kdf.parameters)
  if (kdf.oid === pbkdf2) return readPbkdf2(parts, options)
  if (kdf.oid === scrypt) return readScrypt(parts, options)
  throw encryptionUnsupported(`a key derivation that is not known here (${kdf.oid})`)
}

function readPbkdf2(
  [salt, count, ...optional]: readonly DerElement[],
  { length, ciphers }: { length: number; ciphers: Ciphers },
): Derive {
  const rounds = readDerNumber(count)
  const lengthGiven = optional[0]?.tag === derTags.integer ? optional[0] : undefined
  const prf = lengthGiven === undefined ? optional[0] : optional[1]
  const oid = prf === undefined ? '1.2.840.113549.2.7' : readDerOid(readDerSequence(prf)[0])
  const hash = hashes[oid]
  if (hash === undefined) throw encryptionUnsupported(`PBKDF2 with a hash that is not known here (${oid})`)
  checkLength(lengthGiven, length)
  if (rounds < 1 || rounds > roundsMax)
    throw encryptionUnsupported(`PBKDF2 and ${rounds} rounds`, { fault: 'would take too long' })
  const saltBytes = readSalt(salt)
  return (passphrase) => ciphers.pbkdf2({ passphrase, salt: saltBytes, rounds, hash, length })
}

function readScrypt(
  [salt, cost, block, parallel, lengthGiven]: readonly DerElement[],
  { length, ciphers }: { length: number; ciphers: Ciphers },
): Derive {
  const [n, r, p] = [readDerNumber(cost), readDerNumber(block), readDerNumber(parallel)]
  checkLength(lengthGiven, length)
  if (n < 2 || (n & (n - 1)) !== 0 || r < 1 || p < 1) throw malformed('its scrypt parameters are impossible')
  if (n * r * p > scryptCostMax) throw encryptionUnsupported(`scrypt (N ${n}, r ${r}, p ${p})`, { fault: 'would take too long' })
  const saltBytes = readSalt(salt)
  return (passphrase) => ciphers.scrypt({ passphrase, salt: saltBytes, n, r, p, length })
}

function readSalt(element: DerElement | undefined): Uint8Array {
  const salt = readDerOctetString(element)
  if (salt.length > saltBytesMax) throw malformed('its salt is longer than any')
  return salt
}

function checkLength(element: DerElement | undefined, length: number): void {
  if (element !== undefined && readDerNumber(element) !== length) throw malformed('the length of its key does not fit its cipher')
}

// OWASP's figure of 2023 for PBKDF2 with SHA-256. It is the one derivation that everything reads, Web Crypto included.
const roundsWritten = 600_000

/** Encrypts PKCS#8 with PBES2: PBKDF2 with HMAC-SHA-256 and AES-256-CBC. */
export async function encryptPkcs8(
  pkcs8: Uint8Array,
  { passphrase, ciphers }: { passphrase: string; ciphers: Ciphers },
): Promise<Uint8Array> {
  const [salt, iv] = [ciphers.randomBytes(16), ciphers.randomBytes(16)]
  const secret = new TextEncoder().encode(passphrase)
  const key = await ciphers.pbkdf2({ passphrase: secret, salt, rounds: roundsWritten, hash: 'SHA-256', length: 32 })
  const data = key && (await ciphers.encrypt({ cipher: 'aes-256-cbc', key, iv, data: pkcs8 }))
  if (data === undefined) throw encryptionUnsupported('AES-256-CBC', { fault: 'is not there on this platform' })
  const prf = writeDerSequence(writeDerOid(hmacSha256), writeDerNull())
  const kdf = writeDerSequence(
    writeDerOid(pbkdf2),
    writeDerSequence(writeDerOctetString(salt), writeDerInteger(roundsWritten), prf),
  )
  const scheme = writeDerSequence(writeDerOid(aes256Cbc), writeDerOctetString(iv))
  return writeDerSequence(writeDerSequence(writeDerOid(pbes2), writeDerSequence(kdf, scheme)), writeDerOctetString(data))
}

function malformed(fault: string): KeyError {
  return new KeyError('key_malformed', `Cannot decrypt the key: ${fault}`, {
    hint: 'The file is damaged: take the key from where it was made',
  })
}
