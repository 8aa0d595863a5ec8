import { readFileSync } from 'node:fs'
import { profiles } from 'pkjwt/profiles'
import { conformanceCases } from '../../packages/cli/src/conformance/cases/cases.js'
import { type ConformanceCase, gradedProfiles, ruleOf } from '../../packages/cli/src/conformance/conformanceCase.js'
import { demandOf } from '../../packages/cli/src/conformance/expectation.js'
import { notDriven } from '../../packages/cli/src/conformance/notDriven.js'
import { type CaseResult, groups } from '../../packages/cli/src/conformance/result.js'

const introduction = readFileSync(new URL('./introduction.md', import.meta.url), 'utf8')
const peer = readFileSync(new URL('../../node_modules/oidc-provider/package.json', import.meta.url), 'utf8')

/** `docs/conformance.md`: how it is used, every case, and the true result of a server that others wrote. */
export function conformanceDocument(results: readonly CaseResult[]): string {
  const { version } = JSON.parse(peer)
  return [
    introduction.trimEnd(),
    '## The cases\n\nWhat a case asks for under each profile: *must*, *advice* (told, and no fault), or nothing.',
    ...groups.flatMap((group) =>
      caseTable(
        conformanceCases.filter(({ rule }) => ruleOf(rule).stage === group),
        group,
      ),
    ),
    ...(['replay', 'answers'] as const).flatMap((group) => [
      `### ${group}`,
      table(
        ['what is looked at', 'wanted', 'specification'],
        results
          .filter((result) => result.group === group)
          .map(({ what, expected, specification }) => [cell(what), group === 'answers' ? '' : expected, cell(specification)]),
      ),
    ]),
    '## What is not tested from outside',
    table(
      ['rules', 'why'],
      notDriven.map(({ rules, why }) => [rules.map((rule) => `[\`${rule}\`](rules.md#${rule})`).join(' '), why]),
    ),
    'Neither are DPoP proofs, `jwks_uri`, the time that a refusal takes, and assertions replayed after a crash.',
    `## node-oidc-provider ${version}`,
    'With one client for `private_key_jwt`, an ES256 key, its in-memory adapter and nothing else configured, under the profile `rfc7523`. This table is written by a test that runs the kit against it.',
    peerSums(results),
    table(
      ['case', 'weight', 'verdict', 'what came'],
      results
        .filter(({ verdict }) => verdict !== 'right')
        .map(({ id, isAdvice, verdict, came }) => [`\`${id}\``, isAdvice ? 'advice' : 'must', verdict, cell(came)]),
    ),
    'In a burst its in-memory adapter gave one token in every run of this test; it looks for a `jti` and then writes it, in two steps, so an adapter over a network cannot promise it.\n',
  ].join('\n\n')
}

function caseTable(cases: readonly ConformanceCase[], group: string): readonly string[] {
  if (cases.length === 0) return []
  const words = { yes: 'must', advice: 'advice', no: '' }
  const rows = cases.map((each) => [
    cell(each.what),
    each.wanted,
    `[\`${each.rule}\`](rules.md#${each.rule})`,
    cell(each.specification ?? ruleOf(each.rule).specification),
    ...gradedProfiles.map((name) => words[demandOf(each, profiles[name])]),
  ])
  return [`### ${group}`, table(['what is sent', 'wanted', 'rule', 'specification', ...gradedProfiles], rows)]
}

function peerSums(results: readonly CaseResult[]): string {
  const rows = groups.flatMap((group) => {
    const own = results.filter((result) => result.group === group)
    const count = (isAdvice: boolean, isRight: boolean) =>
      own.filter((each) => (each.isAdvice ?? false) === isAdvice && (each.verdict === 'right') === isRight).length
    const musts = count(false, true) + count(false, false)
    const advice = count(true, true) + count(true, false)
    return own.length === 0 ? [] : [[group, `${count(false, true)} of ${musts}`, `${count(true, true)} of ${advice}`]]
  })
  return table(['group', 'must', 'advice'], rows)
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
}
