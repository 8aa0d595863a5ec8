import { KeyError } from '../errors.js'
import type { Ciphers } from './ciphers/ciphers.js'
import type { Found, KeyMembers } from './found.js'
import { readPkcs1Private, readPkcs1Public, readPkcs8, readSec1, readSpki } from './pkcs.js'

/** What `recognise` found to be a private key. */
export type FoundPrivate = Extract<Found, { is: 'private' | 'encrypted' }>

/** What `recognise` found to be a public key. */
export type FoundPublic = Extract<Found, { is: 'public' | 'certificate' }>

export interface UnlockOptions {
  readonly passphrase?: string | undefined
  readonly ciphers: Ciphers
}

/** Reads the members of a private key, and decrypts it when it is encrypted. */
export async function unlock(found: FoundPrivate, _options: UnlockOptions): Promise<KeyMembers> {
  if (found.is === 'encrypted') throw new KeyError('key_encrypted', 'x')
  return readPlain(found)
}

function readPlain({ form, bytes }: { form: string; bytes: Uint8Array }): KeyMembers {
  if (form === 'pkcs8') return readPkcs8(bytes)
  return form === 'pkcs1' ? readPkcs1Private(bytes) : readSec1(bytes)
}

/** Reads the members of a public key. */
export function readPublic({ form, bytes }: Extract<Found, { is: 'public' }>): KeyMembers {
  return form === 'spki' ? readSpki(bytes) : readPkcs1Public(bytes)
}
