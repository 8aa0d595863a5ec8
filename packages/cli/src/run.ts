import { paintFor } from './colour.js'
import { type Command, everywhere } from './command.js'
import { commandNames, commands, splitCommand } from './commandNames.js'
import { writeEnvelope } from './envelope.js'
import { exit } from './exitCodes.js'
import { parseWords } from './flags.js'
import type { Io } from './io.js'
import { type Manners, reportError, reportOutcome } from './report.js'
import { createTalk } from './talk.js'
import { version } from './version.js'

/** Loads the command of a name, or refuses the name. */
export type FindCommand = (name: string) => Promise<Command>

/**
 * Runs one command line and writes what comes of it: the result on stdout, all talk on stderr.
 *
 * @param words What was typed after `pkjwt`.
 * @returns The exit code.
 * @throws {PipeClosed}
 */
export async function run(words: readonly string[], io: Io, find: FindCommand): Promise<number> {
  const manners = readManners(words, io)
  const { name, rest } = splitCommand(words)
  const reporting = { name: name ?? '', io, manners }
  try {
    if (name === undefined) return await runAlone(rest, io, manners)
    const isAsked = name === 'help' || hasFlag(rest, '--help', '-h')
    if (isAsked) return await printHelp(name, rest, { io, manners, find })
    return await runCommand(await find(name), rest, io, manners)
  } catch (error) {
    return reportError(error, reporting)
  }
}

/** Reports what was thrown where nobody waits: an event of a socket, a promise that was let go. */
export function reportFault(thrown: unknown, words: readonly string[], io: Io): Promise<number> {
  return reportError(thrown, { name: splitCommand(words).name ?? '', io, manners: readManners(words, io) })
}

async function runCommand(command: Command, words: readonly string[], io: Io, manners: Manners): Promise<number> {
  const { json, talk, colour } = manners
  const reporting = { name: command.name, io, manners }
  try {
    const paint = paintFor(io.stdout, io.env, colour)
    return reportOutcome(await command.call({ words, io, talk, paint, json }), reporting)
  } catch (error) {
    if (wantsHelp(error) && !json) {
      const { writeUsage } = await import('./cold.js')
      talk.print(writeUsage(command, talk.paint))
    }
    return reportError(error, reporting)
  }
}

/** Not told by its class: built, most commands have a copy of it of their own. */
function wantsHelp(error: unknown): boolean {
  return error instanceof Error && 'showHelp' in error && error.showHelp === true
}

/** `pkjwt` without a command: its version, its help, or five lines to begin with. */
async function runAlone(words: readonly string[], io: Io, manners: Manners): Promise<number> {
  const table = { ...everywhere, version: { ...everywhere.json, short: 'V' } }
  const { given } = parseWords(words, table)
  if (given.has('version')) {
    return print(version, { version }, io, manners)
  }
  const { writeOverview, writeWelcome } = await import('./cold.js')
  const paint = paintFor(io.stdout, io.env, manners.colour)
  return print(given.has('help') ? writeOverview(paint) : writeWelcome(paint), listCommands(), io, manners)
}

function print(text: string, data: unknown, io: Io, { json }: Manners, command = ''): number {
  io.stdout.write(json ? writeEnvelope({ ok: true, command, data }) : text.replace(/\n?$/, '\n'))
  return exit.done
}

interface Asked {
  readonly io: Io
  readonly manners: Manners
  readonly find: FindCommand
}

/** `pkjwt COMMAND --help`, `pkjwt help COMMAND`, and the same for a group of commands. */
async function printHelp(name: string, words: readonly string[], { io, manners, find }: Asked): Promise<number> {
  const { describeCommand, writeHelp, writeOverview } = await import('./cold.js')
  const paint = paintFor(io.stdout, io.env, manners.colour)
  const wanted = name === 'help' ? splitCommand(words.filter((word) => !word.startsWith('-'))).name : name
  const group = wanted === undefined ? '' : `${wanted} `
  const isGroup = commandNames.some((each) => each.startsWith(group))
  if (wanted === undefined || isGroup) return print(writeOverview(paint, group), listCommands(group), io, manners)
  const command = await find(wanted)
  const short = hasFlag(words, '-h') && !hasFlag(words, '--help')
  const text = writeHelp(command, { paint, short, columns: io.stdout.columns })
  return print(text, describeCommand(command), io, manners, command.name)
}

function listCommands(group = ''): readonly { readonly name: string; readonly summary: string }[] {
  const listed = Object.entries(commands).filter(([name]) => name.startsWith(group))
  return listed.map(([name, summary]) => ({ name, summary }))
}

/** Looks for what changes how everything is said, before anything can go wrong. */
function readManners(words: readonly string[], io: Io): Manners {
  const never = hasFlag(words, '--no-color', '--no-colour', '--color=never', '--colour=never')
  const always = hasFlag(words, '--color', '--colour', '--color=always', '--colour=always')
  const colour = never ? 'never' : always ? 'always' : 'auto'
  const talk = createTalk(io.stderr, { paint: paintFor(io.stderr, io.env, colour), quiet: hasFlag(words, '--quiet', '-q') })
  return { json: hasFlag(words, '--json'), debug: hasFlag(words, '--debug'), colour, talk }
}

function hasFlag(words: readonly string[], ...names: readonly string[]): boolean {
  const end = words.indexOf('--')
  return (end < 0 ? words : words.slice(0, end)).some((word) => names.includes(word))
}
