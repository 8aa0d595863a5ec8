import type { FastifyReply, FastifyRequest } from 'fastify'
import { oktaRefusals } from 'pkjwt/profiles'
import { writeRefusal } from 'pkjwt/protocol'
import type { Context } from '../context.js'
import { Refused, readRefusal } from '../http/refused.js'

export interface AnswerTo {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly context: Context
}

/** Makes the response of anything that was thrown: the one place where errors become answers. */
export function answerError(error: unknown, { request, reply, context }: AnswerTo): FastifyReply {
  const refused = readRefusal(error) ?? refusalOfOther(error, { request, reply, context })
  noteRefusal(refused, { request, reply, context })
  const { refusal, headers, causes, isBodyEmpty } = refused
  reply.code(refusal.status).headers({ ...challengeOf(request, refused), ...headers })
  if (isBodyEmpty) return reply.send()
  reply.header('content-type', 'application/json;charset=UTF-8')
  return reply.send(JSON.stringify(writeRefusal(refusal, request.id, causes)))
}

/** What HTTP, the store, or a mistake of ours threw. */
function refusalOfOther(error: unknown, { request, context }: AnswerTo): Refused {
  const code = codeOf(error)
  if (code === 'store_unavailable') {
    context.metrics.count('pkjwt_store_failures_total')
    context.log.error('store_unavailable', error, request.id)
    return new Refused(oktaRefusals.unavailable, { headers: { 'retry-after': '1' } })
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new Refused(oktaRefusals.bodyTooLarge, { headers: { connection: 'close' } })
  if (code?.startsWith('FST_ERR_CTP_')) return new Refused(oktaRefusals.mediaTypeUnknown)
  if (code?.startsWith('FST_ERR_') && statusOf(error) < 500) return new Refused(oktaRefusals.requestInvalid)
  context.log.error('failed', error, request.id)
  return new Refused(oktaRefusals.failed)
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function statusOf(error: unknown): number {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
}

/** RFC 6749 §5.2: who tried with an Authorization header is told the scheme; RFC 9110 §15.5.2 wants one with each 401. */
function challengeOf(request: FastifyRequest, { refusal }: Refused): Record<string, string> {
  if (refusal.status !== 401 || request.headers.authorization === undefined) return {}
  const [scheme = ''] = request.headers.authorization.split(' ', 1)
  return { 'www-authenticate': `${/^(Basic|Bearer|DPoP)$/i.test(scheme) ? scheme : 'Basic'} realm="pkjwt"` }
}

function noteRefusal({ refusal, finding }: Refused, { request, context }: AnswerTo): void {
  const { seen } = request
  const { endpoint } = seen
  seen.error = refusal.error
  seen.rule = finding?.id ?? refusal.code
  context.metrics.count('pkjwt_refusals_total', { endpoint, rule: seen.rule })
  if (finding !== undefined) context.log.refusal({ requestId: request.id, endpoint, finding })
  // Only who proved who it is can make the audit log grow, and not faster than its rate limit.
  if (seen.clientId !== undefined && refusal.status !== 429) {
    context.audit.note(`app.oauth2.${endpoint}.refused`, {
      outcome: refusal.error === 'use_dpop_nonce' ? 'CHALLENGE' : 'FAILURE',
      clientId: seen.clientId,
      rule: seen.rule,
      reason: refusal.code,
      requestId: request.id,
    })
  }
}
