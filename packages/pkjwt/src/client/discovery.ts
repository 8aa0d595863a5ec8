import { isJsonObject, readJson } from '../encoding/json.js'
import { UnavailableError } from '../errors.js'
import { metadataUrlsOf, readMetadata } from '../protocol/metadata.js'
import { type RawResponse, readRetryAfter } from '../protocol/tokenResponse.js'
import { withAttempts } from './attempts.js'
import { exchange, isCertificateFault, orAborted } from './exchange.js'
import type { Purchaser } from './purchase.js'
import { type Endpoint, endpointOf } from './target.js'

/** Metadata is asked again after a day, so that a server can move its endpoint. */
const metadataAgeSecondsMax = 86_400

type Asking = Pick<Purchaser, 'target' | 'clock' | 'fetch' | 'policy' | 'wait' | 'reporter'> & {
  /** Aborts when the client is closed: a look-up serves every purchase, so none of them may end it. */
  readonly closing: () => AbortSignal
}

/** Gives the endpoint that the options name, or looks it up: one look-up at a time, and a failed one is not remembered. */
export function createEndpointFinder(asking: Asking): (signal: AbortSignal) => Promise<Endpoint> {
  const { target } = asking
  if (target.endpoint !== undefined) {
    const known = Promise.resolve(target.endpoint)
    return () => known
  }
  let found: Endpoint | undefined
  let foundAt = 0
  let pending: Promise<Endpoint> | undefined
  const lookUp = async () => {
    const now = asking.clock().getTime()
    if (found !== undefined && Math.abs(now - foundAt) < metadataAgeSecondsMax * 1000) return found
    try {
      found = await discover(asking, target.issuer ?? '', asking.closing())
      foundAt = now
    } catch (error) {
      // What was true yesterday is a better answer than none; whether it still is, the token endpoint will say.
      if (found === undefined || !(error instanceof UnavailableError)) throw error
    }
    return found
  }
  return (signal) => {
    pending ??= lookUp().finally(() => {
      pending = undefined
    })
    return orAborted(pending, signal)
  }
}

async function discover(asking: Asking, issuer: string, signal: AbortSignal): Promise<Endpoint> {
  const { target, policy, wait, reporter, fetch, clock } = asking
  let response: RawResponse | undefined
  for (const url of metadataUrlsOf(issuer)) {
    const options = {
      policy,
      wait,
      signal,
      mayPass: (error: UnavailableError) => !isCertificateFault(error.cause),
      onRetry: (attempt: number, waitMilliseconds: number, error: UnavailableError) =>
        reporter.report({ type: 'retried', endpoint: url, attempt, waitMilliseconds, reason: error.code }),
    }
    response = await withAttempts(async ({ timeoutMilliseconds }) => {
      const request = { method: 'GET', url, headers: { accept: 'application/json' } } as const
      return refusePassing(url, (await exchange(request, { fetch: fetch(), clock, signal, timeoutMilliseconds })).response)
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
