import { CliError } from '../cliError.js'
import { type Command, defineCommand } from '../command.js'
import { commandNames } from '../commandNames.js'
import { findCommand } from '../commands.js'
import { writeBash, writeFish, writePowerShell, writeZsh } from '../completionScripts.js'

const writers = { bash: writeBash, zsh: writeZsh, fish: writeFish, powershell: writePowerShell } as const
const shells = Object.keys(writers).join(', ')

/** `completion`: a script made of the same tables as the help. */
export const completion = defineCommand({
  name: 'completion',
  summary: 'print the completion script for a shell',
  takes: 'SHELL',
  wordsMax: 1,
  examples: [
    ['bash, from the next shell on', 'pkjwt completion bash > ~/.local/share/bash-completion/completions/pkjwt'],
    ['zsh', 'pkjwt completion zsh > ~/.zfunc/_pkjwt'],
    ['fish', 'pkjwt completion fish > ~/.config/fish/completions/pkjwt.fish'],
  ],
  flags: {},
  notes: [`SHELL is one of ${shells}.`],
  async run({ words: [shell] }) {
    const writer = Object.entries(writers).find(([name]) => name === shell)?.[1]
    if (writer === undefined) {
      const state = shell === undefined ? 'no shell is named' : `there is none for ${JSON.stringify(shell.slice(0, 40))}`
      throw new CliError(
        shell === undefined ? 'argument_missing' : 'flag_value_invalid',
        `Cannot print a completion script: ${state}`,
        { hint: `Name one of ${shells}` },
      )
    }
    const loaded: Command[] = []
    for (const name of commandNames) loaded.push(await findCommand(name))
    const script = writer(loaded)
    return { text: script, data: script }
  },
})
