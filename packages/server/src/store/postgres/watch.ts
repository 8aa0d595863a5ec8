import { randomBytes } from 'node:crypto'
import { Client, type Notification } from 'pg'
import type { AppWatch } from '../store.js'
import type { PostgresSettings } from './settings.js'
import { appChannel } from './tables/appVersion.js'

/** Hears from PostgreSQL which apps were changed by any instance. */
export interface AppFeed {
  watch(forget: (clientId: string | undefined) => void): AppWatch
  /** For a change of this process, which need not wait until it hears of it. */
  forget(): void
  end(): Promise<void>
}

/** How old what is known may be. With the time that a change takes to arrive, it is under a second. */
const ageMilliseconds = 700

const beatMilliseconds = 200
const againMilliseconds = 500

/**
 * One connection listens, from the first watcher on. A notification that gets lost would go unnoticed, so it sends itself a beat
 * again and again: PostgreSQL hands everything on in the order of the commits, so who got the beat got everything before it.
 */
export function createAppFeed(settings: PostgresSettings): AppFeed {
  const watchers = new Set<(clientId: string | undefined) => void>()
  let confirmedAt = Number.NEGATIVE_INFINITY
  let listening: Promise<Listener> | undefined
  let isEnded = false

  const tell = (clientId: string | undefined) => {
    for (const forget of watchers) forget(clientId)
  }
  const start = () => {
    if (isEnded) return
    const lost = () => {
      confirmedAt = Number.NEGATIVE_INFINITY
      setTimeout(start, againMilliseconds).unref()
    }
    listening = listen(settings, {
      lost,
      changed: tell,
      confirmed: (sentAt) => {
        // What was said before the first beat was not heard.
        if (confirmedAt === Number.NEGATIVE_INFINITY) tell(undefined)
        confirmedAt = sentAt
      },
    })
  }
  return {
    watch(forget) {
      watchers.add(forget)
      if (listening === undefined) start()
      return { isCurrent: () => performance.now() - confirmedAt < ageMilliseconds }
    },
    forget: () => tell(undefined),
    async end() {
      isEnded = true
      confirmedAt = Number.NEGATIVE_INFINITY
      await (await listening)?.end()
    },
  }
}

interface Listener {
  end(): Promise<void>
}

interface Hearing {
  changed(clientId: string | undefined): void
  confirmed(sentAt: number): void
  /** Called once, when the connection is no more. */
  lost(): void
}

async function listen({ config }: PostgresSettings, { changed, confirmed, lost }: Hearing): Promise<Listener> {
  const client = new Client({ ...config, application_name: `${config.application_name} listens` })
  const beatChannel = `pkjwt_beat_${randomBytes(8).toString('hex')}`
  let isOver = false
  let timer: NodeJS.Timeout | undefined
  const over = () => {
    if (isOver) return
    isOver = true
    clearInterval(timer)
    void client.end().catch(() => {})
    lost()
  }
  client.on('error', over)
  client.on('end', over)
  client.on('notification', ({ channel, payload = '' }: Notification) => {
    if (channel === beatChannel) confirmed(Number(payload))
    else changed(payload === '' ? undefined : payload)
  })
  const beat = () => client.query('select pg_notify($1, $2)', [beatChannel, String(performance.now())]).catch(over)
  try {
    await client.connect()
    await client.query(`listen ${appChannel}; listen ${beatChannel}`)
    timer = setInterval(() => void beat(), beatMilliseconds)
    timer.unref()
    void beat()
  } catch {
    over()
  }
  return {
    async end() {
      isOver = true
      clearInterval(timer)
      await client.end().catch(() => {})
    },
  }
}
