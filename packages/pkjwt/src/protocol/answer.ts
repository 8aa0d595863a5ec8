import { isJsonObject, readJson } from '../encoding/json.js'
import type { Finding } from '../errors.js'
import type { DraftJwt } from '../jwt/parse.js'
import { findAnswerMeaning } from '../profiles/oktaAnswers.js'
import { oktaTexts } from '../profiles/oktaTexts.js'
import { rulesAnswering } from '../profiles/refusals.js'
import { reasons } from '../rules/reasons.js'
import { checkRules, type RuleId, type ServerRuleId, shown } from '../rules/rule.js'
import { keyRules, signatureRules } from '../rules/rulebook.js'
import { scopeNarrowed } from '../rules/use.js'
import { readChallenge } from './challenge.js'
import { type ErrorBody, type RawResponse, readErrorBody } from './tokenResponse.js'

/** What is known beside the answer. */
export interface AnswerContext {
  readonly jwt: DraftJwt | undefined
  /** The raw scopes that were asked for. */
  readonly asked: string | undefined
}

/**
 * Sets findings against what the server said: the one that explains the answer comes first; when none does, the answer is explained by
 * what it usually means.
 */
export function explainAnswer(
  response: RawResponse | undefined,
  findings: readonly Finding[],
  context: AnswerContext,
): Finding[] {
  if (response === undefined) return [...findings]
  const body = tryReadJson(response.body)
  if (isJsonObject(body) && typeof body.access_token === 'string') return [...findings, ...grantedFindings(body.scope, context)]
  const told = readErrorBody(body) ?? readChallengeError(response)
  if (told === undefined) return [unknownAnswer(response), ...findings]
  const candidates = rulesAnswering(told)
  const explaining = findings.find(({ id }) => candidates.some((candidate) => candidate === id))
  if (explaining === undefined) return withUsualMeaning(told, candidates, findings, context.jwt)
  const said = { ...explaining, severity: 'error' as const, refusal: explaining.refusal ?? refusalSaid(told, response.status) }
  return [said, ...findings.filter((finding) => finding !== explaining)]
}

/**
 * The server's word for a wrong choice of key changed over the years ("kid", "signature", "algorithm"), so a fault that was seen here in
 * the same field explains its answer better than what the answer usually means.
 */
function withUsualMeaning(
  told: ErrorBody,
  candidates: readonly ServerRuleId[],
  findings: readonly Finding[],
  jwt: DraftJwt | undefined,
): Finding[] {
  const meaning = usualMeaning(told, candidates, jwt)
  const aboutKey = candidates.some((id) => keyRuleIds.has(id))
  const [seen] = aboutKey ? findings.filter(({ id, severity }) => severity === 'error' && keyRuleIds.has(id)) : []
  return seen === undefined
    ? [meaning, ...findings]
    : [seen, ...findings.filter((finding) => finding !== seen), { ...meaning, severity: 'info' }]
}

const keyRuleIds: ReadonlySet<string> = new Set([...keyRules, ...signatureRules].map(({ id }) => id))

function readChallengeError({ header }: RawResponse): ErrorBody | undefined {
  const challenge = readChallenge(header('www-authenticate'))
  if (challenge?.error === undefined) return undefined
  return { error: challenge.error, errorDescription: challenge.errorDescription, errorId: undefined }
}

/** The server gave a token: then only what it left out is worth a word. */
function grantedFindings(scope: unknown, { asked }: AnswerContext): Finding[] {
  const granted = new Set(typeof scope === 'string' ? scope.split(' ') : [])
  const narrowed = checkRules({ scope: asked, granted }, [scopeNarrowed])
  const success: Finding = {
    id: 'answer-success',
    severity: 'info',
    message: reasons['answer-success'].title,
    fix: withoutStop(reasons['answer-success'].fix),
  }
  return [...narrowed, success]
}

function unknownAnswer({ status, body }: RawResponse): Finding {
  return {
    id: 'answer-unknown',
    severity: 'error',
    found: shown(body.slice(0, 200)),
    expected: 'JSON with "error" or "errorCode"',
    message: `${reasons['answer-unknown'].title}${status === 0 ? '' : ` (status ${status})`}`,
    fix: 'Check that the URL is that of the token endpoint, and that no proxy answers in its place',
  }
}

function usualMeaning(told: ErrorBody, candidates: readonly ServerRuleId[], jwt: DraftJwt | undefined): Finding {
  const said = { found: shown(told.errorDescription ?? told.error), refusal: refusalSaid(told, 0) }
  const meaning = candidates.length === 0 ? findAnswerMeaning(told.error, told.errorDescription) : undefined
  if (meaning !== undefined) return { id: meaning.id, severity: 'error', ...said, message: meaning.message, fix: meaning.fix }
  const likely = likeliest(candidates, jwt)
  if (likely === undefined || told.errorDescription === undefined) {
    return { id: 'answer-unexplained', severity: 'error', ...said, ...advice('answer-unexplained') }
  }
  return { id: likely, severity: 'error', ...said, refusal: oktaTexts[likely], ...advice(likely) }
}

/** What a rule has to say when only the server's word for it is known. */
function advice(id: RuleId): Pick<Finding, 'message' | 'fix'> {
  const { title, usual, fix } = reasons[id]
  const cause = `${usual.charAt(0).toLowerCase()}${usual.slice(1)}`
  return { message: `The server says: ${title}. Usually: ${withoutStop(cause)}`, fix: withoutStop(fix) }
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '')
}

/** Several rules share a text. These are the ones behind it most often; with the token at hand its header decides. */
const usualRules: readonly RuleId[] = [
  'aud-mismatch',
  'signature-mismatch',
  'iss-unknown',
  'sub-mismatch',
  'exp-past',
  'exp-far',
  'exp-missing',
  'iat-future',
  'token-form',
  'key-alg',
  'client-inactive',
  'client-method',
  'scope-not-granted',
]

function likeliest(candidates: readonly ServerRuleId[], jwt: DraftJwt | undefined): ServerRuleId | undefined {
  const has = (id: ServerRuleId) => candidates.includes(id)
  if (has('kid-missing')) return jwt?.header?.kid === undefined ? 'kid-missing' : 'kid-unknown'
  return candidates.find((id) => usualRules.includes(id)) ?? candidates[0]
}

function refusalSaid({ error, errorDescription }: ErrorBody, status: number): NonNullable<Finding['refusal']> {
  return { status, error, error_description: errorDescription ?? '', code: error }
}

function tryReadJson(text: string): unknown {
  try {
    return readJson(text)
  } catch {
    return undefined
  }
}
