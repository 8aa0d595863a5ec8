import type { ErrorCode } from 'pkjwt/errors'
import type { CliErrorCode } from '../../packages/cli/src/cliError.js'
import { commandNames, commands } from '../../packages/cli/src/commandNames.js'
import { findCommand } from '../../packages/cli/src/commands.js'
import { exit, findExitCode } from '../../packages/cli/src/exitCodes.js'
import type { Io, OutStream } from '../../packages/cli/src/io.js'
import { run } from '../../packages/cli/src/run.js'
import { cliErrors, inputErrors, keyErrors, refusedErrors, unavailableErrors } from './errorTable.js'
import { code, codes, heading, page, section, table } from './markdown.js'

const exitMeanings: Readonly<Record<keyof typeof exit, string>> = {
  done: 'Done; valid; no finding that is an error.',
  no: 'The answer is no: invalid, refused by a rule, or a finding that is an error.',
  usage: 'The command line cannot be understood.',
  inputInvalid: 'What was given is no token, key or JSON.',
  inputMissing: 'What was named is missing, or cannot be read.',
  unreachable: 'The server cannot be reached, or answers as none does.',
  bug: 'A fault in pkjwt itself.',
  outputImpossible: 'The file exists, or cannot be made.',
  tryAgain: 'Try again later: the server is busy (429) or failed (5xx), also when asked again.',
  serverRefused: 'The server refused.',
  noPermission: 'A passphrase is missing or wrong, or others may read a private key.',
  configuration: 'The configuration cannot be used, or a package is missing.',
  interrupted: 'Interrupted with Ctrl-C.',
  pipeClosed: 'Nobody reads the output any more.',
}

/** Writes `docs/reference/command-line.md` from the help of every command. */
export async function commandLinePage(): Promise<string> {
  const chapters = await Promise.all(commandNames.map(chapter))
  return page(
    heading('Command line', 'Every command with its flags. What stands here is what each command prints with `--help`.'),
    'Results go to stdout, all talk goes to stderr. `-` is the standard input. Where settings come from is told in [configuration.md](configuration.md).',
    table(
      ['Command', 'Does'],
      Object.entries(commands).map(([name, does]) => [`[${code(`pkjwt ${name}`)}](#pkjwt-${name.replaceAll(' ', '-')})`, does]),
    ),
    '## JSON\n\nWith `--json`, every command prints one object on stdout. Members that are absent are left out.',
    table(
      ['Member', 'Meaning'],
      [
        ['`ok`', 'Whether the answer is yes.'],
        ['`command`', 'The command that ran.'],
        [
          '`data`',
          'The result: what the function of the library returns. Objects of the protocol keep the spelling of the protocol.',
        ],
        [
          '`findings`',
          'The findings, as [the rules](../rules.md) tell them: `id`, `severity`, `member`, `found`, `expected`, `message`, `fix`, `patch`, `refusal`.',
        ],
        ['`error`', '`code`, `message` and `hint`, as in [errors.md](errors.md).'],
      ],
    ),
    exitCodes(),
    ...chapters,
  )
}

async function chapter(name: string): Promise<string> {
  return section(`## pkjwt ${name}`, `\`\`\`text illustration\n${await helpOf(name)}\n\`\`\``)
}

/** What `pkjwt help NAME` prints. */
export async function helpOf(name: string): Promise<string> {
  let printed = ''
  const out = (write: (text: string) => void): OutStream => ({ isTerminal: false, columns: undefined, write })
  const io: Io = {
    env: {},
    stdin: { isTerminal: true, read: () => Promise.reject(new Error('help reads nothing')) },
    stdout: out((text) => {
      printed += text
    }),
    stderr: out(() => {}),
    clock: () => new Date(),
    ended: () => new Promise(() => {}),
  }
  await run(['help', ...name.split(' ')], io, findCommand)
  return printed.trimEnd()
}

function exitCodes(): string {
  const tables = { ...keyErrors, ...refusedErrors, ...unavailableErrors, ...inputErrors, ...cliErrors }
  const all = Object.keys(tables) as readonly (ErrorCode | CliErrorCode)[]
  const rows = Object.entries(exit).map(([name, number]) => [
    String(number),
    exitMeanings[name as keyof typeof exit],
    codes(all.filter((each) => findExitCode(each) === number)),
  ])
  return section('## Exit codes', table(['Code', 'Meaning', 'Errors'], rows))
}
