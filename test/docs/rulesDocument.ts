import { answerMeanings, isServerRule, oktaTexts, type Profile, profiles } from 'pkjwt/profiles'
import {
  claimsRules,
  clientRules,
  grantTypeRules,
  identityRules,
  keyRules,
  proofRules,
  type RuleId,
  reasons,
  rememberRules,
  requestRules,
  scopeRules,
  shapeRules,
  signatureRules,
} from 'pkjwt/rules'
import { type Attempt, ruleCases } from '../rules/cases.js'

const stages = [
  ['Request', 'The form that carries the assertion.', requestRules],
  ['Shape', 'The outer form of the token, before anything in it is looked at.', shapeRules],
  ['Client', 'Who asks.', [...identityRules, ...clientRules]],
  ['Claims', 'For whom the assertion is, and for how long.', claimsRules],
  ['Key', 'Which registered key is to verify it.', keyRules],
  ['Signature', 'Whether that key made the signature.', signatureRules],
  ['Use', 'Whether it was used before, and what it is used for.', [...rememberRules, ...grantTypeRules, ...scopeRules]],
  ['Proof', 'The DPoP proof of an app that is bound to a key; looked at between grant type and scopes.', proofRules],
] as const

/** Examples of rules that no single request can show. */
const otherExamples: Partial<Record<RuleId, string>> = {
  'header-key': 'header `{"jwk":{"kty":"EC",…}}`',
  'client-type': 'the client id of a web app',
  'exp-near-limit': 'claims `{"exp":…}` 3,570 seconds ahead',
  'kid-absent': 'a header without `kid`, while the app has one active key',
  'keys-unavailable': 'a `jwks_uri` that answers with a redirect',
  'keys-empty': 'a `jwks_uri` that answers `{"keys":[]}`',
  'keys-ambiguous': 'two keys with `"kid":"1"` at the `jwks_uri`',
  'signature-der': 'a third part that begins with `ME`, as base64url of DER does',
  'signature-hmac': 'a token made with HS256 and the PEM of the public key as its secret',
  'exp-forgotten': 'an assertion from before the last purge, after the clock of the server was set back',
  'client-id-missing': 'a form without `client_id` at Microsoft Entra ID',
  'scope-not-default': '`scope=User.Read.All` at Microsoft Entra ID',
  'scope-narrowed': '`scope=okta.users.read okta.apps.read`, of which only the first is granted',
}

/** Writes `docs/rules.md` from the rulebook, its reasons, Okta's texts and the cases that test it. */
export function rulesDocument(): string {
  const listed = stages.flatMap(([, , rules]) => rules.map(({ id }): RuleId => id))
  const observations = Object.keys(reasons).filter((id) => !listed.some((other) => other === id))
  return `${[introduction, limitsTable(), ...stages.flatMap(stageChapters), observationsChapter(observations as RuleId[]), answersChapter()].join('\n\n')}\n`
}

const introduction = `# The rules

Every rule that an assertion can break: why it exists, how it fails, what Okta answers, how to mend it. This page is generated from the rulebook that signer, server, \`diagnose\` and the page share; do not edit it by hand
(\`npx vitest run test/docs -u\` writes it again). The \`id\` of a finding is the name of its chapter.

The stages run in the order of this page. A server stops at the first error; \`diagnose\` collects all of them.`

