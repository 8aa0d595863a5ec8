import type { LayOut } from '../../format.js'
import { wrap } from '../../layout.js'
import { safe } from '../../talk.js'
import { type CaseResult, groups, isFault, type Verdict } from '../result.js'

const words: Readonly<Record<Verdict, readonly [word: string, colour: 'green' | 'yellow' | 'red']>> = {
  right: ['right', 'green'],
  'refused-otherwise': ['refused otherwise', 'yellow'],
  accepted: ['ACCEPTED', 'red'],
  refused: ['REFUSED', 'red'],
  failed: ['FAILED', 'red'],
  malformed: ['MALFORMED', 'red'],
}

const isRight = ({ verdict }: CaseResult) => verdict === 'right'

/** The report card as text: a row for each case by group, each failure in full, and the sums. */
export function writeReportCard(results: readonly CaseResult[], layout: LayOut): string {
  const { bold } = layout.paint
  const tables = groups.flatMap((group) => {
    const own = results.filter((result) => result.group === group)
    if (own.length === 0) return []
    const title = `${bold(group)}  ${own.filter(isRight).length} of ${own.length} right`
    return [title, ...own.map((result) => writeRow(result, layout)), '']
  })
  const failures = results.filter((result) => !isRight(result)).flatMap((result) => writeFailure(result, layout))
  return [...tables, ...failures, writeSums(results)].join('\n')
}

/** Columns of the verdicts: the longest one, and two spaces. */
const verdictWidth = 19

function writeRow({ verdict, isAdvice, what }: CaseResult, { paint }: LayOut): string {
  const [word, colour] = words[verdict]
  const mark = verdict === 'right' ? '✓' : isAdvice ? '!' : '✗'
  const shade = verdict !== 'right' && isAdvice ? 'yellow' : colour
  return `  ${paint[shade](`${mark} ${word}`.padEnd(verdictWidth + 2))}${safe(what)}${isAdvice ? ' (advice)' : ''}`
}

function writeFailure(result: CaseResult, { paint, columns = 80 }: LayOut): readonly string[] {
  const { id, what, specification, expected, came, curl, verdict, isAdvice } = result
  const [word, colour] = words[verdict]
  const rows = [
    ['case', id],
    ['says', specification],
    ['wanted', expected],
    ['came', came],
  ] as const
  const told = rows.flatMap(([label, text]) => {
    const lines = wrap(safe(text), Math.max(40, Math.min(columns, 100)) - 12)
    return lines.map((line, index) => `  ${paint.dim((index === 0 ? label : '').padEnd(10))}${line}`)
  })
  const command = curl === undefined ? [] : curl.split('\n').map((line) => `  ${safe(line)}`)
  return [
    `${paint[isAdvice ? 'yellow' : colour](`${isAdvice ? '!' : '✗'} ${word}`)}  ${paint.bold(safe(what))}${isAdvice ? ' (advice)' : ''}`,
    ...told,
    ...command,
    '',
  ]
}

/** How many cases came out how. */
export type Counts = Readonly<Record<Verdict | 'cases' | 'faults', number>>

export function countVerdicts(results: readonly CaseResult[]): Counts {
  const count = (verdict: Verdict) => results.filter((result) => result.verdict === verdict).length
  return {
    cases: results.length,
    faults: results.filter(isFault).length,
    right: count('right'),
    'refused-otherwise': count('refused-otherwise'),
    accepted: count('accepted'),
    refused: count('refused'),
    failed: count('failed'),
    malformed: count('malformed'),
  }
}

function writeSums(results: readonly CaseResult[]): string {
  const counts = countVerdicts(results)
  const others = [
    [counts.accepted, 'accepted that should be refused'],
    [counts.refused, 'refused that should be accepted'],
    [counts['refused-otherwise'], 'refused, but with another status or error'],
    [counts.failed, 'at which the server failed'],
    [counts.malformed, 'of its answers that are not as they should be'],
  ] as const
  const told = others.filter(([count]) => count > 0).map(([count, text]) => `${count} ${text}`)
  return [`${counts.right} of ${counts.cases} cases right`, ...told].join('; ')
}
