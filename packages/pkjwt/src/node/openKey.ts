import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { KeyError, PkjwtError } from '../errors.js'
import type { Algorithm } from '../keys/algorithms.js'
import type { Signer, SigningKey } from '../keys/key.js'
import { readPrivateKey } from '../keys/privateKey.js'

/** Something about a key that works and should not stay so. */
export interface KeyWarning {
  readonly code: 'key_permissions'
  readonly message: string
  readonly hint: string
}

/** What the reference of a key does not say. */
export interface OpenKeyOptions {
  /** For a key that is encrypted. */
  readonly passphrase?: string | undefined
  /** The name of the key at the server, when the key does not carry it. */
  readonly kid?: string | undefined
  readonly alg?: Algorithm | undefined
  /** Hears of a key file that others can read. */
  readonly onWarning?: ((warning: KeyWarning) => void) | undefined
  /** Where `-` reads from. Default the standard input. */
  readonly stdin?: AsyncIterable<Uint8Array | string> | undefined
  /** Where `env:NAME` looks. Default the environment of the process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
}

/** More than any key takes; a set of keys included. */
const keyBytesMax = 1_048_576

/**
 * Opens a private key by a reference: the name of a file, `-` for the standard input, `env:NAME`, `fd:N`, or
 * `ssh-agent:FINGERPRINT|COMMENT` for a key that an agent holds and signs with.
 *
 * @throws {KeyError} `key_file_missing`, `key_file_unreadable`, and whatever `readPrivateKey` says of what is there
 * @throws {PkjwtError} `option_invalid` when the reference is a key itself
 * @example
 * const key = await openKey('private-key.pem', { onWarning: ({ message }) => console.error(message) })
 * assert.equal(key.alg, 'RS256')
 */
export async function openKey(ref: string, options: OpenKeyOptions = {}): Promise<SigningKey | Signer> {
  if (typeof ref !== 'string' || ref.trim() === '') throw noReference('it is empty')
  if (/-----BEGIN|^\s*[{[]|\n/.test(ref)) throw noReference('it holds a key, and a key has no place in a command or a setting')
  if (ref.startsWith('ssh-agent:')) {
    const { openSshAgent } = await import('./sshAgent.js')
    return openSshAgent({ key: ref.slice('ssh-agent:'.length), kid: options.kid, alg: options.alg })
  }
  const { passphrase, kid, alg } = options
  return readPrivateKey(await readReference(ref, options), { passphrase, kid, alg })
}

function noReference(state: string): PkjwtError {
  return new PkjwtError('option_invalid', `Cannot open a key by its reference: ${state}`, {
    hint: 'Give a file, - for the standard input, env:NAME, fd:N, or ssh-agent:COMMENT',
  })
}

function readReference(ref: string, options: OpenKeyOptions): Promise<Uint8Array | string> {
  if (ref === '-') return readStream(options.stdin ?? process.stdin, 'the standard input')
  if (ref.startsWith('env:')) return readVariable(ref.slice(4), options.env ?? process.env)
  const descriptor = /^fd:(\d{1,9})$/.exec(ref)?.[1]
  if (descriptor !== undefined) return readDescriptor(Number(descriptor))
  return readKeyFile(ref, options)
}

async function readVariable(name: string, env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const value = env[name]
  if (value !== undefined && value.trim() !== '') return value
  const state = value === undefined ? 'is not set' : 'is empty'
  throw new KeyError('key_file_missing', `Cannot read the key: the variable ${quote(name)} ${state}`, {
    hint: 'Set it and export it, or name a file',
  })
}

async function readDescriptor(fd: number): Promise<Uint8Array> {
  const what = `the descriptor ${fd}`
  try {
    return await readStream(createReadStream('', { fd, autoClose: false }), what)
  } catch (cause) {
    throw explain(cause, what, 'Open it in the shell, such as 3<key.pem')
  }
}

async function readKeyFile(path: string, { onWarning }: OpenKeyOptions): Promise<Uint8Array> {
  const what = quote(path)
  try {
    await using file = await openDisposable(path)
    const about = await file.handle.stat()
    if (about.isDirectory()) throw unreadable(what, 'it is a folder', 'Name the file in it')
    if (about.size > keyBytesMax) throw tooLarge(what)
    warnOfPermissions(path, about, onWarning)
    return await readStream(file.handle.createReadStream({ autoClose: false }), what)
  } catch (cause) {
    throw explain(cause, what, 'Check its name and the folder')
  }
}

async function openDisposable(path: string) {
  const handle = await open(path, 'r')
  return { handle, [Symbol.asyncDispose]: () => handle.close() }
}

/** Only where the bits mean something: a plain file, not on Windows. */
function warnOfPermissions(
  path: string,
  about: { readonly mode: number; isFile(): boolean },
  onWarning: OpenKeyOptions['onWarning'],
): void {
  if (process.platform === 'win32' || !about.isFile() || (about.mode & 0o077) === 0) return
  onWarning?.({
    code: 'key_permissions',
    message: `The private key ${quote(path)} can be read by others (mode ${(about.mode & 0o777).toString(8).padStart(4, '0')})`,
    hint: `Run chmod 600 ${/^[\w./-]+$/.test(path) ? path : 'on it'}`,
  })
}

/** Reads to the end, within the limit. */
async function readStream(stream: AsyncIterable<Uint8Array | string>, what: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    length += bytes.length
    if (length > keyBytesMax) throw tooLarge(what)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

function tooLarge(what: string): KeyError {
  return unreadable(what, `it holds more than ${keyBytesMax} bytes`, 'Name the file of the key itself')
}

function unreadable(what: string, state: string, hint: string, cause?: unknown): KeyError {
  return new KeyError('key_file_unreadable', `Cannot read the key from ${what}: ${state}`, { hint, cause })
}

const reasons: Readonly<Record<string, readonly [state: string, hint: string]>> = {
  EACCES: ['permission is denied', 'Run it as the user who owns the file, or change its owner'],
  EPERM: ['permission is denied', 'Run it as the user who owns the file, or change its owner'],
  EISDIR: ['it is a folder', 'Name the file in it'],
  EBADF: ['it is not open', 'Open it in the shell, such as 3<key.pem'],
}

function explain(cause: unknown, what: string, hint: string): unknown {
  if (cause instanceof PkjwtError || !(cause instanceof Error)) return cause
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new KeyError('key_file_missing', `Cannot read the key from ${what}: there is no such file`, { hint, cause })
  }
  const [state, other] = reasons[code] ?? [`the system says ${code}`, hint]
  return unreadable(what, state, other, cause)
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 200))
}
