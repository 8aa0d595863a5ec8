import { ownedBytes } from '../../encoding/bytes.js'
import type { Ciphers } from './ciphers.js'
import { scryptWith } from './scrypt.js'

// Web Crypto has neither triple DES nor MD5, and CBC always with padding: what needs those is said to be not there.
export const ciphers: Ciphers = {
  async decrypt({ cipher, key, iv, data, padded = true }) {
    const algorithm = algorithmOf(cipher, iv)
    const imported =
      algorithm && (padded || algorithm.name !== 'AES-CBC') ? await importAes(algorithm.name, key, 'decrypt') : undefined
    if (algorithm === undefined || imported === undefined) return undefined
    try {
      return new Uint8Array(await crypto.subtle.decrypt(algorithm, imported, ownedBytes(data)))
    } catch {
      return 'wrong'
    }
  },

  async encrypt({ cipher, key, iv, data }) {
    const algorithm = algorithmOf(cipher, iv)
    const imported = algorithm && (await importAes(algorithm.name, key, 'encrypt'))
    if (algorithm === undefined || imported === undefined) return undefined
    return new Uint8Array(await crypto.subtle.encrypt(algorithm, imported, ownedBytes(data)))
  },

  async pbkdf2({ passphrase, salt, rounds, hash, length }) {
    if (hash === 'SHA-224') return undefined
    const key = await crypto.subtle.importKey('raw', ownedBytes(passphrase), 'PBKDF2', false, ['deriveBits'])
    return new Uint8Array(
      await crypto.subtle.deriveBits({ name: 'PBKDF2', hash, salt: ownedBytes(salt), iterations: rounds }, key, length * 8),
    )
  },

  scrypt: (options) =>
    scryptWith(async (input) => (await ciphers.pbkdf2({ ...input, rounds: 1, hash: 'SHA-256' })) ?? new Uint8Array(), options),

  digest: async (hash, data) => (hash === 'MD5' ? undefined : new Uint8Array(await crypto.subtle.digest(hash, ownedBytes(data)))),

  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
}

type AesParams =
  | (AesCbcParams & { name: 'AES-CBC' })
  | (AesGcmParams & { name: 'AES-GCM' })
  | (AesCtrParams & { name: 'AES-CTR' })

function algorithmOf(cipher: string, iv: Uint8Array): AesParams | undefined {
  if (cipher.endsWith('-gcm')) return { name: 'AES-GCM', iv: ownedBytes(iv) }
  if (cipher.endsWith('-ctr')) return { name: 'AES-CTR', counter: ownedBytes(iv), length: 128 }
  return cipher.startsWith('aes-') ? { name: 'AES-CBC', iv: ownedBytes(iv) } : undefined
}

// Chromium has no AES with 192 bits.
async function importAes(name: string, key: Uint8Array, use: 'encrypt' | 'decrypt'): Promise<CryptoKey | undefined> {
  try {
    return await crypto.subtle.importKey('raw', ownedBytes(key), name, false, [use])
  } catch {
    return undefined
  }
}
