import type { AssertionOptions } from '../protocol/assertionDraft.js'
import type { RetryPolicy, Wait } from './attempts.js'
import type { ServerClock } from './clock.js'
import type { DpopSession } from './dpop.js'
import type { Reporter } from './events.js'
import type { KeySource } from './keySource.js'
import type { Lifetime } from './lifetime.js'
import type { Endpoint, Target } from './target.js'

/** What was looked up of an issuer, and when. */
export interface LookUp {
  found: Endpoint | undefined
  foundAt: number
  pending: Promise<Endpoint> | undefined
}

/** What the tokens of one client are bought with: its settings, and what it learned since. */
export interface Purchaser {
  readonly clientId: string
  readonly resource: string | undefined
  readonly parameters: Readonly<Record<string, string>> | undefined
  readonly lifetimeSeconds: number | undefined
  readonly certificate: AssertionOptions['certificate']
  readonly x5c: boolean | undefined
  readonly target: Target
  readonly keys: KeySource
  readonly dpop: DpopSession
  readonly serverClock: ServerClock
  readonly lookUp: LookUp
  readonly lifetime: Lifetime
  readonly reporter: Reporter
  readonly policy: RetryPolicy
  readonly wait: Wait
  readonly clock: () => Date
  readonly fetch: typeof globalThis.fetch | undefined
}

/** The `fetch` to use. That of the runtime is looked up each time, so that a program may replace it. */
export function fetchOf({ fetch }: Purchaser): typeof globalThis.fetch {
  return fetch ?? globalThis.fetch
}
