import { CliError } from './cliError.js'
import { findNearest } from './nearest.js'

/** The headings under which help lists flags. */
export type FlagGroup = 'Key' | 'Who and where' | 'Claims' | 'Time' | 'Input' | 'Server' | 'Output' | 'Everywhere'

/** One flag as data: parsing, help and completion read the same table, so that they cannot tell three stories. */
export interface Flag<Value> {
  /** What stands for its value in help; a switch has none. */
  readonly takes: string | undefined
  readonly help: string
  readonly group: FlagGroup
  readonly repeats: boolean
  /** A letter, for the few that everybody knows. */
  readonly short?: string | undefined
  /** Other names that people know it by. */
  readonly aliases?: readonly string[] | undefined
  /** The values that it takes, where they can be listed. */
  readonly choices?: readonly string[] | undefined
  /** The environment variable that is read when it is not typed. */
  readonly env?: string | undefined
  /** The value may be left out, with an equals sign to give one. */
  readonly valueOptional?: boolean | undefined
  /** Complete with names of files. */
  readonly isFile?: boolean | undefined
  read(values: readonly string[], name: string): Value
}

/** The flags of a command by their names in code: `clientId` is typed `--client-id`. */
export type FlagTable = Readonly<Record<string, Flag<unknown>>>

/** What was typed, as values. */
export type FlagValues<Table extends FlagTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Flag<infer Value> ? Value : never
}

type Extra = Partial<Pick<Flag<unknown>, 'short' | 'aliases' | 'env' | 'valueOptional' | 'isFile'>>

/** A flag with one value. */
export function text(group: FlagGroup, takes: string, help: string, extra: Extra = {}): Flag<string | undefined> {
  return { group, takes, help, repeats: false, ...extra, read: (values) => values.at(-1) }
}

/** A flag that may come several times. */
export function list(group: FlagGroup, takes: string, help: string, extra: Extra = {}): Flag<readonly string[]> {
  return { group, takes, help, repeats: true, ...extra, read: (values) => values }
}

/** A flag that is there or not. */
export function toggle(group: FlagGroup, help: string, extra: Extra = {}): Flag<boolean> {
  return { group, takes: undefined, help, repeats: true, ...extra, read: (values) => values.length > 0 }
}

/** A flag that takes one of a few words. */
export function choice<const Value extends string>(
  group: FlagGroup,
  choices: readonly Value[],
  help: string,
  extra: Extra = {},
): Flag<Value | undefined> {
  return {
    group,
    takes: choices.length > 4 ? 'NAME' : choices.join('|'),
    help,
    repeats: false,
    choices,
    ...extra,
    read: ([value], name) => (value === undefined ? undefined : readChoice(value, choices, name)),
  }
}

/** A flag with a whole number in a range. */
export function wholeNumber(
  group: FlagGroup,
  takes: string,
  help: string,
  { min, max, ...extra }: Extra & { readonly min: number; readonly max: number },
): Flag<number | undefined> {
  return {
    group,
    takes,
    help,
    repeats: false,
    ...extra,
    read([value], name) {
      if (value === undefined) return undefined
      if (/^\d{1,9}$/.test(value) && Number(value) >= min && Number(value) <= max) return Number(value)
      throw invalidValue(value, name, `a whole number from ${min} to ${max}`)
    },
  }
}

function readChoice<Value extends string>(value: string, choices: readonly Value[], name: string): Value {
  const found = choices.find((each) => each.toLowerCase() === value.toLowerCase())
  if (found !== undefined) return found
  throw invalidValue(value, name, `one of ${choices.join(', ')}`)
}

/** The refusal of a value that a flag cannot take. It quotes the value only when that cannot be a secret. */
export function invalidValue(value: string, name: string, wanted: string): CliError {
  return new CliError('flag_value_invalid', `Cannot use ${quoted(value)} for ${name}`, { hint: `Give ${wanted}` })
}

/** A word of the command line as a message may show it: nobody's key, and never much of it. */
export function quoted(word: string): string {
  if (looksLikeKeyMaterial(word)) return 'what looks like key material'
  return JSON.stringify(word.length > 80 ? `${word.slice(0, 79)}…` : word)
}

