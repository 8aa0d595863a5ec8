import { KeyError, PkjwtError } from '../errors.js'
import type { Algorithm } from '../keys/algorithms.js'
import type { Signer } from '../keys/key.js'
import { readPrivateKey } from '../keys/privateKey.js'
import { isKeyHome, type KeyHome } from './keyHome.js'

/** A key that signs, or whatever `readPrivateKey` reads one from. */
export type KeyInput = Signer | string | Uint8Array | object

/** Where the key of a client comes from. */
export interface KeyOptions {
  /**
   * A key that was read already, a `Signer`, whatever `readPrivateKey` takes, or a function that gives one of these. The home of a key
   * (`createKeyFile`) is asked each time too.
   */
  readonly key: KeyInput | KeyHome | (() => KeyInput | Promise<KeyInput>)
  /** The name of the key at the server, when the key does not carry it. */
  readonly kid?: string | undefined
  readonly alg?: Algorithm | undefined
  readonly passphrase?: string | undefined
}

/** Where the key of a client comes from, and the key once it was read. */
export interface KeySource extends KeyOptions {
  lastInput: KeyInput | undefined
  lastKey: Promise<Signer> | undefined
}

/** @param options Copied, so that whoever changes them later changes nothing here. */
export function createKeySource({ key, kid, alg, passphrase }: KeyOptions): KeySource {
  return { key, kid, alg, passphrase, lastInput: undefined, lastKey: undefined }
}

/**
 * Reads the key, once. A function is asked each time, so that a rotated key is picked up; what it gives is read again only when it gives
 * something else than before.
 *
 * @throws {KeyError} what `readPrivateKey` says of it
 */
export async function readKey(source: KeySource): Promise<Signer> {
  const { key } = source
  const input = isFunction(key) ? await ask(key) : isKeyHome(key) ? await key.readKey() : key
  if (source.lastKey !== undefined && input === source.lastInput) return source.lastKey
  const reading = readSigner(input, source)
  source.lastInput = input
  source.lastKey = reading
  reading.catch(() => {
    // A key that could not be read may be mended by the time it is wanted again.
    if (source.lastKey === reading) source.lastKey = undefined
  })
  return reading
}

/** Signs with another key from now on. A source that is asked each time gives the new one by itself. */
export function useKey(source: KeySource, signer: Signer): void {
  const { key } = source
  if (isFunction(key) || isKeyHome(key)) return
  source.lastInput = key
  source.lastKey = Promise.resolve(signer)
}

function isFunction(key: KeyOptions['key']): key is () => KeyInput | Promise<KeyInput> {
  return typeof key === 'function'
}

async function ask(key: () => KeyInput | Promise<KeyInput>): Promise<KeyInput> {
  try {
    return await key()
  } catch (cause) {
    if (cause instanceof PkjwtError) throw cause
    throw new KeyError('key_not_found', 'Cannot get the key: the function that should give it failed', {
      hint: 'See the cause of this error',
      cause,
    })
  }
}

async function readSigner(input: KeyInput, { kid, alg, passphrase }: KeyOptions): Promise<Signer> {
  if (!isSigner(input)) return readPrivateKey(input, { kid, alg, passphrase, extractable: false })
  if (alg !== undefined && alg !== input.alg) {
    throw new KeyError('key_alg_mismatch', `Cannot sign with ${alg}: the key was made to sign with ${input.alg}`, {
      hint: `Ask for ${input.alg}, or read the key with { alg: '${alg}' }`,
    })
  }
  if (kid === undefined || kid === input.kid) return input
  return { alg: input.alg, kid, publicKey: input.publicKey, sign: (data) => input.sign(data) }
}

function isSigner(input: KeyInput): input is Signer {
  return (
    typeof input === 'object' && 'sign' in input && typeof input.sign === 'function' && 'publicKey' in input && 'alg' in input
  )
}
