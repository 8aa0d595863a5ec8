import type { FastifyRequest } from 'fastify'
import type { EndpointName } from '../log/endpoints.js'
import { readClaimed } from './claimed.js'

/** One request as the server saw it, so that a test can prove what its client did. It holds no token and no key. */
export interface LedgerEntry {
  readonly time: Date
  readonly method: string
  readonly path: string
  /** `token`, `keys`, `users` and so on; `unknown` for what is no endpoint. */
  readonly endpoint: EndpointName
  readonly status: number
  /** What the assertion said, whether it held or not. */
  readonly clientId: string | undefined
  readonly kid: string | undefined
  readonly jti: string | undefined
  readonly aud: unknown
  /** The scopes that were asked for. */
  readonly scopes: readonly string[]
  /** The scopes that were given. */
  readonly granted: readonly string[] | undefined
  readonly error: string | undefined
  /** The rule that refused it. */
  readonly rule: string | undefined
  readonly hasProof: boolean
}

/** Keeps what was asked, oldest first. */
export interface Ledger {
  readonly entries: readonly LedgerEntry[]
  note(request: FastifyRequest, status: number): void
  clear(): void
}

const entriesMax = 10_000

/** Creates a ledger of requests. */
export function createLedger(clock: () => Date): Ledger {
  const entries: LedgerEntry[] = []
  return {
    entries,
    note(request, status) {
      const { seen, method, headers } = request
      const { endpoint } = seen
      const claimed = readClaimed(request)
      if (entries.length >= entriesMax) entries.shift()
      entries.push({
        time: clock(),
        method,
        path: (request.raw.url ?? '').split('?', 1)[0] ?? '',
        endpoint,
        status,
        ...claimed,
        clientId: seen.clientId ?? claimed.clientId,
        granted: seen.granted,
        error: seen.error,
        rule: seen.rule,
        hasProof: headers.dpop !== undefined,
      })
    },
    clear() {
      entries.length = 0
    },
  }
}
