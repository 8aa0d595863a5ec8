import { readJson } from 'pkjwt/encoding'
import { CliError } from './cliError.js'
import { quoted } from './flags.js'

/**
 * Reads `name=value` as often as it was typed, split at the first equals sign.
 *
 * @param options.isJson The value is JSON instead of a text.
 * @throws {CliError} `flag_value_invalid`
 */
export function readPairs(
  pairs: readonly string[],
  flag: string,
  { isJson = false }: { readonly isJson?: boolean } = {},
): Readonly<Record<string, unknown>> {
  const entries = pairs.map((pair): readonly [string, unknown] => {
    const equals = pair.indexOf('=')
    if (equals < 1) throw invalidPair(pair, flag, 'there is no name before an equals sign')
    const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)]
    return [name, isJson ? readValue(value, pair, flag) : value]
  })
  return Object.fromEntries(entries)
}

/** Reads `name=value` as often as it was typed, every value as a text; undefined when it was not. */
export function readTexts(pairs: readonly string[], flag: string): Readonly<Record<string, string>> | undefined {
  if (pairs.length === 0) return undefined
  return Object.fromEntries(Object.entries(readPairs(pairs, flag)).map(([name, value]) => [name, String(value)]))
}

function readValue(value: string, pair: string, flag: string): unknown {
  try {
    return readJson(value, { what: 'it' })
  } catch {
    throw invalidPair(pair, flag, 'what follows the equals sign is not JSON')
  }
}

function invalidPair(pair: string, flag: string, state: string): CliError {
  const example = flag === '--claim-json' ? '--claim-json \'roles=["a","b"]\'' : `${flag} name=value`
  return new CliError('flag_value_invalid', `Cannot use ${quoted(pair)} for ${flag}: ${state}`, { hint: `Write ${example}` })
}