/** Whether a word holds a key instead of saying where one is. */
export function looksLikeKeyMaterial(word: string): boolean {
  return /-----\s*BEGIN |"kty"|"d"\s*:|^\s*[{[]|^(?:MII|LS0tLS1CRUdJTi)[A-Za-z0-9+/=\s]{60,}/.test(word)
}

/** `clientId` as it is typed: `--client-id`. */
export function typedName(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** The words of a command line, told apart. */
export interface ParsedWords {
  /** Values by the name of the flag in code. A switch has the value "". */
  readonly given: ReadonlyMap<string, readonly string[]>
  readonly positionals: readonly string[]
}

/**
 * Tells flags from other words: `--flag value`, `--flag=value`, `-o value`, `-ovalue`, and `--` which ends the flags. A lone `-` is a
 * word: it stands for stdin.
 *
 * @throws {CliError} `flag_unknown` with the nearest match, `flag_value_missing`, `flag_repeated`
 */
export function parseWords(words: readonly string[], table: FlagTable): ParsedWords {
  const names = namesOf(table)
  const given = new Map<string, string[]>()
  const positionals: string[] = []
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? ''
    if (word === '--') {
      positionals.push(...words.slice(index + 1))
      break
    }
    if (!word.startsWith('-') || word === '-' || /^-\d/.test(word)) {
      positionals.push(word)
      continue
    }
    const { typed, inline } = splitFlag(word)
    const [name, flag] = names.get(typed) ?? unknownFlag(typed, names)
    const takesNext = flag.takes !== undefined && inline === undefined && !flag.valueOptional
    const value = takesNext ? words[index + 1] : inline
    if (takesNext) index += 1
    addValue(given, { name, flag, typed, value, inline })
  }
  return { given, positionals }
}

function splitFlag(word: string): { typed: string; inline: string | undefined } {
  if (!word.startsWith('--')) return { typed: word.slice(0, 2), inline: word.length > 2 ? word.slice(2) : undefined }
  const equals = word.indexOf('=')
  return equals < 0 ? { typed: word, inline: undefined } : { typed: word.slice(0, equals), inline: word.slice(equals + 1) }
}

interface OneFlag {
  readonly name: string
  readonly flag: Flag<unknown>
  readonly typed: string
  readonly value: string | undefined
  readonly inline: string | undefined
}

function addValue(given: Map<string, string[]>, { name, flag, typed, value, inline }: OneFlag): void {
  const values = given.get(name) ?? []
  if (flag.takes === undefined && inline !== undefined) {
    throw new CliError('flag_value_invalid', `Cannot give ${typed} a value: it is there or not`, { hint: `Write ${typed} alone` })
  }
  if (flag.takes !== undefined && value === undefined && !flag.valueOptional) {
    throw new CliError('flag_value_missing', `Cannot use ${typed}: its value is missing`, {
      hint: `Write ${typed} ${flag.takes}`,
    })
  }
  if (!flag.repeats && values.length > 0) {
    throw new CliError('flag_repeated', `Cannot use ${typed} twice: it has one value`, {
      hint: `Keep the ${typed} that is meant`,
    })
  }
  given.set(name, [...values, value ?? ''])
}

function namesOf(table: FlagTable): Map<string, readonly [name: string, flag: Flag<unknown>]> {
  const names = new Map<string, readonly [string, Flag<unknown>]>()
  for (const [name, flag] of Object.entries(table)) {
    for (const typed of [typedName(name), ...(flag.aliases ?? [])]) names.set(typed, [name, flag])
    if (flag.short !== undefined) names.set(`-${flag.short}`, [name, flag])
  }
  return names
}

function unknownFlag(typed: string, names: ReadonlyMap<string, unknown>): never {
  const nearest = findNearest(typed, [...names.keys()])
  const hint = nearest === undefined ? 'Add --help to see the flags of this command' : `Did you mean ${nearest}?`
  throw new CliError('flag_unknown', `Cannot use the flag ${quoted(typed)}: there is none of that name`, { hint })
}

/** What was typed, as the values that the table describes. */
export function readFlags<Table extends FlagTable>(table: Table, given: ParsedWords['given']): FlagValues<Table> {
  const values = Object.entries(table).map(([name, flag]) => [name, flag.read(given.get(name) ?? [], typedName(name))])
  return Object.fromEntries(values) as FlagValues<Table>
}
