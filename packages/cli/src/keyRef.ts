import { parseJsonObject } from 'pkjwt/encoding'
import { KeyError } from 'pkjwt/errors'
import { type Algorithm, readPrivateKey, type Signer, type SigningKey } from 'pkjwt/keys'
import { type FlagTable, text } from './flags.js'
import type { Io } from './io.js'
import { readKeyBytes, warnOfPermissions } from './keyBytes.js'
import { readPassphrase } from './passphrase.js'
import type { Talk } from './talk.js'

/** The flags of every command that uses my private key. */
export const keyFlags = {
  key: text('Key', 'REF', 'my private key: a file, -, env:NAME, fd:N, or ssh-agent:COMMENT (or its fingerprint)', {
    isFile: true,
  }),
  passphraseFile: text('Key', 'FILE', 'the passphrase of that key: a file, -, env:NAME or fd:N', { isFile: true }),
} satisfies FlagTable

export interface OpenKeyRefOptions {
  readonly passphraseFile: string | undefined
  readonly kid?: string | undefined
  readonly alg?: Algorithm | undefined
  readonly io: Io
  readonly talk: Talk
}

/**
 * Opens my private key by its reference.
 *
 * @throws {CliError} `key_on_command_line`
 * @throws {KeyError} What cannot be used says what it is, and what to do.
 */
export async function openKeyRef(ref: string, options: OpenKeyRefOptions): Promise<Signer> {
  if (!ref.startsWith('ssh-agent:')) return readKeyRef(ref, options)
  const { kid, alg } = options
  const { openKey } = await import('./cold.js')
  return openKey(ref, { kid, alg })
}

/**
 * Reads a private key that can be written again: from everywhere but an agent. `openKey` would do it too, but a command that is over
 * in a moment does not have the time to load streams for it.
 */
export async function readKeyRef(ref: string, options: OpenKeyRefOptions): Promise<SigningKey> {
  const { kid, alg, io, talk, passphraseFile } = options
  const input = await readKeyBytes(ref, io)
  warnOfPermissions(ref, talk)
  const passphrase = await readPassphrase(passphraseFile, io)
  return withFlagHint(() => readPrivateKey(findJwk(input) ?? input, { passphrase, kid, alg }))
}

/** A JWK as an object is read without loading what tells all other forms apart. */
function findJwk(input: Uint8Array | string): object | undefined {
  const text = typeof input === 'string' ? input : input[0] === 0x7b ? new TextDecoder().decode(input) : ''
  return text.startsWith('{') && text.includes('"kty"') ? parseJsonObject(text, { what: 'the key' }) : undefined
}

/** Here a passphrase is given with a flag, and the library speaks of options. */
export async function withFlagHint<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof KeyError) || error.code !== 'key_encrypted') throw error
    throw new KeyError(error.code, error.message, { hint: 'Give its passphrase with --passphrase-file FILE', cause: error.cause })
  }
}
