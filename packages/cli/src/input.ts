import { readFileSync } from 'node:fs'
import { PkjwtError } from 'pkjwt/errors'
import { CliError } from './cliError.js'
import type { Io } from './io.js'

/** No token, key, set, answer or payload comes near. */
const inputBytesMax = 16 * 1024 * 1024

/** `-` stands for stdin, wherever a file may be named. */
export const stdinName = '-'

/**
 * Reads a file, or stdin for `-`.
 *
 * @param what What is in it, for the sentence of the error.
 * @throws {PkjwtError} `file_missing`, `file_unreadable`
 * @throws {CliError} `input_missing` when stdin is a terminal
 */
export async function readInput(file: string, what: string, io: Io): Promise<Uint8Array> {
  if (file === stdinName) return readStdin(what, io)
  try {
    // Nothing else is under way, and fs/promises would take longer to load than the file to read.
    return readFileSync(file)
  } catch (cause) {
    throw unreadable(file, what, cause)
  }
}

/** Reads a file, or stdin for `-`, as UTF-8. */
export async function readInputText(file: string, what: string, io: Io): Promise<string> {
  return new TextDecoder().decode(await readInput(file, what, io))
}

/** Reads stdin to its end; a terminal has none, so there help is the better answer. */
export async function readStdin(what: string, { stdin }: Io): Promise<Uint8Array> {
  if (!stdin.isTerminal) return stdin.read(inputBytesMax)
  throw new CliError('input_missing', `Cannot read ${what} from stdin: it is a terminal, and nothing is piped in`, {
    hint: 'Name a file, or pipe the text in',
    showHelp: true,
  })
}

/** The error for a file that cannot be read. */
export function unreadable(file: string, what: string, cause: unknown): PkjwtError {
  const code = systemCode(cause)
  const place = JSON.stringify(file.slice(0, 200))
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new PkjwtError('file_missing', `Cannot read ${what}: there is no file ${place}`, {
      hint: 'Check the name, and the folder that you are in',
      cause,
    })
  }
  const state = code === 'EACCES' || code === 'EPERM' ? 'you may not read it' : code === 'EISDIR' ? 'it is a folder' : code
  return new PkjwtError('file_unreadable', `Cannot read ${what} from ${place}: ${state}`, {
    hint: 'Name a file that you may read',
    cause,
  })
}

/** The code of a system error, such as ENOENT. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'it failed'
}
