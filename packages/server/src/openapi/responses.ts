import type { Refusal } from 'pkjwt/errors'
import { writeRefusal } from 'pkjwt/protocol'
import type { Answer } from './operation.js'
import { ref, type Schema } from './schema.js'

/** Everything that one operation answers. */
export interface Answers {
  readonly granted: readonly Answer[]
  /** Refusals with a body. */
  readonly refusals: readonly Refusal[]
  /** Refusals that stand in the header `www-authenticate`, with an empty body. */
  readonly challenges: readonly Refusal[]
  readonly isLimited: boolean
}

/** The responses of an operation, by status. */
export function writeResponses({ granted, refusals, challenges, isLimited }: Answers): Readonly<Record<string, Schema>> {
  const statuses = [...new Set([...refusals, ...challenges].map(({ status }) => status))].sort((a, b) => a - b)
  const refused = statuses.map((status) => {
    const ofStatus = (all: readonly Refusal[]) => distinct(all.filter((refusal) => refusal.status === status))
    return [status, writeRefused(ofStatus(refusals), ofStatus(challenges))] as const
  })
  const given = granted.map((answer) => [answer.status, writeGranted(answer, isLimited)] as const)
  return Object.fromEntries([...given, ...refused].map(([status, response]) => [String(status), response]))
}

function writeGranted({ description, mediaType, schema, headers = [] }: Answer, isLimited: boolean): Schema {
  return {
    description,
    headers: writeHeaders(['x-okta-request-id', ...headers, ...(isLimited ? rateHeaders : [])]),
    ...(mediaType === undefined ? {} : { content: { [mediaType]: { schema } } }),
  }
}

const rateHeaders = ['x-rate-limit-limit', 'x-rate-limit-remaining', 'x-rate-limit-reset']

const headersOfStatus: Readonly<Record<number, readonly string[]>> = {
  401: ['www-authenticate'],
  429: ['retry-after', ...rateHeaders],
  503: ['retry-after'],
}

function writeRefused(refusals: readonly Refusal[], challenges: readonly Refusal[]): Schema {
  const status = (refusals[0] ?? challenges[0])?.status ?? 0
  const challenged = challenges.length === 0 ? [] : ['www-authenticate']
  return {
    description: describeRefused(refusals, challenges),
    headers: writeHeaders([...new Set(['x-okta-request-id', ...(headersOfStatus[status] ?? []), ...challenged])]),
    ...(refusals.length === 0
      ? {}
      : { content: { 'application/json': { schema: schemaOf(refusals), examples: examplesOf(refusals) } } }),
    ...(challenges.length === 0
      ? {}
      : { 'x-challenges': challenges.map(({ error, error_description }) => ({ error, error_description })) }),
  }
}

function describeRefused(refusals: readonly Refusal[], challenges: readonly Refusal[]): string {
  const codes = (some: readonly Refusal[]) => [...new Set(some.map(({ error }) => `\`${error}\``))].join(', ')
  const withBody = refusals.length === 0 ? [] : [`Refused: ${codes(refusals)}.`]
  const withoutBody =
    challenges.length === 0 ? [] : [`With an empty body, in the header \`www-authenticate\`: ${codes(challenges)}.`]
  return [...withBody, ...withoutBody].join(' ')
}

/** The shape of the error, and which codes there are. */
function schemaOf(refusals: readonly Refusal[]): Schema {
  const isOkta = ({ error }: Refusal) => error.startsWith('E00000')
  const okta = [...new Set(refusals.filter(isOkta).map(({ error }) => error))]
  const oauth = [...new Set(refusals.filter((refusal) => !isOkta(refusal)).map(({ error }) => error))]
  const shapes = [
    ...(oauth.length === 0 ? [] : [{ ...ref('OAuthError'), properties: { error: { enum: oauth } } }]),
    ...(okta.length === 0 ? [] : [{ ...ref('OktaError'), properties: { errorCode: { enum: okta } } }]),
  ]
  return shapes.length === 1 ? (shapes[0] ?? {}) : { oneOf: shapes }
}

/** By Okta's name of the refusal; the second text of one name has a number. */
function examplesOf(refusals: readonly Refusal[]): Schema {
  const counts = new Map<string, number>()
  const examples = refusals.map((refusal) => {
    const count = (counts.get(refusal.code) ?? 0) + 1
    counts.set(refusal.code, count)
    const name = count === 1 ? refusal.code : `${refusal.code}-${count}`
    return [name, { summary: refusal.error_description, value: writeRefusal(refusal, 'req1') }] as const
  })
  return Object.fromEntries(examples)
}

function distinct(refusals: readonly Refusal[]): readonly Refusal[] {
  return [...new Map(refusals.map((refusal) => [`${refusal.error} ${refusal.error_description}`, refusal])).values()]
}

function writeHeaders(names: readonly string[]): Schema {
  return Object.fromEntries(names.map((name) => [name, ref(name, 'headers')]))
}
