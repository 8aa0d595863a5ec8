import { createTokenClient, type TokenClient, type TokenClientOptions, type TokenEvent } from 'pkjwt/client'
import { generateKey, type SigningKey } from 'pkjwt/keys'
import { startTokenServer, type TokenServer, type TokenServerOptions } from './tokenServer.js'

/** A clock that stands still until it is moved. */
export interface StillClock {
  (): Date
  forward(seconds: number): void
}

export const startOfTime = new Date('2030-01-01T00:00:00Z')

export function createStillClock(start: Date = startOfTime): StillClock {
  let milliseconds = start.getTime()
  return Object.assign(() => new Date(milliseconds), {
    forward(seconds: number) {
      milliseconds += seconds * 1000
    },
  })
}

let sharedKey: Promise<SigningKey> | undefined

/** One key for all tests of a file. */
export function testKey(): Promise<SigningKey> {
  sharedKey ??= generateKey({ alg: 'ES256', kid: 'first' })
  return sharedKey
}

/** A server, a client of it, their one clock, what the client said and how long it waited. */
export interface Pair extends AsyncDisposable {
  readonly server: TokenServer
  readonly client: TokenClient
  readonly clock: StillClock
  readonly events: TokenEvent[]
  /** Milliseconds of each wait between attempts; the clock was moved in place of waiting. */
  readonly waits: number[]
  another(options?: Partial<TokenClientOptions>): TokenClient
  eventsOf(type: TokenEvent['type']): TokenEvent[]
}

export async function startPair(
  options: Partial<TokenClientOptions> = {},
  serverOptions: Partial<TokenServerOptions> = {},
): Promise<Pair> {
  const key = await testKey()
  const clock = createStillClock()
  const server = await startTokenServer({ key, clock, ...serverOptions })
  const events: TokenEvent[] = []
  const waits: number[] = []
  const another = (others: Partial<TokenClientOptions> = {}) =>
    createTokenClient({
      org: server.origin,
      clientId: '0oa1',
      key,
      scopes: ['okta.users.read'],
      clock,
      onEvent: (event) => events.push(event),
      async wait(milliseconds) {
        waits.push(milliseconds)
        clock.forward(milliseconds / 1000)
      },
      ...options,
      ...others,
    })
  const client = another()
  return {
    server,
    client,
    clock,
    events,
    waits,
    another,
    eventsOf: (type) => events.filter((event) => event.type === type),
    async [Symbol.asyncDispose]() {
      client.close()
      await server.close()
    },
  }
}

/** Gives what was thrown. */
export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise
  } catch (error) {
    if (error instanceof Error) return error
    throw new TypeError('something was thrown that is no error', { cause: error })
  }
  throw new TypeError('nothing was thrown')
}

/** Waits until something is the case; for what happens in the background. */
export async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 5000
  while (!condition()) {
    if (performance.now() > end) throw new TypeError('it did not happen within five seconds')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
