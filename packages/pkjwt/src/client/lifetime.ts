import { PkjwtError } from '../errors.js'

/** Whether a client is closed, and what its closing ends. */
export interface Lifetime {
  controller: AbortController | undefined
  closed: PkjwtError | undefined
}

/** Aborts when the client is closed. */
export function closingSignal(lifetime: Lifetime): AbortSignal {
  lifetime.controller ??= new AbortController()
  return lifetime.controller.signal
}

/** Closes; the first time counts. */
export function closeLifetime(lifetime: Lifetime): PkjwtError {
  lifetime.closed ??= new PkjwtError('closed', 'Cannot get a token: the client was closed', { hint: 'Create a new client' })
  lifetime.controller?.abort(lifetime.closed)
  return lifetime.closed
}
