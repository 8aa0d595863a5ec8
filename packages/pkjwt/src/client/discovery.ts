import { isJsonObject, readJson } from '../encoding/json.js'
import { UnavailableError } from '../errors.js'
import { metadataUrlsOf, readMetadata } from '../protocol/metadata.js'
import { type RawResponse, readRetryAfter } from '../protocol/tokenResponse.js'
import { withAttempts } from './attempts.js'
import { report } from './events.js'
import { exchange, isCertificateFault } from './exchange.js'
import { closingSignal } from './lifetime.js'
import { fetchOf, type Purchaser } from './purchaser.js'
import { type Endpoint, endpointOf } from './target.js'
import { orAborted } from './waiting.js'

/** Metadata is asked again after a day, so that a server can move its endpoint. */
const metadataAgeSecondsMax = 86_400

/** Gives the endpoint that the options name, or looks it up: one look-up at a time, and a failed one is not remembered. */
export async function findEndpoint(buyer: Purchaser, signal: AbortSignal): Promise<Endpoint> {
  const { target, lookUp } = buyer
  if (target.endpoint !== undefined) return target.endpoint
  lookUp.pending ??= renew(buyer).finally(() => {
    lookUp.pending = undefined
  })
  return orAborted(lookUp.pending, signal)
}

async function renew(buyer: Purchaser): Promise<Endpoint> {
  const { lookUp, lifetime } = buyer
  const now = buyer.clock().getTime()
  if (lookUp.found !== undefined && Math.abs(now - lookUp.foundAt) < metadataAgeSecondsMax * 1000) return lookUp.found
  try {
    // It serves every purchase, so none of them may end it: only the end of the client does.
    lookUp.found = await discover(buyer, closingSignal(lifetime))
    lookUp.foundAt = now
  } catch (error) {
    // What was true yesterday is a better answer than none; whether it still is, the token endpoint will say.
    if (lookUp.found === undefined || !(error instanceof UnavailableError)) throw error
  }
  return lookUp.found
}

async function discover(buyer: Purchaser, signal: AbortSignal): Promise<Endpoint> {
  const { target, policy, wait, reporter, clock } = buyer
  const { issuer = '' } = target
  let response: RawResponse | undefined
  for (const url of metadataUrlsOf(issuer)) {
    const options = {
      policy,
      wait,
      signal,
      mayPass: (error: UnavailableError) => !isCertificateFault(error.cause),
      onRetry: (attempt: number, waitMilliseconds: number, error: UnavailableError) =>
        report(reporter, { type: 'retried', endpoint: url, attempt, waitMilliseconds, reason: error.code }),
    }
    response = await withAttempts(async ({ timeoutMilliseconds }) => {
      const request = { method: 'GET', url, headers: { accept: 'application/json' } } as const
      return refusePassing(url, (await exchange(request, { fetch: fetchOf(buyer), clock, signal, timeoutMilliseconds })).response)
    }, options)
    const document = response.status === 200 ? tryReadJson(response.body) : undefined
    if (!isJsonObject(document)) continue
    const { issuer: named, tokenEndpoint } = readMetadata(document, { issuer, tokenEndpointOrigins: target.tokenEndpointOrigins })
    return endpointOf(tokenEndpoint, named, target)
  }
  throw new UnavailableError(
    'server_answer_invalid',
    `Cannot find the metadata of ${JSON.stringify(issuer.slice(0, 200))}: it answered ${response?.status}`,
    {
      hint: 'Check the issuer, or give the token endpoint itself',
    },
  )
}

function refusePassing(url: string, response: RawResponse): RawResponse {
  const { status } = response
  if (status !== 429 && status < 500) return response
  const code = status === 429 ? 'server_busy' : 'server_failed'
  throw new UnavailableError(code, `Cannot read ${JSON.stringify(url.slice(0, 200))}: the server answered ${status}`, {
    retryAfterSeconds: readRetryAfter(response),
  })
}

function tryReadJson(text: string): unknown {
  try {
    return readJson(text)
  } catch {
    return undefined
  }
}
