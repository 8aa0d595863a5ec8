import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { generateKey } from 'pkjwt/keys'
import { createAssertion } from 'pkjwt/protocol'
import { openStore } from '../../packages/server/src/store/open.js'
import { bundleScript, type ServerProcess, startServerProcess } from '../server/child.js'
import { ask, seedApp } from '../server/support.js'
import { startPostgres } from './startPostgres.js'

export interface SoakReport {
  readonly granted: number
  /** Every answer that was no token. */
  readonly others: readonly number[]
  /** MiB of each instance after a fifth of the time, and at the end. */
  readonly residentEarly: readonly number[]
  readonly residentLate: readonly number[]
  /** Lines of the instances' logs that tell of an error. */
  readonly errors: readonly string[]
  /** Records that could have been forgotten for longer than a purge takes to come. */
  readonly overdue: number
  readonly purged: number
}

const issuer = 'https://id.example.com'
const clientId = '0oaSoak0000000000000'

/** Two instances on one PostgreSQL under steady load, with assertions so short that a purge has work all the time. */
export async function soak({ seconds, perSecond }: { seconds: number; perSecond: number }): Promise<SoakReport> {
  await using database = await startPostgres({ fsync: true })
  using bundle = await bundleScript('test/server/childMain.ts')
  const key = await generateKey({ alg: 'ES256' })
  const settings = { store: database.url, issuer, signingAlg: 'ES256', seed: { apps: [seedApp(clientId, key)] } }
  const instances = await Promise.all([0, 1].map(() => startServerProcess(bundle, settings)))
  const statuses: number[] = []
  let residentEarly: readonly number[] = []
  const end = performance.now() + seconds * 1000
  const early = performance.now() + seconds * 200
  while (performance.now() < end) {
    const sent = Array.from({ length: perSecond / 10 }, async (_, index) => {
      const assertion = await createAssertion({ clientId, audience: `${issuer}/oauth2/v1/token`, key, lifetimeSeconds: 10 })
      const response = await ask(instances[index % 2]?.url ?? '', { clientId, key, assertion })
      await response.arrayBuffer()
      statuses.push(response.status)
    })
    await Promise.all([...sent, pause(100)])
    if (residentEarly.length === 0 && performance.now() > early) residentEarly = await residentOf(instances)
  }
  const residentLate = await residentOf(instances)
  const purged = (await Promise.all(instances.map(purgedBy))).reduce((sum, count) => sum + count, 0)
  await Promise.all(instances.map((instance) => instance.stop()))
  const granted = statuses.filter((status) => status === 200).length
  return {
    granted,
    others: statuses.filter((status) => status !== 200),
    residentEarly,
    residentLate,
    errors: instances.flatMap(({ log }) => log.filter((line) => line.includes('"level":"error"'))),
    overdue: await countOverdue(database.url),
    purged,
  }
}

/** As the instances tell it: they run a purge every ten seconds, and records stay for ten. */
const overdueSeconds = 20

async function countOverdue(url: string): Promise<number> {
  const store = await openStore(url)
  const now = Math.floor(Date.now() / 1000) - overdueSeconds
  let count = 0
  for (;;) {
    const { removed, done } = await store.purge({ now, limit: 1000 })
    count += removed
    if (done) break
  }
  await store.close()
  return count
}

async function residentOf(instances: readonly ServerProcess[]): Promise<readonly number[]> {
  return Promise.all(
    instances.map(async ({ child }) => {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
    }),
  )
}

async function purgedBy({ url }: ServerProcess): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^pkjwt_records_purged_total(?:\{\})? (\d+)/m.exec(text)?.[1] ?? 0)
}
