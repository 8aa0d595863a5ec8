import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Command, everywhere } from '../../packages/cli/src/command.js'
import { commandNames } from '../../packages/cli/src/commandNames.js'
import { serve } from '../../packages/cli/src/commands/serve.js'
import { findCommand } from '../../packages/cli/src/commands.js'
import { oktaVariables, ownVariable } from '../../packages/cli/src/environment.js'
import { type Flag, typedName } from '../../packages/cli/src/flags.js'
import { code, codes, heading, page, table } from './markdown.js'

/** Variables that stand for no flag. */
export const otherVariables: Readonly<Record<string, string>> = {
  XDG_CONFIG_HOME: 'The folder of settings. Default `~/.config`.',
  XDG_CACHE_HOME: 'The folder of the token cache and of the page. Default `~/.cache`.',
  LOCALAPPDATA: 'The folder of the token cache on Windows.',
  HOME: 'The home folder.',
  USERPROFILE: 'The home folder on Windows.',
  SSH_AUTH_SOCK: 'Where the SSH agent listens.',
  NO_COLOR: 'No colours, whatever its value.',
  FORCE_COLOR: 'Colours, also where it is no terminal; `0`: none.',
  CLICOLOR_FORCE: 'Colours, also where it is no terminal.',
  CLICOLOR: '`0`: no colours.',
  TERM: '`dumb`: no colours.',
}

const example = {
  connections: {
    prod: {
      org: 'example.okta.com',
      'client-id': '0oa1abcdEFGHijkl2345',
      key: 'ssh-agent:me@work',
      scope: ['okta.users.read', 'okta.groups.read'],
    },
  },
}

/** Writes `docs/reference/configuration.md` from the flags of every command and the variables that stand for them. */
export async function configurationPage(): Promise<string> {
  const all = await Promise.all(commandNames.map(findCommand))
  return page(
    heading(
      'Configuration',
      'Where the command line takes its settings from. The library reads no file and no variable that it is not told to.',
    ),
    '## Which comes first\n\nWhat is typed comes first, then the connection that `--connection` names, then the environment. Of flags that decide the same, such as `--org` and `--audience`, a typed one keeps out the saved others. `pkjwt config show` tells what is saved and what the environment says.',
    '## File\n\n`$XDG_CONFIG_HOME/pkjwt/config.json`, or `~/.config/pkjwt/config.json`. It holds connections by name, and a connection holds flags by their names without the dashes. A flag that may come several times takes a list. A key itself is refused: the file says where the key is.',
    `\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\``,
    '## Environment',
    "The variables of Okta's own SDKs fill the flags of each command that asks a server. A private key may stand in its variable itself.",
    table(
      ['Variable', 'Flag'],
      Object.entries(oktaVariables).map(([flag, names]) => [codes(names), code(typedName(flag))]),
    ),
    'Each flag of `pkjwt serve` but `--connection` has a variable: `PKJWT_` and its name. For a flag without a value it is `true`.',
    table(
      ['Variable', 'Flag'],
      Object.keys(serve.flags)
        .filter((flag) => flag !== 'connection')
        .map((flag) => [code(ownVariable(flag)), code(typedName(flag))]),
    ),
    'Others:',
    table(
      ['Variable', 'Meaning'],
      Object.entries(otherVariables).map(([name, meaning]) => [code(name), meaning]),
    ),
    '## Flags\n\nEvery flag, with the name under which it is saved. A flag that means something else at another command stands here for each.',
    table(['Flag', 'Saved as', 'Meaning', 'Commands'], flagRows(all)),
    'Every command has these beside, which are not saved:',
    table(
      ['Flag', 'Meaning'],
      Object.entries(everywhere).map(([name, flag]) => [written(name, flag), flag.help]),
    ),
  )
}

/** A row for each flag and meaning, in the order of the alphabet. */
function flagRows(all: readonly Command[]): string[][] {
  const rows = new Map<string, { readonly name: string; readonly flag: Flag<unknown>; readonly commands: string[] }>()
  for (const { name: command, flags } of all) {
    for (const [name, flag] of Object.entries(flags)) {
      const key = `${name} ${flag.takes} ${flag.help}`
      const row = rows.get(key) ?? { name, flag, commands: [] }
      row.commands.push(command)
      rows.set(key, row)
    }
  }
  return [...rows.values()]
    .sort((a, b) => (typedName(a.name) < typedName(b.name) ? -1 : 1))
    .map(({ name, flag, commands }) => [
      written(name, flag),
      code(typedName(name).slice(2)),
      flag.choices === undefined || flag.takes?.includes('|') ? flag.help : `${flag.help} (${flag.choices.join(', ')})`,
      codes(commands),
    ])
}

function written(name: string, { takes, valueOptional, short, aliases = [], repeats }: Flag<unknown>): string {
  const value = takes === undefined ? '' : valueOptional ? `[=${takes}]` : ` ${takes}`
  const names = [`${typedName(name)}${value}`, ...(short === undefined ? [] : [`-${short}`]), ...aliases]
  return `${codes(names)}${takes !== undefined && repeats ? ', several times' : ''}`
}

const sources = ['cli/src', 'pkjwt/src/node', 'server/src'].map((path) =>
  fileURLToPath(new URL(`../../packages/${path}`, import.meta.url)),
)

/** The variables that the source reads by name. */
export function variablesRead(): readonly string[] {
  const files = sources.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.ts$/.test(path) && !/\.(test|testing)\.ts$/.test(path))
      .map((path) => readFileSync(`${folder}/${path}`, 'utf8')),
  )
  const names = files.flatMap((text) => [
    ...[...text.matchAll(/env\['([A-Z_]+)'\]/g)].map(([, name = '']) => name),
    ...[...text.matchAll(/const \{ ([A-Z_, ]+) \} = process\.env/g)].flatMap(([, list = '']) => list.split(', ')),
  ])
  return [...new Set(names)].sort()
}
