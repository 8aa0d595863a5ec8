import { CliError } from './cliError.js'
import { looksLikeKeyMaterial } from './flags.js'
import { readStdin, stdinName } from './input.js'
import type { Io } from './io.js'

/**
 * The text of a token: the argument, or stdin for `-` and when no token is named.
 *
 * @throws {CliError} `input_missing` when there is neither, `key_on_command_line`
 */
export async function readTokenText(word: string | undefined, io: Io): Promise<string> {
  if (word !== undefined && word !== stdinName) {
    if (/-----\s*BEGIN |"kty"/.test(word) && looksLikeKeyMaterial(word)) throw keyOnCommandLine()
    return word
  }
  if (word === undefined && io.stdin.isTerminal) {
    throw new CliError('argument_missing', 'Cannot look at a token: none is named, and nothing is piped in', {
      hint: 'Give the token, or pipe it in',
      showHelp: true,
    })
  }
  return new TextDecoder().decode(await readStdin('the token', io))
}

/** The refusal of a key that was typed: the command line is open to every user of the machine, and stays in the history. */
export function keyOnCommandLine(): CliError {
  return new CliError(
    'key_on_command_line',
    'Cannot take a key from the command line: other users of this machine see it there, and the history keeps it',
    { hint: 'Name a file, - for stdin, env:NAME for a variable, fd:N for a descriptor, or ssh-agent:COMMENT' },
  )
}
