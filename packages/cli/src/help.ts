import type { Paint } from './colour.js'
import { type CommandFacts, everywhere } from './command.js'
import { commands } from './commandNames.js'
import { type Flag, type FlagGroup, type FlagTable, typedName } from './flags.js'
import { wrap } from './layout.js'

const groups: readonly FlagGroup[] = ['Key', 'Who and where', 'Claims', 'Time', 'Input', 'Server', 'Output', 'Everywhere']

/** How wide help is laid out when nobody knows the terminal. */
const columnsDefault = 80

/** What `pkjwt` alone prints: five lines, from nothing to a token. */
export function writeWelcome(paint: Paint): string {
  const lines = [
    ['pkjwt keygen', 'make a key, print what to register'],
    ['pkjwt sign --key private-key.jwk --client-id 0oa1 --org example.okta.com', 'sign an assertion'],
    ['pkjwt token --key private-key.jwk --client-id 0oa1 --org example.okta.com --scope okta.users.read', 'buy a token'],
    ['pkjwt diagnose TOKEN --org example.okta.com', 'say why it is refused'],
    ['pkjwt serve', 'run the other side here'],
  ] as const
  return lines.map(([line, purpose]) => `${paint.cyan(line)}  ${paint.dim(`# ${purpose}`)}\n`).join('')
}

/** The help of everything, or of a group (`key `): the commands, one line each. */
export function writeOverview(paint: Paint, group = ''): string {
  const listed = Object.entries(commands).filter(([name]) => name.startsWith(group))
  const width = Math.max(...listed.map(([name]) => name.length)) + 2
  return [
    'From a private key to an access token, and nothing of the key ever leaves your machine.',
    '',
    paint.bold('Usage'),
    `  pkjwt ${group}COMMAND [FLAGS]`,
    '',
    paint.bold('Commands'),
    ...listed.map(([name, summary]) => `  ${paint.cyan(name.padEnd(width))}${summary}`),
    '',
    'pkjwt COMMAND --help tells the rest. Nothing is reported to anybody.',
    '',
  ].join('\n')
}

/** How a command is called, for whoever left out what it needs: examples only. */
export function writeUsage({ name, summary, takes, examples }: CommandFacts, paint: Paint): string {
  return [
    sentenceOf(summary),
    '',
    ...exampleLines(examples, paint),
    '',
    `${paint.bold('Usage')}  pkjwt ${name} ${takes === undefined ? '' : `${takes} `}[FLAGS]; pkjwt ${name} --help tells more`,
    '',
    '',
  ].join('\n')
}

export interface WriteHelpOptions {
  readonly paint: Paint
  /** The short help leaves out the flags that every command has, and the notes. */
  readonly short?: boolean | undefined
  readonly columns?: number | undefined
}

/** The help of one command: what it does, examples, then its flags in groups. */
export function writeHelp(facts: CommandFacts, { paint, short = false, columns = columnsDefault }: WriteHelpOptions): string {
  const { name, summary, takes, examples, flags, notes = [] } = facts
  const width = Math.min(columns, 100)
  const table: FlagTable = short ? flags : { ...flags, ...everywhere }
  return [
    sentenceOf(summary),
    '',
    ...exampleLines(examples, paint),
    '',
    `${paint.bold('Usage')}  pkjwt ${name} ${takes === undefined ? '' : `${takes} `}[FLAGS]`,
    ...groups.flatMap((group) => groupLines(group, table, { paint, width })),
    ...(short ? [] : notes.flatMap((note) => ['', ...wrap(note, width)])),
    ...(short ? ['', `pkjwt ${name} --help tells more.`] : []),
    '',
  ].join('\n')
}

function sentenceOf(summary: string): string {
  return `${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}.`
}

function exampleLines(examples: CommandFacts['examples'], paint: Paint): readonly string[] {
  return examples.flatMap(([purpose, line]) => [`  ${paint.dim(`# ${purpose}`)}`, `  ${paint.cyan(line)}`])
}

function groupLines(group: FlagGroup, table: FlagTable, { paint, width }: { paint: Paint; width: number }): string[] {
  const rows = Object.entries(table).filter(([, flag]) => flag.group === group)
  if (rows.length === 0) return []
  const lines = rows.flatMap(([name, flag]) => {
    const left = `  ${flagNames(name, flag)}`
    const told = wrap(`${flag.help}${flag.env === undefined ? '' : ` [${flag.env}]`}`, width - indent)
    const [first = '', ...rest] = told
    const head = left.length < indent - 1 ? [paint.cyan(left.padEnd(indent)) + first] : [paint.cyan(left), pad + first]
    return [...head, ...rest.map((line) => pad + line)]
  })
  return ['', paint.bold(group), ...lines]
}

const indent = 30
const pad = ' '.repeat(indent)

function flagNames(name: string, { short, takes, valueOptional, aliases = [] }: Flag<unknown>): string {
  const names = [...(short === undefined ? [] : [`-${short}`]), typedName(name), ...aliases]
  const value = takes === undefined ? '' : valueOptional ? `[=${takes}]` : ` ${takes}`
  return `${names.join(', ')}${value}`
}

/** A command as data, for programs that write command lines. */
export function describeCommand({ name, summary, takes, examples, flags }: CommandFacts): unknown {
  return {
    name,
    summary,
    takes,
    examples: examples.map(([purpose, line]) => ({ purpose, line })),
    flags: Object.entries({ ...flags, ...everywhere }).map(([flag, { takes: value, help, group, repeats, choices, env }]) => ({
      flag: typedName(flag),
      takes: value,
      help,
      group,
      repeats,
      choices,
      env,
    })),
  }
}
