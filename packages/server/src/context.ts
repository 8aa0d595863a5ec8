import type { Profile } from 'pkjwt/profiles'
import type { Clients } from './clients.js'
import type { Addresses } from './http/addresses.js'
import type { Limits } from './limits/limits.js'
import type { Audit } from './log/audit.js'
import type { Log } from './log/log.js'
import type { Metrics } from './log/metrics.js'
import type { FaultPoint } from './rehearsal/faults.js'
import type { Ledger } from './rehearsal/ledger.js'
import type { Store } from './store/store.js'
import type { Nonces } from './tokens/nonces.js'
import type { SigningKeys } from './tokens/signingKeys.js'

/** What every endpoint works with. */
export interface Context {
  readonly store: Store
  readonly addresses: Addresses
  readonly clock: () => Date
  readonly profile: Profile
  readonly limits: Limits
  readonly log: Log
  readonly audit: Audit
  readonly metrics: Metrics
  readonly clients: Clients
  readonly signingKeys: SigningKeys
  readonly nonces: Nonces
  /** Where faults on purpose strike; only under test. */
  readonly faults?: FaultPoint | undefined
  /** What was asked; only under test. */
  readonly ledger?: Ledger | undefined
  /** The name of this process in the audit log. */
  readonly instance: string
}
