/** Waits by the clock of the machine. */
export function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const onAbort = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    }, milliseconds)
    signal.addEventListener('abort', onAbort, { once: true })
  })
}

/** Settles as the promise does, or rejects with the reason of the signal, whichever is first. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

/** A signal that also ends after a time, until it is released. */
export interface LimitedSignal {
  readonly signal: AbortSignal
  release(): void
}

/**
 * Makes a signal that aborts with the one given, or after so many milliseconds with a reason of its own. It has to be released, or its timer
 * would keep a process alive.
 */
export function limitSignal(outer: AbortSignal, milliseconds: number, reason: () => Error): LimitedSignal {
  const controller = new AbortController()
  const abort = () => controller.abort(outer.reason)
  const timer = setTimeout(() => controller.abort(reason()), milliseconds)
  outer.addEventListener('abort', abort, { once: true })
  if (outer.aborted) abort()
  return {
    signal: controller.signal,
    release() {
      clearTimeout(timer)
      outer.removeEventListener('abort', abort)
    },
  }
}

/** Does something within a time, and for as long as the signal lets it; what does not listen is left alone. */
export async function within<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { signal, milliseconds, reason }: { readonly signal: AbortSignal; readonly milliseconds: number; readonly reason: () => Error },
): Promise<T> {
  const limited = limitSignal(signal, milliseconds, reason)
  try {
    return await orAborted(work(limited.signal), limited.signal)
  } finally {
    limited.release()
  }
}
