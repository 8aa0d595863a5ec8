import { generateKey, type SigningKey } from 'pkjwt/keys'
import { createAssertion } from 'pkjwt/protocol'
import { openStore } from '../../packages/server/src/store/open.js'
import { replayKey } from '../../packages/server/src/store/replayKey.js'
import type { Store } from '../../packages/server/src/store/store.js'
import { bundleScript, type ServerProcess, startServerProcess } from '../server/child.js'
import { ask, seedApp } from '../server/support.js'
import { startPostgres, type TestPostgres } from './startPostgres.js'

/** What became of the assertions, and what the store knows of them. */
export interface InstancesReport {
  /** Assertions for which at least one copy got a token. */
  readonly granted: number
  /** Assertions for which more than one copy got a token, over everything that was sent. */
  readonly grantedTwice: number
  /** Copies whose answer never came, or was 503. */
  readonly unanswered: number
  readonly unavailable: number
  /** Other answers than 200, 401 and 503. */
  readonly strange: readonly number[]
  /** Granted assertions that the store does not know as used. */
  readonly notInStore: number
  /** Tokens in the audit log, and used assertions in the store: of a token that was given twice, there would be more. */
  readonly tokensLogged: number
  readonly used: number
}

const issuer = 'https://id.example.com'
const clientId = '0oaInstances00000000'
const copies = 5

interface Sent {
  readonly jti: string
  readonly assertion: string
  readonly key: SigningKey
  readonly statuses: (number | undefined)[]
}

/**
 * Three instances on one PostgreSQL. Each assertion goes five times at once over all three. After a third one instance is killed;
 * after two thirds PostgreSQL crashes and comes back. In the end everything is sent twice more.
 */
export async function runInstances({
  assertions,
  atOnce = 8,
}: {
  assertions: number
  atOnce?: number
}): Promise<InstancesReport> {
  await using database = await startPostgres({ fsync: true })
  using bundle = await bundleScript('test/server/childMain.ts')
  const key = await generateKey({ alg: 'ES256' })
  const settings = { store: database.url, issuer, signingAlg: 'ES256', seed: { apps: [seedApp(clientId, key)] } }
  const instances = await Promise.all([0, 1, 2].map(() => startServerProcess(bundle, settings)))
  const sent = await signAll(assertions, key)
  const upset = createUpsets(sent.length, { database, instances })
  let next = 0
  const sender = async () => {
    for (let one = sent[next++]; one !== undefined; one = sent[next++]) {
      const turn = next
      upset(turn)
      await sendCopies(
        one,
        Array.from({ length: copies }, (_, copy) => instances[(turn + copy) % 3]),
      )
    }
  }
  await Promise.all(Array.from({ length: atOnce }, sender))
  await upset.done()
  const living = instances.slice(1)
  for (let start = 0; start < sent.length; start += 50) {
    await Promise.all(sent.slice(start, start + 50).map((one) => sendCopies(one, living)))
  }
  await Promise.all(living.map((instance) => instance.stop()))
  const store = await openStore(database.url)
  try {
    return await report(sent, store)
  } finally {
    await store.close()
  }
}

async function signAll(count: number, key: SigningKey): Promise<readonly Sent[]> {
  const audience = `${issuer}/oauth2/v1/token`
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const jti = `assertion ${index}`
      return { jti, key, assertion: await createAssertion({ clientId, audience, key, jti, lifetimeSeconds: 3000 }), statuses: [] }
    }),
  )
}

async function sendCopies({ assertion, key, statuses }: Sent, targets: readonly (ServerProcess | undefined)[]): Promise<void> {
  await Promise.all(
    targets.map(async (target) => {
      try {
        const response = await ask(target?.url ?? '', { clientId, key, assertion }, sendWithin)
        await response.arrayBuffer()
        statuses.push(response.status)
      } catch {
        statuses.push(undefined)
      }
    }),
  )
}

const sendWithin = (input: string, init?: RequestInit) => fetch(input, { ...init, signal: AbortSignal.timeout(20_000) })

/** Breaks something after each third of the assertions, while the others go on. */
function createUpsets(count: number, { database, instances }: { database: TestPostgres; instances: readonly ServerProcess[] }) {
  const underway: Promise<void>[] = []
  const restart = async () => {
    await database.stop('kill')
    await database.start()
    const ready = async ({ url }: ServerProcess) => {
      for (let tries = 0; tries < 100; tries++) {
        const response = await fetch(`${url}/health/ready`)
        await response.arrayBuffer()
        if (response.ok) return
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      throw new Error(`the instance ${url} did not come back`)
    }
    await Promise.all(instances.slice(1).map(ready))
  }
  const upset = (turn: number) => {
    if (turn === Math.floor(count / 3)) underway.push(instances[0]?.kill() ?? Promise.resolve())
    if (turn === Math.floor((count * 2) / 3)) underway.push(restart())
  }
  return Object.assign(upset, { done: () => Promise.all(underway) })
}

async function report(sent: readonly Sent[], store: Store): Promise<InstancesReport> {
  const statuses = sent.flatMap((one) => one.statuses)
  const tokens = sent.map((one) => one.statuses.filter((status) => status === 200).length)
  // What is in the store already is not the first of its kind; who asks leaves a record, so this comes last.
  const isNew = await store.rememberEach(
    sent.map(({ jti }) => ({ key: replayKey(clientId, jti), keepUntil: Math.floor(Date.now() / 1000) + 3600 })),
  )
  return {
    granted: tokens.filter((count) => count > 0).length,
    grantedTwice: tokens.filter((count) => count > 1).length,
    unanswered: statuses.filter((status) => status === undefined).length,
    unavailable: statuses.filter((status) => status === 503).length,
    strange: statuses.filter((status) => status !== undefined && ![200, 401, 503].includes(status)).map(Number),
    notInStore: tokens.filter((count, index) => count > 0 && isNew[index] !== false).length,
    used: isNew.filter((answer) => answer === false).length,
    tokensLogged: await countTokens(store),
  }
}

async function countTokens(store: Store): Promise<number> {
  let count = 0
  for (let after: string | undefined; ; ) {
    const page = await store.listLog({ types: ['app.oauth2.token.grant'], after, limit: 1000 })
    count += page.length
    after = page.at(-1)?.cursor
    if (page.length < 1000) return count
  }
}
