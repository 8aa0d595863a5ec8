import { PkjwtError, type PkjwtErrorOptions } from 'pkjwt/errors'

/** The store cannot be used now: away, full, locked for too long, or closed. Nothing about the request is known to be wrong. */
export class StoreError extends PkjwtError {
  declare readonly code: 'store_unavailable'

  constructor(message: string, options?: PkjwtErrorOptions) {
    super('store_unavailable', message, options)
  }
}