function limitsTable(): string {
  const row = (name: string, value: (profile: Profile) => unknown) =>
    `| ${name} | ${Object.values(profiles).map(value).join(' | ')} |`
  return [
    '## Profiles',
    '',
    'Times in seconds.',
    '',
    row('', ({ name }) => (name === 'okta' ? 'okta (default)' : name)),
    row('---', () => '---'),
    row('refused when `exp` ≤ now −', ({ expiredToleranceSeconds }) => expiredToleranceSeconds),
    row('`exp` at most now +', ({ lifetimeSecondsMax }) =>
      Number.isFinite(lifetimeSecondsMax) ? lifetimeSecondsMax : 'no limit',
    ),
    row('refused when `iat` < now −', ({ ageSecondsMax = 'no limit' }) => ageSecondsMax),
    row('`iat`, `nbf` ahead at most', ({ aheadSecondsMax }) => aheadSecondsMax),
    row('`jti`', ({ jti, jtiBytesMax }) => `${jti}, at most ${jtiBytesMax} bytes`),
    row('`alg`', ({ algorithms }) => algorithms.join(', ')),
    row('`aud`', ({ audience }) => audience),
    row('`aud` as a list', ({ audienceList }) => audienceList),
    row('header members that must be there', ({ headerRequired = [] }) => namesOf(headerRequired)),
    row('header members that bring a key, and are taken', ({ headerKeys = [] }) => namesOf(headerKeys)),
    row('`client_id` in the form', ({ formClientId = 'optional' }) => formClientId),
    row('`scope`', ({ scope = 'required' }) => scope),
    row('refusal texts', ({ refusals }) => refusals),
  ].join('\n')
}

function namesOf(members: readonly string[]): string {
  return members.length === 0 ? 'none' : members.map((member) => `\`${member}\``).join(', ')
}

function stageChapters([name, purpose, rules]: (typeof stages)[number]): string[] {
  return [`## ${name}\n\n${purpose}`, ...rules.map(({ id, specification }) => ruleChapter(id, specification))]
}

function ruleChapter(id: RuleId, specification: string): string {
  const { title, why, usual, fix } = reasons[id]
  const example = exampleOf(id)
  return [
    `### ${id}`,
    '',
    `**${title}.** ${why}`,
    '',
    `- Usually: ${usual}`,
    `- Do: ${fix}`,
    ...(example === undefined ? [] : [`- Fails: ${example}`]),
    ...(isServerRule(id) ? [`- Okta answers: ${answerOf(id)}`] : []),
    `- Source: ${specification}`,
  ].join('\n')
}

function observationsChapter(ids: readonly RuleId[]): string {
  const chapters = ids.map(
    (id) =>
      `### ${id}\n\n**${reasons[id].title}.** ${reasons[id].why}\n\n- Usually: ${reasons[id].usual}\n- Do: ${reasons[id].fix}`,
  )
  return ['## Observations\n\nWhat `diagnose` sees beside the rules; no server refuses by these.', ...chapters].join('\n\n')
}

function answersChapter(): string {
  const chapters = answerMeanings.map(
    ({ id, error, message, fix }) => `### ${id}\n\n**${message}.** ${fix}.\n\n- The server says: \`${error}\``,
  )
  return ['## Answers\n\nWhat an answer means that no rule about the assertion leads to.', ...chapters].join('\n\n')
}

function answerOf(id: Parameters<typeof isServerRule>[0] & keyof typeof oktaTexts): string {
  const { status, error, error_description, code } = oktaTexts[id]
  return `${status} \`${error}\`, "${error_description}" (\`${code}\`)`
}

function exampleOf(id: RuleId): string | undefined {
  const [example] = ruleCases.filter(({ rule }) => rule === id)
  if (example === undefined) return otherExamples[id]
  const changes = changesOf(example.refused)
  return changes === '' ? example.what : `${example.what}: ${changes}`
}

/** The members by which the failing request of a case differs from a right one. */
function changesOf({ header, claims, form, method, contentType, query, formTail }: Attempt): string {
  const shown = (name: string, value: unknown) => (value === undefined ? [] : [`${name} \`${shortened(JSON.stringify(value))}\``])
  return [
    ...shown('header', header),
    ...shown('claims', claims),
    ...shown('form', form),
    ...shown('method', method),
    ...shown('content type', contentType),
    ...shown('query', query),
    ...shown('form', formTail),
  ].join(', ')
}

function shortened(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}
