/**
 * What a token client did. No event carries a token, an assertion, a proof or a key. Every one names the client, and the endpoint once
 * it is known.
 */
export type TokenEvent = TokenEventDetail & { readonly clientId: string }

/** The events by their `type`. */
export type TokenEventDetail =
  /** An assertion was signed. */
  | {
      readonly type: 'signed'
      readonly endpoint: string
      readonly alg: string
      readonly kid: string | undefined
      readonly dpop: boolean
    }
  /** The token endpoint answered. */
  | {
      readonly type: 'requested'
      readonly endpoint: string
      readonly status: number
      readonly milliseconds: number
      readonly requestId: string | undefined
    }
  /** A request failed and is made again: after a wait when it may pass, at once when the answer said what was missing. */
  | {
      readonly type: 'retried'
      readonly endpoint: string
      readonly attempt: number
      readonly waitMilliseconds: number
      readonly reason: string
    }
  /** A token was given from memory. */
  | { readonly type: 'cacheHit'; readonly scopes: readonly string[] }
  /** A new token is there. */
  | {
      readonly type: 'refreshed'
      readonly scopes: readonly string[]
      readonly expiresAt: Date
      readonly from: 'server' | 'store'
      readonly background: boolean
    }
  /** A background refresh failed; the old token serves on. */
  | { readonly type: 'refreshFailed'; readonly scopes: readonly string[]; readonly code: string; readonly message: string }
  /** The server granted fewer scopes than were asked for. */
  | { readonly type: 'scopesDropped'; readonly scopes: readonly string[]; readonly dropped: readonly string[] }
  /** The server's clock differs from ours by another amount than before. Positive: the server is ahead. */
  | { readonly type: 'skewChanged'; readonly offsetSeconds: number }
  /** The server said no: the token endpoint, or an API that `fetch` called. */
  | {
      readonly type: 'refused'
      readonly endpoint: string
      readonly status: number | undefined
      readonly error: string | undefined
      readonly error_description: string | undefined
      readonly requestId: string | undefined
    }
  /** A proof of possession was sent, and the server gave a plain Bearer token all the same. */
  | { readonly type: 'dpopIgnored'; readonly endpoint: string }
  /** The token store could not be used; it counts as empty. */
  | { readonly type: 'storeFailed'; readonly operation: 'find' | 'save' | 'lock'; readonly message: string }

/** The name of the channel of `node:diagnostics_channel` on which every event of every client is published. */
export const diagnosticsChannelName = 'pkjwt:client'

/** Who hears the events of one client. Plain state, and functions beside it: a program may hold ten thousand clients. */
export interface Reporter {
  readonly clientId: string
  readonly onEvent: ((event: TokenEvent) => void) | undefined
}

/** Whether anybody listens: the hot path asks before it builds an event. */
export function isHeard({ onEvent }: Reporter): boolean {
  return onEvent !== undefined || findChannel()?.hasSubscribers === true
}

/** Tells an event to the listener of the client and, where the runtime has it, to the diagnostics channel. */
export function report(reporter: Reporter, detail: TokenEventDetail): void {
  if (!isHeard(reporter)) return
  const event: TokenEvent = { ...detail, clientId: reporter.clientId }
  try {
    reporter.onEvent?.(event)
  } catch {
    // A listener that fails must not cost its program the token.
  }
  findChannel()?.publish(event)
}

interface Channel {
  readonly hasSubscribers: boolean
  publish(message: unknown): void
}

/** What the runtime gives to code that may not import: Node from 20.16, Bun, Deno. */
interface BuiltinModules {
  readonly process?: { readonly getBuiltinModule?: (id: string) => { channel(name: string): Channel } | undefined }
}

let foundChannel: Channel | null | undefined

function findChannel(): Channel | undefined {
  foundChannel ??=
    readBuiltinModules(globalThis).process?.getBuiltinModule?.('node:diagnostics_channel')?.channel(diagnosticsChannelName) ??
    null
  return foundChannel ?? undefined
}

function readBuiltinModules(global: object): BuiltinModules {
  return global as BuiltinModules
}
