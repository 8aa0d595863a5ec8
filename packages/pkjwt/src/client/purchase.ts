import { isJsonObject, readJson } from '../encoding/json.js'
import { KeyError, RefusedError, type UnavailableError } from '../errors.js'
import type { Signer } from '../keys/key.js'
import { createAssertion } from '../protocol/assertion.js'
import { writeTokenRequest } from '../protocol/tokenRequest.js'
import { type AccessToken, type RawResponse, readTokenResponse } from '../protocol/tokenResponse.js'
import { type Attempt, withAttempts } from './attempts.js'
import { observeDate, serverNow } from './clock.js'
import { findEndpoint } from './discovery.js'
import { createProof, demandProofs, learnNonce } from './dpop.js'
import { report } from './events.js'
import { type Exchanged, exchange, isCertificateFault } from './exchange.js'
import { readKey } from './keySource.js'
import { fetchOf, type Purchaser } from './purchaser.js'
import type { Endpoint } from './target.js'
import { within } from './waiting.js'

interface Purchase {
  readonly buyer: Purchaser
  readonly key: Signer
  readonly endpoint: Endpoint
  readonly scopes: readonly string[]
  readonly signal: AbortSignal
  /** What was put right already in this purchase, so that no server can keep it going. */
  readonly mended: { nonce: boolean; dpop: boolean; clock: boolean; replays: number }
  /** The last answer. */
  response: RawResponse | undefined
}

/**
 * Buys one token: signs, asks, and asks again when that may help, with a new assertion and a new proof each time.
 *
 * @throws {RefusedError} with the diagnosis of our own assertion in `findings`
 * @throws {UnavailableError} when every attempt failed
 */
export async function buyToken(buyer: Purchaser, scopes: readonly string[], signal: AbortSignal): Promise<AccessToken> {
  const endpoint = await findEndpoint(buyer, signal)
  const key = await inTime(buyer, signal, () => readKey(buyer.keys))
  const mended = { nonce: false, dpop: false, clock: false, replays: 0 }
  const purchase: Purchase = { buyer, key, endpoint, scopes, signal, mended, response: undefined }
  return withAttempts((attempt) => tryToBuy(purchase, attempt), {
    policy: buyer.policy,
    wait: buyer.wait,
    signal,
    mayPass: (error) => mayPass(error, purchase.response),
    onRetry: (attempt, waitMilliseconds, error) =>
      report(buyer.reporter, { type: 'retried', endpoint: endpoint.url, attempt, waitMilliseconds, reason: error.code }),
  })
}

/** An answer in JSON that lacks something will lack it the next time too; anything else a proxy may have made. */
function mayPass(error: UnavailableError, response: RawResponse | undefined): boolean {
  if (error.code === 'server_unreachable') return !isCertificateFault(error.cause)
  return error.code !== 'server_answer_invalid' || response?.status !== 200 || !isJson(response.body)
}

function isJson(text: string): boolean {
  try {
    return isJsonObject(readJson(text))
  } catch {
    return false
  }
}

async function tryToBuy(purchase: Purchase, attempt: Attempt): Promise<AccessToken> {
  const { buyer, scopes, endpoint } = purchase
  for (;;) {
    const withProof = buyer.dpop.isOn
    const { assertion, body, proof } = await inTime(buyer, purchase.signal, () => writeRequest(purchase, withProof))
    const { response, sentAt, learned } = await send(purchase, { body, proof, attempt })
    purchase.response = response
    try {
      const token = readTokenResponse(response, { asked: scopes, now: new Date(sentAt) })
      if (withProof && token.type === 'Bearer') report(buyer.reporter, { type: 'dpopIgnored', endpoint: endpoint.url })
      return token
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      const reason = mend(purchase, error, { withProof, ...learned })
      if (reason === undefined) throw await explainRefusal(purchase, error, { assertion, body, response })
      report(buyer.reporter, { type: 'retried', endpoint: endpoint.url, attempt: attempt.number, waitMilliseconds: 0, reason })
    }
  }
}

async function writeRequest({ buyer, key, endpoint, scopes }: Purchase, withProof: boolean) {
  const { clientId, target, dpop, serverClock, resource, parameters, lifetimeSeconds, certificate, x5c, reporter } = buyer
  const { profile } = target
  const { audience, url } = endpoint
  const now = serverNow(serverClock)
  const assertion = await createAssertion({ key, clientId, audience, profile, lifetimeSeconds, certificate, x5c, now })
  const proof = withProof ? await createProof(dpop, { method: 'POST', url, now: serverNow(serverClock) }) : undefined
  const formClientId = profile.formClientId === 'required' ? clientId : undefined
  report(reporter, { type: 'signed', endpoint: url, alg: key.alg, kid: key.kid, dpop: withProof })
  return { assertion, proof, body: writeTokenRequest({ assertion, scopes, resource, clientId: formClientId, parameters }) }
}

