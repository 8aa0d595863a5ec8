import type { Graded } from './grade.js'
import { writeCurl } from './report/curl.js'
import type { CaseResult } from './result.js'
import type { HttpRequest } from './wire/request.js'
import type { Answer } from './wire/send.js'

/** An answer with the request that it came to. */
interface Exchange {
  readonly id: string
  readonly request: HttpRequest
  readonly answer: Answer
}

/** Something that every answer of a kind should have. */
interface AnswerCheck {
  readonly id: string
  readonly what: string
  readonly specification: string
  readonly isAdvice?: boolean
  readonly about: (exchange: Exchange) => boolean
  readonly holds: (exchange: Exchange) => boolean
}

const isRefusal = ({ answer }: Exchange) => answer.status >= 400
const isJson = ({ answer }: Exchange) => /^application\/([\w.-]+\+)?json\b/i.test(answer.header('content-type') ?? '')
const isUncached = ({ answer }: Exchange) => /\bno-store\b/i.test(answer.header('cache-control') ?? '')
const isOauthRefusal = (exchange: Exchange) => isRefusal(exchange) && exchange.request.method === 'POST'

const checks: readonly AnswerCheck[] = [
  {
    id: 'refusal-json',
    what: 'every refusal is JSON, with an error in it',
    specification: 'RFC 6749 §5.2',
    about: isOauthRefusal,
    holds: (exchange) => isJson(exchange) && exchange.answer.refusal !== undefined,
  },
  {
    id: 'refusal-ascii',
    what: 'every error and its description is of the characters that OAuth allows',
    specification: 'RFC 6749 §5.2',
    about: isOauthRefusal,
    holds: ({ answer: { refusal } }) =>
      /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/.test(`${refusal?.error ?? ''}${refusal?.errorDescription ?? ''}`),
  },
  {
    id: 'refusal-uncached',
    what: 'no refusal may be cached',
    specification: 'RFC 6749 §5.2: the headers of §5.1 in its example',
    isAdvice: true,
    about: isOauthRefusal,
    holds: isUncached,
  },
  {
    id: 'refusal-silent',
    what: 'no refusal repeats the assertion, or shows a stack',
    specification: 'OWASP ASVS 16.5.1: no sensitive data in error messages',
    isAdvice: true,
    about: isRefusal,
    holds: ({ answer: { body }, request }) => !/\n\s+at .+:\d+:\d+/.test(body) && !body.includes(assertionOf(request)),
  },
  {
    id: 'refusal-challenge',
    what: 'a 401 to an Authorization header challenges with WWW-Authenticate',
    specification: 'RFC 6749 §5.2',
    about: ({ answer, request }) => answer.status === 401 && request.headers['authorization'] !== undefined,
    holds: ({ answer }) => answer.header('www-authenticate') !== null,
  },
  {
    id: 'token-uncached',
    what: 'no token may be cached',
    specification: 'RFC 6749 §5.1',
    about: ({ answer }) => answer.isToken,
    holds: isUncached,
  },
  {
    id: 'token-json',
    what: 'every token comes as JSON, with its type',
    specification: 'RFC 6749 §5.1',
    about: ({ answer }) => answer.isToken,
    holds: (exchange) => isJson(exchange) && /"token_type"\s*:\s*"[^"]+"/.test(exchange.answer.body),
  },
]

/** Looks at all answers together: what each should have, whatever it says. */
export function checkAnswers(graded: readonly Graded[]): readonly CaseResult[] {
  const exchanges = graded.flatMap(({ result: { id }, request, answer }) =>
    answer === undefined ? [] : [{ id, request, answer }],
  )
  return checks.flatMap((check) => {
    const about = exchanges.filter(check.about)
    return about.length === 0 ? [] : [resultOf(check, about)]
  })
}

function resultOf({ id, what, specification, isAdvice, holds }: AnswerCheck, about: readonly Exchange[]): CaseResult {
  const wrong = about.filter((exchange) => !holds(exchange))
  const [first] = wrong
  const answers = about.length === 1 ? 'the one answer' : `all ${about.length} answers`
  return {
    id: `answers/${id}`,
    group: 'answers',
    what,
    specification,
    isAdvice,
    verdict: first === undefined ? 'right' : 'malformed',
    expected: answers,
    came: first === undefined ? answers : `not ${wrong.length} of ${about.length}, such as ${first.id}`,
    curl: first === undefined ? undefined : writeCurl(first.request),
  }
}

function assertionOf({ body = '' }: HttpRequest): string {
  return new URLSearchParams(body).get('client_assertion') || 'nothing that was sent'
}
