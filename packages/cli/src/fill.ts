import { type FlagTable, type ParsedWords, text } from './flags.js'
import type { Io } from './io.js'

/** The flag that names a saved connection. */
export const connectionFlag = {
  connection: text('Who and where', 'NAME', 'take what is not typed from the saved connection of this name'),
} satisfies FlagTable

/** Values for flags that were not typed, by the name of the flag in code, and where they come from. */
export interface Filling {
  readonly values: ReadonlyMap<string, readonly string[]>
  readonly origin: (name: string) => string
}

export interface FillOptions {
  readonly table: FlagTable
  readonly io: Io
  /** Values from the environment. */
  readonly fill?: ((io: Io) => Filling) | undefined
  /** Flags of which one decides what the others would: when one is given, the others are not filled. */
  readonly alternatives?: readonly (readonly string[])[] | undefined
}

/** The values of a command line, completed. */
export interface Filled {
  readonly given: ParsedWords['given']
  /** Where a value came from that was not typed. */
  readonly origins: ReadonlyMap<string, string>
}

/** Completes what was typed: first from the connection that `--connection` names, then from the environment. */
export async function fillFlags(given: ParsedWords['given'], options: FillOptions): Promise<Filled> {
  const { table, io, fill, alternatives = [] } = options
  const [name] = given.get('connection') ?? []
  const saved = name === undefined ? [] : [await (await import('./cold.js')).fillFromConnection(name, table, io)]
  const fillings = [...saved, ...(fill === undefined ? [] : [fill(io)])]
  const whole = new Map(given)
  const origins = new Map<string, string>()
  for (const { values, origin } of fillings) {
    const decided = new Set(
      [...whole.keys()].flatMap((flag) => [flag, ...alternatives.filter((group) => group.includes(flag)).flat()]),
    )
    for (const [flag, value] of values) {
      if (decided.has(flag) || !Object.hasOwn(table, flag)) continue
      whole.set(flag, value)
      origins.set(flag, origin(flag))
    }
  }
  return { given: whole, origins }
}
