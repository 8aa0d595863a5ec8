import type { Io, OutStream } from './io.js'

const styles = {
  bold: ['\u001b[1m', '\u001b[22m'],
  dim: ['\u001b[2m', '\u001b[22m'],
  red: ['\u001b[31m', '\u001b[39m'],
  green: ['\u001b[32m', '\u001b[39m'],
  yellow: ['\u001b[33m', '\u001b[39m'],
  blue: ['\u001b[34m', '\u001b[39m'],
  cyan: ['\u001b[36m', '\u001b[39m'],
} as const

/** Puts text in a style, or leaves it as it is where colours are not wanted. */
export type Paint = Readonly<Record<keyof typeof styles, (text: string) => string>>

/** What `--color` and `--no-color` said. */
export type ColourChoice = 'always' | 'never' | 'auto'

/** The paint for one stream: a stream that goes into a file is plain even when the other is a terminal. */
export function paintFor(stream: OutStream, env: Io['env'], choice: ColourChoice = 'auto'): Paint {
  return isColourful(stream, env, choice) ? colours : plain
}

/**
 * Whether a stream gets colours: what was typed comes first, then the environment (no-color.org, bixense.com/clicolors), then
 * whether it is a terminal.
 */
function isColourful({ isTerminal }: OutStream, env: Io['env'], choice: ColourChoice): boolean {
  if (choice !== 'auto') return choice === 'always'
  if (isSet(env['NO_COLOR'])) return false
  if (isForced(env['FORCE_COLOR']) || isForced(env['CLICOLOR_FORCE'])) return true
  return isTerminal && env['TERM'] !== 'dumb' && env['CLICOLOR'] !== '0' && env['FORCE_COLOR'] !== '0'
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}

function isForced(value: string | undefined): boolean {
  return isSet(value) && value !== '0' && value !== 'false'
}

const inStyle =
  ([on, off]: readonly [string, string]) =>
  (text: string) =>
    text === '' ? '' : `${on}${text}${off}`
const asIs = (text: string) => text

const colours: Paint = {
  bold: inStyle(styles.bold),
  dim: inStyle(styles.dim),
  red: inStyle(styles.red),
  green: inStyle(styles.green),
  yellow: inStyle(styles.yellow),
  blue: inStyle(styles.blue),
  cyan: inStyle(styles.cyan),
}
const plain: Paint = { bold: asIs, dim: asIs, red: asIs, green: asIs, yellow: asIs, blue: asIs, cyan: asIs }
