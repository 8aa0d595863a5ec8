import { CliError } from './cliError.js'
import { readInput } from './input.js'
import type { Io } from './io.js'

/**
 * Reads a passphrase: the first line of a file or of stdin (`-`), a variable (`env:NAME`), or a descriptor (`fd:N`).
 *
 * @returns undefined when no reference is given
 * @throws {CliError} `flag_value_invalid` for a variable that is not set
 */
export function readPassphrase(ref: string | undefined, io: Io, flag = '--passphrase-file'): Promise<string | undefined> {
  return readSecret(ref, io, { flag, what: 'passphrase' })
}

export interface ReadSecretOptions {
  readonly flag: string
  /** What it is, for the sentence of an error. */
  readonly what: string
}

/** Reads a secret of one line, from wherever a passphrase may come. */
export async function readSecret(
  ref: string | undefined,
  io: Io,
  { flag, what }: ReadSecretOptions,
): Promise<string | undefined> {
  if (ref === undefined) return undefined
  const [line = ''] = (await readText(ref, io, { flag, what })).split(/\r?\n/)
  if (line !== '') return line
  throw new CliError('flag_value_invalid', `Cannot use ${flag}: there is no ${what} on its first line`, {
    hint: `Write the ${what} there, on a line of its own`,
  })
}

async function readText(ref: string, io: Io, { flag, what }: ReadSecretOptions): Promise<string> {
  if (ref.startsWith('env:')) {
    const value = io.env[ref.slice(4)]
    if (value !== undefined) return value
    throw new CliError('flag_value_invalid', `Cannot use ${flag}: the variable ${JSON.stringify(ref.slice(4))} is not set`, {
      hint: 'Set it and export it, or name a file',
    })
  }
  const file = /^fd:\d+$/.test(ref) ? `/dev/fd/${ref.slice(3)}` : ref
  return new TextDecoder().decode(await readInput(file, `the ${what}`, io))
}
