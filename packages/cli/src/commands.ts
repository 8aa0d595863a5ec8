import { CliError } from './cliError.js'
import type { Command } from './command.js'
import { commandNames } from './commandNames.js'
import { sign } from './commands/sign.js'
import { quoted } from './flags.js'
import { findNearest } from './nearest.js'

/**
 * Loads the command of a name.
 * @throws {CliError} `command_unknown` with the nearest match, `command_missing` for a group of commands
 */
export async function findCommand(name: string): Promise<Command> {
  if (name === 'sign') return sign
  const load = commandNames.includes(name) ? (await import('./cold.js')).others[name] : undefined
  return load === undefined ? refuseName(name) : load()
}

function refuseName(name: string): never {
  const group = commandNames.filter((each) => each.startsWith(`${name} `))
  if (group.length > 0) {
    throw new CliError('command_missing', `Cannot run "${name}" alone: it is a group of commands`, {
      hint: `Run one of ${group.map((each) => `pkjwt ${each}`).join(', ')}`,
    })
  }
  const nearest = findNearest(name, [...new Set(commandNames.flatMap((each) => [each, each.split(' ')[0] ?? each]))])
  throw new CliError('command_unknown', `Cannot run ${quoted(name)}: there is no such command`, {
    hint: nearest === undefined ? 'Run pkjwt --help to see the commands' : `Did you mean pkjwt ${nearest}?`,
  })
}
