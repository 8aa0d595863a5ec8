import type { Context } from './context.js'

/** The work between requests: forgetting what need not be remembered any longer. */
export interface Upkeep {
  /** Ends after the step that is under way. */
  stop(): Promise<void>
}

const pauseMilliseconds = 10_000

/** Small enough that no request waits for it: a few milliseconds of the store. */
const recordsPerStep = 500

/** A process that went away gives its duty up after this. */
const dutySeconds = 60

/** Starts the work between requests. One process of those on a store does it at a time. */
export function startUpkeep(context: Context): Upkeep {
  let isStopped = false
  let running: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    running = running.then(() => purgeAll(context, () => isStopped)).catch((error: unknown) => context.log.error('purge', error))
  }, pauseMilliseconds)
  timer.unref()
  return {
    async stop() {
      isStopped = true
      clearInterval(timer)
      await running
    },
  }
}

/** Purges in small steps, with a pause for requests between them. */
export async function purgeAll({ store, clock, instance, metrics }: Context, isStopped: () => boolean): Promise<void> {
  for (;;) {
    const now = Math.floor(clock().getTime() / 1000)
    const duty = { name: 'purge', holder: instance, until: now + dutySeconds }
    if (isStopped() || !(await store.claimDuty(duty, { now }))) return
    const { removed, done } = await store.purge({ now, limit: recordsPerStep })
    metrics.count('pkjwt_records_purged_total', {}, removed)
    if (done) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}
