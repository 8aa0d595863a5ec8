import type { Context } from './context.js'

/** The work between requests: forgetting what need not be remembered any longer, and changing keys in time. */
export interface Upkeep {
  /** Ends after the step that is under way. */
  stop(): Promise<void>
}

export interface UpkeepOptions {
  /** After how many days the server signs with a new key. Okta does it about four times a year. Default 90. */
  readonly signingKeyDays?: number | undefined
  /** How many days the audit log is kept. Default 90. */
  readonly auditDays?: number | undefined
}

const pauseMilliseconds = 10_000

/** Small enough that no request waits for it: a few milliseconds of the store. */
const recordsPerStep = 500

/** A process that went away gives its duty up after this. */
const dutySeconds = 60

const daySeconds = 86_400

/** Starts the work between requests. One process of those on a store does it at a time. */
export function startUpkeep(context: Context, options: UpkeepOptions = {}): Upkeep {
  let isStopped = false
  let running: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    running = running
      .then(() => tendAll(context, { ...options, isStopped: () => isStopped }))
      .catch((error: unknown) => context.log.error('upkeep', error))
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

/** What it works on. */
type Tended = Pick<Context, 'store' | 'clock' | 'instance' | 'metrics' | 'signingKeys'>

interface TendOptions extends UpkeepOptions {
  readonly isStopped: () => boolean
}

/** One round: purges in small steps with a pause for requests between them, shortens the log, and changes the signing key in time. */
export async function tendAll(context: Tended, { signingKeyDays = 90, auditDays = 90, isStopped }: TendOptions): Promise<void> {
  const { store, clock, instance, metrics, signingKeys } = context
  const now = () => Math.floor(clock().getTime() / 1000)
  const hasDuty = async () => {
    const duty = { name: 'upkeep', holder: instance, until: now() + dutySeconds }
    return !isStopped() && (await store.claimDuty(duty, { now: now() }))
  }
  while (await hasDuty()) {
    const { removed, done } = await store.purge({ now: now(), limit: recordsPerStep })
    metrics.count('pkjwt_records_purged_total', {}, removed)
    if (done) break
    await new Promise((resolve) => setImmediate(resolve))
  }
  while (await hasDuty()) {
    const { removed } = await store.trimLog({ before: now() - auditDays * daySeconds, limit: recordsPerStep })
    if (removed === 0) break
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (await hasDuty()) await signingKeys.tend({ ageSecondsMax: signingKeyDays * daySeconds })
}
