import { type CaseResult, groups, isFault } from '../result.js'

export interface WriteJunitOptions {
  readonly endpoint: string
  readonly profile: string
  /** Why the run ended early. */
  readonly stopped?: string | undefined
}

/** The report card as JUnit XML, which every CI shows: a suite a group. Advice that is not followed counts as skipped. */
export function writeJunit(results: readonly CaseResult[], { endpoint, profile, stopped }: WriteJunitOptions): string {
  const suites = groups.flatMap((group) => {
    const own = results.filter((result) => result.group === group)
    return own.length === 0 ? [] : [suite(group, own.length, own.filter(isFault).length, 0, own.map(testCase))]
  })
  const end = stopped === undefined ? [] : [suite('run', 1, 0, 1, [stoppedCase(stopped)])]
  const name = escaped(`pkjwt conformance ${endpoint} (${profile})`)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${name}">\n${[...suites, ...end].join('')}</testsuites>\n`
}

function suite(name: string, tests: number, failures: number, errors: number, cases: readonly string[]): string {
  return `  <testsuite name="${name}" tests="${tests}" failures="${failures}" errors="${errors}">\n${cases.join('')}  </testsuite>\n`
}

function testCase(result: CaseResult): string {
  const { id, group, what, verdict, expected, came, specification, curl = '' } = result
  const open = `    <testcase classname="${group}" name="${escaped(`${what} (${id})`)}"`
  if (verdict === 'right') return `${open}/>\n`
  const message = escaped(`${verdict}: ${came}`)
  if (!isFault(result)) return `${open}><skipped message="${escaped(`advice, not followed: ${came}`)}"/></testcase>\n`
  const told = escaped(`${specification}\nwanted: ${expected}\ncame: ${came}\n\n${curl}`)
  return `${open}>\n      <failure type="${verdict}" message="${message}">${told}</failure>\n    </testcase>\n`
}

function stoppedCase(reason: string): string {
  return `    <testcase classname="run" name="the run reached its end"><error message="${escaped(reason)}"/></testcase>\n`
}

/** What XML 1.0 cannot hold at all, lone surrogates among it, becomes U+FFFD. */
function escaped(text: string): string {
  return text
    .replace(/[\p{Cs}\ufffe\uffff]|(?![\t\n\r])\p{Cc}/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
