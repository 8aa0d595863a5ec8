import type { Finding, Severity } from 'pkjwt/errors'
import type { Paint } from './colour.js'
import { wrap } from './layout.js'
import { safe } from './talk.js'

export interface LayOut {
  readonly paint: Paint
  /** Characters a line; 80 when nobody knows. */
  readonly columns?: number | undefined
}

/** Lays out findings for a tired person: what is the matter, what was seen, what was wanted, what to do. */
export function writeFindings(findings: readonly Finding[], layout: LayOut): string {
  return findings.map((finding) => writeFinding(finding, layout)).join('\n')
}

const signs: Readonly<Record<Severity, readonly [sign: string, colour: 'red' | 'yellow' | 'blue']>> = {
  error: ['✗', 'red'],
  warning: ['!', 'yellow'],
  info: ['i', 'blue'],
}

function writeFinding({ id, severity, message, found, expected, fix, refusal }: Finding, { paint, columns }: LayOut): string {
  const [sign, colour] = signs[severity]
  const width = widthOf(columns)
  const told = refusal === undefined ? undefined : `${refusal.error}: ${refusal.error_description}`
  const rows = [
    ['seen', found],
    ['wanted', expected],
    ['do this', fix],
    ['they say', told],
  ] as const
  return [
    ...hang(`${paint[colour](`${sign} ${severity}`)}  `, `${sign} ${severity}  `.length, safe(message), width, paint.bold),
    ...rows.flatMap(([label, value]) =>
      value === undefined
        ? []
        : hang(`  ${paint.dim(label.padEnd(10))}`, 12, safe(value), width, label === 'do this' ? paint.green : undefined),
    ),
    `  ${paint.dim(`${'rule'.padEnd(10)}${id}`)}`,
    '',
  ].join('\n')
}

/** A text after a label, its further lines below its first word. */
function hang(
  label: string,
  indent: number,
  text: string,
  width: number,
  paint: (line: string) => string = (line) => line,
): string[] {
  const lines = wrap(text, Math.max(20, width - indent))
  return lines.map((line, index) => `${index === 0 ? label : ' '.repeat(indent)}${paint(line)}`)
}

/** A row of names and values below one another, each value wrapped. */
export function writeRows(rows: readonly (readonly [name: string, value: string])[], { paint, columns }: LayOut): string {
  const width = Math.max(0, ...rows.map(([name]) => name.length)) + 2
  return rows
    .flatMap(([name, value]) => hang(`  ${paint.dim(name.padEnd(width))}`, width + 2, value, widthOf(columns)))
    .map((line) => `${line}\n`)
    .join('')
}

/** A JSON object a member a line, times explained: as a person reads a token. */
export function writeMembers(members: Readonly<Record<string, unknown>>, { paint, columns }: LayOut, now: Date): string {
  const rows = Object.entries(members).map(([name, value]) => {
    const told = momentOf(name, value, now)
    return [safe(name), `${safe(JSON.stringify(value) ?? '')}${told === undefined ? '' : `  ${told}`}`] as const
  })
  return writeRows(rows, { paint, columns })
}

const timeClaims = ['exp', 'iat', 'nbf', 'auth_time']

/** `2030-01-31 12:00:00 UTC, in 4 m 12 s`. */
function momentOf(name: string, value: unknown, now: Date): string | undefined {
  if (!timeClaims.includes(name) || typeof value !== 'number' || !(Math.abs(value) < 100_000_000_000)) return undefined
  const date = new Date(value * 1000)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z/, ' UTC')
  const ahead = Math.round(value - now.getTime() / 1000)
  return `${date}, ${ahead === 0 ? 'now' : ahead > 0 ? `in ${briefly(ahead)}` : `${briefly(-ahead)} ago`}`
}

/** A length of time in its two biggest units: `4 m 12 s`. */
export function briefly(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const
  const first = units.findIndex(([, size]) => seconds >= size)
  const [one, two] = [units[first], units[first + 1]]
  if (one === undefined) return '0 s'
  const rest = Math.floor((seconds % one[1]) / (two?.[1] ?? 1))
  const head = `${Math.floor(seconds / one[1])} ${one[0]}`
  return two === undefined || rest === 0 ? head : `${head} ${rest} ${two[0]}`
}

function widthOf(columns: number | undefined): number {
  return Math.max(40, Math.min(columns ?? 80, 100))
}

/** Lists what could not be checked, and what to add so that it can. */
export function writeUnchecked(notChecked: readonly { readonly what: string; readonly add: string }[], layout: LayOut): string {
  if (notChecked.length === 0) return ''
  const rows = notChecked.map(({ what, add }) => ['?', `${what}. ${add}`] as const)
  return `\n${layout.paint.bold('Not checked')}\n${writeRows(rows, layout)}`
}
