import { writePem } from '../encoding/pem.js'
import type { Ciphers } from './ciphers/ciphers.js'
import type { KeyMembers } from './found.js'
import { writePkcs1, writePkcs8, writeSec1, writeSpki } from './pkcsWrite.js'

export interface WriteContainerOptions {
  /** Encrypts; of PKCS#8 alone. */
  readonly passphrase?: string | undefined
  /** Asked for the ciphers when there is a passphrase. */
  readonly loadCiphers: () => Promise<Ciphers>
}

/** Writes a private key as PEM. */
export async function writeContainer(
  key: KeyMembers,
  format: 'pkcs8' | 'pkcs1' | 'sec1',
  options: WriteContainerOptions,
): Promise<string> {
  if (format === 'pkcs1') return writePem('RSA PRIVATE KEY', writePkcs1(key))
  if (format === 'sec1') return writePem('EC PRIVATE KEY', writeSec1(key))
  if (options.passphrase === undefined) return writePem('PRIVATE KEY', writePkcs8(key))
  const { encryptPkcs8 } = await import('./encrypted.js')
  const encrypted = await encryptPkcs8(writePkcs8(key), { passphrase: options.passphrase, ciphers: await options.loadCiphers() })
  return writePem('ENCRYPTED PRIVATE KEY', encrypted)
}

/** Writes a public key as PEM. */
export function writePublicPem(key: KeyMembers): string {
  return writePem('PUBLIC KEY', writeSpki(key))
}
