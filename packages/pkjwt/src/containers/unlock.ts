import { KeyError } from '../errors.js'
import type { Ciphers } from './ciphers/ciphers.js'
import type { Found, KeyMembers, PrivateForm } from './found.js'
import { readPkcs1Private, readPkcs1Public, readPkcs8, readSec1, readSpki } from './pkcs.js'
import { recogniseDer } from './recogniseDer.js'
import { cannotUse, passphraseWrong } from './unusable.js'

/** What `recognise` found to be a private key. */
export type FoundPrivate = Extract<Found, { is: 'private' | 'encrypted' }>

/** What `recognise` found to be a public key. */
export type FoundPublic = Extract<Found, { is: 'public' | 'certificate' }>

export interface UnlockOptions {
  readonly passphrase?: string | undefined
  /** Asked for the ciphers when the key turns out to be encrypted. */
  readonly loadCiphers: () => Promise<Ciphers>
}

/** A private key as its container held it, and what the container was. */
export interface Unlocked {
  readonly members: KeyMembers
  readonly form: PrivateForm
  readonly encrypted: boolean
}

// Encryption and OpenSSH are rare, and come with a good deal of code: they are loaded when there is one.

/** Reads the members of a private key, and decrypts it when it is encrypted. */
export async function unlock(found: FoundPrivate, options: UnlockOptions): Promise<Unlocked> {
  if (found.is === 'private') return readPlain(found, options)
  const opened = await decrypt(found, options)
  if (opened.is !== 'private') throw cannotUse('public')
  return { ...(await readPlain(opened, options)), encrypted: true }
}

type FoundEncrypted = Extract<Found, { is: 'encrypted' }>

async function decrypt(found: FoundEncrypted, options: UnlockOptions): Promise<Found> {
  const bytes = await decryptBytes(found, options)
  try {
    return recogniseDer(bytes)
  } catch (error) {
    // Padding that looks right by chance, and rubbish behind it.
    if (error instanceof KeyError && error.code !== 'key_unsupported') throw passphraseWrong()
    throw error
  }
}

async function decryptBytes(found: FoundEncrypted, options: UnlockOptions): Promise<Uint8Array> {
  const withCiphers = { passphrase: options.passphrase, ciphers: await options.loadCiphers() }
  if (found.form === 'pkcs8') return (await import('./encrypted.js')).decryptPkcs8(found.bytes, withCiphers)
  return (await import('./traditional.js')).decryptTraditional(found, withCiphers)
}

async function readPlain({ form, bytes }: { form: PrivateForm; bytes: Uint8Array }, options: UnlockOptions): Promise<Unlocked> {
  if (form !== 'openssh') return { members: readers[form](bytes), form, encrypted: false }
  const { isEncryptedOpenSsh, readOpenSsh } = await import('./openssh.js')
  const withCiphers = { passphrase: options.passphrase, ciphers: await options.loadCiphers() }
  return { members: await readOpenSsh(bytes, withCiphers), form, encrypted: isEncryptedOpenSsh(bytes) }
}

const readers = { pkcs8: readPkcs8, pkcs1: readPkcs1Private, sec1: readSec1 }

/** Reads the members of a public key. */
export async function readPublic(found: FoundPublic): Promise<KeyMembers> {
  if (found.is === 'certificate') return (await import('./x509.js')).readCertificate(found.bytes)
  if (found.form === 'spki') return readSpki(found.bytes)
  if (found.form === 'pkcs1') return readPkcs1Public(found.bytes)
  return (await import('./ssh.js')).readSshPublic(found.bytes)
}
