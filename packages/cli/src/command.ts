import type { Finding } from 'pkjwt/errors'
import { CliError } from './cliError.js'
import type { Paint } from './colour.js'
import type { EnvelopeError } from './envelope.js'
import { type FillOptions, fillFlags } from './fill.js'
import { choice, type FlagTable, type FlagValues, parseWords, quoted, readFlags, toggle } from './flags.js'
import type { Io } from './io.js'
import type { Talk } from './talk.js'

/** The flags that every command has. */
export const everywhere = {
  json: toggle('Everywhere', 'print one JSON envelope on stdout: ok, command, data, findings, error'),
  quiet: toggle('Everywhere', 'say nothing on stderr but errors', { short: 'q' }),
  color: choice('Everywhere', ['auto', 'always', 'never'], 'colours: always, never, or by the terminal', {
    valueOptional: true,
    aliases: ['--colour'],
  }),
  noColor: toggle('Everywhere', 'no colours', { aliases: ['--no-colour'] }),
  debug: toggle('Everywhere', 'show where an error came from'),
  help: toggle('Everywhere', 'this help', { short: 'h' }),
} satisfies FlagTable

/** What a command is given. */
export interface Context<Table extends FlagTable> {
  readonly flags: FlagValues<Table>
  readonly words: readonly string[]
  readonly io: Io
  readonly talk: Talk
  readonly paint: Paint
  readonly json: boolean
  /** Which setting each value came from that was not typed: `env OKTA_CLIENT_ORGURL`, `connection "prod"`. */
  readonly origins: ReadonlyMap<string, string>
}

/** What a command gives back; the caller writes it as text or as an envelope, and makes an exit code of it. */
export interface Outcome {
  /** For stdout, without `--json`. */
  readonly text?: string | undefined
  /** For the envelope. */
  readonly data?: unknown
  readonly findings?: readonly Finding[] | undefined
  /** Default true. `false` means that the answer is no. */
  readonly ok?: boolean | undefined
  readonly error?: EnvelopeError | undefined
  /** Everything was written on the way, as a server does that tells its address and runs on. */
  readonly isWritten?: boolean | undefined
  /** Default 0, or 1 when not `ok`. */
  readonly exitCode?: number | undefined
}

/** An example of the help: what for, and what to type. */
export type Example = readonly [purpose: string, line: string]

/** What help and completion know of a command. */
export interface CommandFacts {
  /** As it is typed: `key show`. */
  readonly name: string
  readonly summary: string
  /** What stands after the name: `TOKEN`, `FILE…`. */
  readonly takes?: string | undefined
  readonly examples: readonly Example[]
  readonly flags: FlagTable
  /** More to know, below the flags. */
  readonly notes?: readonly string[] | undefined
  /** How many words may follow the name. Default none. */
  readonly wordsMax?: number | undefined
}

/** The surroundings of one call. */
export interface Call {
  readonly words: readonly string[]
  readonly io: Io
  readonly talk: Talk
  readonly paint: Paint
  readonly json: boolean
}

/** A command that can be called. */
export interface Command extends CommandFacts {
  call(call: Call): Promise<Outcome>
}

export interface CommandDefinition<Table extends FlagTable> extends CommandFacts {
  readonly flags: Table
  /** Fills flags that were not typed, from the environment. */
  readonly fill?: FillOptions['fill']
  /** Flags of which one decides what the others would. */
  readonly alternatives?: FillOptions['alternatives']
  readonly run: (context: Context<Table>) => Promise<Outcome>
}

/** Makes a command of its flags and what it does. Its words are parsed here, so that `run` sees typed values only. */
export function defineCommand<Table extends FlagTable>(definition: CommandDefinition<Table>): Command {
  const { run, fill, alternatives, ...facts } = definition
  const table = { ...everywhere, ...facts.flags }
  return {
    ...facts,
    async call({ words, io, talk, paint, json }) {
      const { given, positionals } = parseWords(words, table)
      refuseSurplus(facts, positionals)
      const filled = await fillFlags(given, { table: facts.flags, io, fill, alternatives })
      const flags = readFlags(facts.flags, filled.given)
      return run({ flags, words: positionals, io, talk, paint, json, origins: filled.origins })
    },
  }
}

function refuseSurplus({ name, takes, wordsMax = 0 }: CommandFacts, positionals: readonly string[]): void {
  const surplus = positionals[wordsMax]
  if (surplus === undefined) return
  throw new CliError('argument_unexpected', `Cannot use ${quoted(surplus)}: "${name}" takes ${takes ?? 'flags only'}`, {
    hint: `Run pkjwt ${name} --help`,
  })
}
