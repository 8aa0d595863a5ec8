import type { Profile } from 'pkjwt/profiles'
import type { Addresses } from './addresses.js'
import type { Audit } from './audit.js'
import type { Clients } from './clients.js'
import type { FaultPoint } from './faults.js'
import type { Ledger } from './ledger.js'
import type { Limits } from './limits.js'
import type { Log } from './log.js'
import type { Metrics } from './metrics.js'
import type { Nonces } from './nonces.js'
import type { SigningKeys } from './signingKeys.js'
import type { Store } from './store/store.js'

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
