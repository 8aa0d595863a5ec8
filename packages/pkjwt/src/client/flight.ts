/** Work under way that several callers wait for together. */
export interface Flight<T> {
  readonly promise: Promise<T>
  abort(reason: unknown): void
  /** How many wait for it. */
  waiting: number
  /** It was begun for nobody in particular, so it goes on when nobody waits. */
  readonly background: boolean
}

/** Begins work. Its failure is nobody's unhandled rejection, even when nobody waits. */
export function startFlight<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { background }: { readonly background: boolean },
): Flight<T> {
  const controller = new AbortController()
  const promise = work(controller.signal)
  promise.catch(() => {})
  return { promise, abort: (reason) => controller.abort(reason), waiting: 0, background }
}

/**
 * Waits for the work until a signal of one's own says otherwise: that ends the waiting of this caller and of nobody else.
 *
 * @param onLeave Called after this caller left early.
 */
export function waitForFlight<T>(flight: Flight<T>, signal: AbortSignal | undefined, onLeave: () => void): Promise<T> {
  flight.waiting += 1
  if (signal === undefined) return flight.promise
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      flight.waiting -= 1
      reject(signal.reason)
      onLeave()
    }
    signal.addEventListener('abort', onAbort, { once: true })
    flight.promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

/** Ends work for which nobody waits any more. True when it was ended. */
export function leaveEmpty<T>(flight: Flight<T>): boolean {
  if (flight.waiting > 0 || flight.background) return false
  flight.abort(new DOMException('Nobody waits for this any more', 'AbortError'))
  return true
}
