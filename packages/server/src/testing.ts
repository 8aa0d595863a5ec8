import { type Algorithm, generateKey, type SigningKey } from 'pkjwt/keys'
import { profileOf } from 'pkjwt/profiles'
import { type AuthorizationServerOptions, startServer, stopServer } from './app.js'
import { createAddresses } from './http/addresses.js'
import { answerInProcess } from './http/inProcess.js'
import type { Fault, FaultKind, Faults } from './rehearsal/faults.js'
import type { LedgerEntry } from './rehearsal/ledger.js'
import { openStore } from './store/open.js'
import type { AppDraft, Store } from './store/store.js'
import type { SigningAlgorithm } from './tokens/signingKeys.js'

export type { Fault, FaultKind, Faults, LedgerEntry }

/** A clock that a test sets. It goes on like any other until it is set; from then on it stands still. */
export interface TestClock {
  (): Date
  /** Stops the clock at a time. */
  set(time: Date): void
  /** Moves the clock on; a negative number moves it back. */
  forward(seconds: number): void
}

/** A service app of the test server, with the key that the server knows. */
export interface TestApp {
  readonly clientId: string
  readonly key: SigningKey
}

/** What an app of a test server is. Everything has a default. */
export interface TestAppOptions extends Omit<AppDraft, 'clientName' | 'keys' | 'grants' | 'roles'> {
  readonly clientName?: string | undefined
  /** Scopes. Default `okta.users.read`. */
  readonly grants?: readonly string[] | undefined
  /** Admin roles. Default `READ_ONLY_ADMIN`. */
  readonly roles?: readonly string[] | undefined
  /** What the key that is made for it signs with. Default ES256. */
  readonly alg?: Algorithm | undefined
  /** A key of your own in place of a fresh one. */
  readonly key?: SigningKey | undefined
}

/** An authorization server within the test. */
export interface TestServer extends AsyncDisposable {
  /** Give it to the client as `org`. */
  readonly org: string
  /** Give it to the client as `fetch`: it answers in this process. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>
  addApp(options?: TestAppOptions): Promise<TestApp>
  /** Give it to the client as `clock`. */
  readonly clock: TestClock
  readonly faults: Faults
  /** What was asked so far, oldest first. */
  readonly requests: readonly LedgerEntry[]
  /** The store of the server, for what `addApp` cannot do. */
  readonly store: Store
  /** Replaces the key that signs access tokens, at once. */
  rotateKey(): Promise<void>
  close(): Promise<void>
}

/** Settings of a test server. Everything has a default. */
export type TestServerOptions = Partial<Omit<AuthorizationServerOptions, 'clock' | 'control'>>

const orgDefault = 'https://pkjwt.test'

/**
 * Starts an authorization server for tests: in memory, without a socket, in a few milliseconds. It refuses like the real one.
 *
 * @example
 * await using server = await startTestServer()
 * const { clientId, key } = await server.addApp({ grants: ['okta.users.read'] })
 * const client = createTokenClient({ org: server.org, clientId, key, scopes: ['okta.users.read'], fetch: server.fetch, clock: server.clock })
 * assert.equal((await client.token()).type, 'Bearer')
 * assert.equal(server.requests.length, 1)
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { issuer: org = orgDefault, store = await openStore(':memory:'), aliases } = options
  const clock = createTestClock()
  const addresses = createAddresses({ issuer: org, aliases })
  const profile = profileOf(options.profile ?? 'okta')
  const serverOptions = { makeKey: createKeyMaker(), ...options, store, issuer: org, clock }
  const started = await startServer(serverOptions, { addresses, profile, isTested: true })
  const { context, http, faults, ledger } = started
  // The first token waits for the server's own key, and nobody else does.
  context.signingKeys.ready().catch(() => undefined)
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= stopServer(started, serverOptions).then(() => context.store.close())
    return closing
  }
  return {
    org: addresses.issuer(),
    fetch: (input, init) => answerInProcess(http, new Request(input, init)),
    addApp: (appOptions) => addApp(context.store, clock, appOptions),
    clock,
    faults,
    requests: ledger.entries,
    store: context.store,
    async rotateKey() {
      await context.signingKeys.rotate({ aheadSeconds: 0 })
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function addApp(store: Store, clock: () => Date, options: TestAppOptions = {}): Promise<TestApp> {
  const { grants = ['okta.users.read'], roles = ['READ_ONLY_ADMIN'], alg = 'ES256', clientName = 'Test app', ...rest } = options
  const { key = await generateKey({ alg }), ...draft } = rest
  const { kid, thumbprint, publicKey } = key
  const created = await store.createApp(
    {
      ...draft,
      clientName,
      ...(draft.jwksUri === undefined ? { keys: [{ kid, thumbprint, jwk: publicKey.jwk }] } : {}),
      grants: grants.map((scope) => ({ scope, issuer: '', createdBy: 'test' })),
      roles: roles.map((type) => ({ type })),
    },
    { now: Math.floor(clock().getTime() / 1000) },
  )
  if (typeof created === 'string') throw new TypeError(`Cannot add the app: ${created}`)
  return { clientId: created.clientId, key }
}

function createTestClock(): TestClock {
  let stoppedAt: number | undefined
  let offset = 0
  const clock = () => new Date(stoppedAt ?? Date.now() + offset)
  return Object.assign(clock, {
    set(time: Date) {
      stoppedAt = time.getTime()
    },
    forward(seconds: number) {
      if (stoppedAt === undefined) offset += seconds * 1000
      else stoppedAt += seconds * 1000
    },
  })
}

const sharedKeys = new Map<SigningAlgorithm, Promise<SigningKey>[]>()

/** Making an RSA key takes longer than many a test: the first keys of all servers of one process are the same, and so on. */
function createKeyMaker(): (alg: SigningAlgorithm) => Promise<SigningKey> {
  let count = 0
  return (alg) => {
    const keys = sharedKeys.get(alg) ?? []
    sharedKeys.set(alg, keys)
    const key = keys[count] ?? generateKey({ alg })
    keys[count] = key
    count++
    return key
  }
}
