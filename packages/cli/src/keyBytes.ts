import { statSync } from 'node:fs'
import { KeyError } from 'pkjwt/errors'
import { looksLikeKeyMaterial } from './flags.js'
import { readInput, systemCode } from './input.js'
import type { Io } from './io.js'
import type { Talk } from './talk.js'
import { keyOnCommandLine } from './tokenInput.js'

/**
 * Reads what a reference to a key leads to: a file, stdin (`-`), a variable (`env:NAME`) or a descriptor (`fd:N`). What it is, is for
 * the reader of keys to say.
 *
 * @throws {CliError} `key_on_command_line`
 * @throws {KeyError} `key_file_missing`, `key_file_unreadable`
 */
export async function readKeyBytes(ref: string, io: Io): Promise<Uint8Array | string> {
  if (looksLikeKeyMaterial(ref)) throw keyOnCommandLine()
  if (ref.startsWith('env:')) return readVariable(ref.slice(4), io)
  try {
    return await readInput(/^fd:\d+$/.test(ref) ? `/dev/fd/${ref.slice(3)}` : ref, 'the key', io)
  } catch (error) {
    throw asKeyError(error)
  }
}

function readVariable(name: string, { env }: Io): string {
  const value = env[name]
  if (value !== undefined && value.trim() !== '') return value
  const state = value === undefined ? 'is not set' : 'is empty'
  throw new KeyError('key_file_missing', `Cannot read the key: the variable ${JSON.stringify(name.slice(0, 80))} ${state}`, {
    hint: 'Set it and export it, or name a file',
  })
}

function asKeyError(error: unknown): unknown {
  const code = systemCode(error)
  if (!(error instanceof Error) || (code !== 'file_missing' && code !== 'file_unreadable')) return error
  const hint = 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined
  return new KeyError(`key_${code}`, error.message, { hint, cause: error.cause })
}

/** Warns when others can read the file of a private key. */
export function warnOfPermissions(ref: string, talk: Talk): void {
  const about = process.platform === 'win32' ? undefined : statSync(ref, { throwIfNoEntry: false })
  if (about === undefined || !about.isFile() || (about.mode & 0o077) === 0) return
  const mode = (about.mode & 0o777).toString(8).padStart(4, '0')
  talk.warn(`The private key ${JSON.stringify(ref)} can be read by others (mode ${mode})`, 'Take that right away: chmod 600')
}
