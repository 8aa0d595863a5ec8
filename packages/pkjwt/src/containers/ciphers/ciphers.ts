/** The block ciphers of encrypted keys: AES and triple DES in CBC mode with PKCS#7 padding, AES in GCM and CTR mode. */
export type CipherName =
  | `aes-${128 | 192 | 256}-cbc`
  | `aes-${128 | 192 | 256}-gcm`
  | `aes-${128 | 192 | 256}-ctr`
  | 'des-ede3-cbc'

export type PrfHash = 'SHA-1' | 'SHA-224' | 'SHA-256' | 'SHA-384' | 'SHA-512'

export interface CipherInput {
  readonly cipher: CipherName
  readonly key: Uint8Array
  readonly iv: Uint8Array
  readonly data: Uint8Array
  /** Whether PKCS#7 padding is checked and cut off; of CBC only. Default true. */
  readonly padded?: boolean
}

/**
 * What encrypted containers ask of a cryptographic library. They get it handed in: the libraries stand on a floor below. Each
 * function answers `undefined` where the library has no such cipher or hash, and `decrypt` answers 'wrong' where padding or tag do
 * not hold, which nearly always means a wrong passphrase.
 */
export interface Ciphers {
  decrypt(input: CipherInput): Promise<Uint8Array | 'wrong' | undefined>
  encrypt(input: CipherInput): Promise<Uint8Array | undefined>
  pbkdf2(options: {
    passphrase: Uint8Array
    salt: Uint8Array
    rounds: number
    hash: PrfHash
    length: number
  }): Promise<Uint8Array | undefined>
  scrypt(options: {
    passphrase: Uint8Array
    salt: Uint8Array
    n: number
    r: number
    p: number
    length: number
  }): Promise<Uint8Array>
  digest(hash: 'MD5' | 'SHA-512', data: Uint8Array): Promise<Uint8Array | undefined>
  randomBytes(length: number): Uint8Array
}

/** How long the key of a cipher is. */
export function keyBytesOf(cipher: CipherName): number {
  return cipher === 'des-ede3-cbc' ? 24 : Number(cipher.slice('aes-'.length, 'aes-256'.length)) / 8
}
