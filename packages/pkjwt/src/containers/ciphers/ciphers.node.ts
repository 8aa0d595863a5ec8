import {
  type CipherGCM,
  createCipheriv,
  createDecipheriv,
  createHash,
  type DecipherGCM,
  getCipherInfo,
  pbkdf2 as nodePbkdf2,
  scrypt as nodeScrypt,
  randomBytes,
} from 'node:crypto'
import { promisify } from 'node:util'
import { concatBytes } from '../../encoding/bytes.js'
import type { Ciphers } from './ciphers.js'

const tagBytes = 16

export const ciphers: Ciphers = {
  async decrypt({ cipher, key, iv, data, padded = true }) {
    if (getCipherInfo(cipher) === undefined) return undefined
    const isGcm = cipher.endsWith('-gcm')
    const decipher = createDecipheriv(cipher, key, iv).setAutoPadding(padded)
    try {
      if (isGcm) (decipher as DecipherGCM).setAuthTag(data.subarray(-tagBytes))
      return concatBytes([decipher.update(isGcm ? data.subarray(0, -tagBytes) : data), decipher.final()])
    } catch {
      return 'wrong'
    }
  },

  async encrypt({ cipher, key, iv, data, padded = true }) {
    const encipher = createCipheriv(cipher, key, iv).setAutoPadding(padded)
    const encrypted = [encipher.update(data), encipher.final()]
    return concatBytes(cipher.endsWith('-gcm') ? [...encrypted, (encipher as CipherGCM).getAuthTag()] : encrypted)
  },

  pbkdf2: ({ passphrase, salt, rounds, hash, length }) =>
    promisify(nodePbkdf2)(passphrase, salt, rounds, length, hash.replace('-', '').toLowerCase()),

  // OpenSSL refuses to take more than 32 MB unless it is told to: the caller has checked how much it is.
  scrypt: ({ passphrase, salt, n, r, p, length }) =>
    new Promise((resolve, reject) => {
      const maxmem = 128 * r * (n + p + 2) + 1024 * 1024
      nodeScrypt(passphrase, salt, length, { N: n, r, p, maxmem }, (error, key) => (error ? reject(error) : resolve(key)))
    }),

  async digest(hash, data) {
    try {
      return createHash(hash === 'MD5' ? 'md5' : 'sha512')
        .update(data)
        .digest()
    } catch {
      // MD5 is off where only what FIPS allows is on.
      return undefined
    }
  },

  randomBytes: (length) => randomBytes(length),
}