/** A key may be a function, and a signer a service far away or an agent that asks its user: neither may take for ever. */
function inTime<T>({ policy }: Purchaser, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const { deadlineSeconds } = policy
  const reason = () =>
    new KeyError('signer_failed', `Cannot sign with the key: there was no answer within ${deadlineSeconds} seconds`, {
      hint: 'Check the service or the agent that holds the key',
    })
  return within(work, { signal, milliseconds: deadlineSeconds * 1000, reason })
}

interface Learned {
  readonly newNonce: boolean
  readonly newTime: boolean
}

async function send(
  { buyer, endpoint: { url }, signal }: Purchase,
  { body, proof, attempt }: { readonly body: string; readonly proof: string | undefined; readonly attempt: Attempt },
): Promise<Exchanged & { readonly learned: Learned }> {
  const { dpop, serverClock, reporter, clock } = buyer
  const headers: Record<string, string> = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' }
  if (proof !== undefined) headers['dpop'] = proof
  const { timeoutMilliseconds } = attempt
  const exchanged = await exchange(
    { method: 'POST', url, headers, body },
    { fetch: fetchOf(buyer), clock, signal, timeoutMilliseconds },
  )
  const { response, sentAt, receivedAt } = exchanged
  const requestId = response.header('x-okta-request-id') ?? undefined
  report(reporter, { type: 'requested', endpoint: url, status: response.status, milliseconds: receivedAt - sentAt, requestId })
  const newTime = observeDate(serverClock, response, exchanged)
  if (newTime) report(reporter, { type: 'skewChanged', offsetSeconds: Math.round(serverClock.offsetMilliseconds / 1000) })
  return { ...exchanged, learned: { newNonce: learnNonce(dpop, url, response.header('dpop-nonce')), newTime } }
}

/** Refusals behind which a wrong clock can be. Servers differ too much in their texts to look at those. */
const errorsOfWrongTime: readonly string[] = [
  'invalid_client',
  'invalid_dpop_proof',
  'invalid_grant',
  'invalid_request',
  'unauthorized_client',
]

/** How often a network may send our request twice before it is taken for the answer. */
const replaysMax = 5

/** What the refusal told us to do better, if anything. */
function mend(
  { buyer, mended }: Purchase,
  refusal: RefusedError,
  seen: Learned & { readonly withProof: boolean },
): string | undefined {
  const { error = '', error_description: description = '' } = refusal
  // Servers say in many ways that they miss a proof. This grant has nothing else that could be an invalid grant.
  const saysProof = ['use_dpop_nonce', 'invalid_dpop_proof', 'invalid_grant'].includes(error) || /\bdpop\b/i.test(description)
  const proofMissing = !seen.withProof && saysProof
  if (proofMissing && !mended.dpop && demandProofs(buyer.dpop)) {
    mended.dpop = true
    return 'dpop_demanded'
  }
  // A nonce that arrives with a refusal of the proof is the one that was missing, whatever the refusal is called.
  if (seen.withProof && !mended.nonce && (error === 'use_dpop_nonce' || (error === 'invalid_dpop_proof' && seen.newNonce))) {
    mended.nonce = true
    return 'use_dpop_nonce'
  }
  if (seen.newTime && !mended.clock && errorsOfWrongTime.includes(error)) {
    mended.clock = true
    return 'skew'
  }
  // We never send an assertion twice, so somebody on the way did. The answer to the first copy is lost; a new assertion is not.
  if (/\balready (been )?used\b/i.test(description) && mended.replays < replaysMax) {
    mended.replays += 1
    return 'replayed'
  }
  return undefined
}

interface Evidence {
  readonly assertion: string
  readonly body: string
  readonly response: RawResponse
}

/** The refusal, with every finding about what we sent. */
async function explainRefusal(
  { buyer, key, endpoint }: Purchase,
  refusal: RefusedError,
  evidence: Evidence,
): Promise<RefusedError> {
  const { status, error, error_description: errorDescription, requestId, message } = refusal
  report(buyer.reporter, {
    type: 'refused',
    endpoint: endpoint.url,
    status,
    error,
    error_description: errorDescription,
    requestId,
  })
  // Loaded only now: a client that is not refused never needs it.
  const { diagnose } = await import('../protocol/diagnosis.js')
  const { assertion, body, response } = evidence
  const request = { method: 'POST', url: endpoint.url, contentType: 'application/x-www-form-urlencoded', body }
  // A server of such a profile compares with the URL that was called, whatever the options say.
  const audience = buyer.target.profile.audience === 'endpoint' ? undefined : endpoint.audience
  const { findings } = await diagnose(
    { assertion, request, response },
    { key, clientId: buyer.clientId, audience, profile: buyer.target.profile, now: buyer.clock() },
  )
  const hint = findings.find(({ severity }) => severity === 'error')?.fix ?? refusal.hint
  return new RefusedError('server', message, { status, error, errorDescription, requestId, findings, hint })
}
