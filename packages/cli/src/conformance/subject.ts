import type { Signer } from 'pkjwt/keys'
import type { Profile } from 'pkjwt/profiles'

/** The server under test, as one registered client sees it. */
export interface Subject {
  /** Token endpoints of one server: several when it runs as several instances. The first gets every case, all of them the replays. */
  readonly endpoints: readonly [string, ...string[]]
  readonly clientId: string
  readonly key: Signer
  readonly scopes: readonly string[]
  /** What "aud" of a right assertion is. */
  readonly audience: string
  readonly limits: Profile
  /** A scope that the server knows and the client has not. */
  readonly notGranted?: string | undefined
  /** The time by the server's clock: limits are tested at their edges, and the clock of this machine may be off. */
  readonly clock: () => Date
}

/** One token request, told by how it differs from a right one. `null` removes a member. */
export interface Attempt {
  readonly header?: ((facts: Facts) => Changes) | Changes
  readonly claims?: ((facts: Facts) => Changes) | Changes
  /** Changes the text of the header before it is encoded. */
  readonly headerText?: (json: string) => string
  /** Changes the text of the claims before it is encoded. */
  readonly payload?: (json: string) => string
  /** `stranger`: signed with a key that nobody registered, under the registered `kid`. */
  readonly signer?: 'registered' | 'stranger'
  /** Changes the whole token after it was signed. */
  readonly tamper?: (token: string, facts: Facts) => Promise<string> | string
  readonly form?: ((facts: Facts) => Changes) | Changes
  /** Appended to the encoded form as it is. */
  readonly formTail?: string
  readonly query?: string
  readonly method?: string
  readonly contentType?: string
  readonly authorization?: string
  readonly headers?: Readonly<Record<string, string>>
  /** The whole body, instead of a form. */
  readonly body?: string
}

export type Changes = Readonly<Record<string, unknown>>

/** What an attempt may be made of. */
export interface Facts {
  /** Seconds since the epoch by the server's clock. */
  readonly now: number
  readonly audience: string
  readonly endpoint: string
  readonly clientId: string
  readonly scope: string
  readonly limits: Profile
  readonly key: Signer
  /** A key like it, under the same `kid`, that nobody registered. */
  readonly stranger: Signer
  readonly notGranted: string | undefined
}
