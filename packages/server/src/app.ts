import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { PkjwtError } from 'pkjwt/errors'
import { type Profile, type ProfileName, profileOf } from 'pkjwt/profiles'
import { type Addresses, createAddresses } from './addresses.js'
import { createAudit } from './audit.js'
import { createClients } from './clients.js'
import type { Context } from './context.js'
import { discoveryRoutes } from './endpoints/discovery.js'
import { healthRoutes } from './endpoints/health.js'
import { tokenRoutes } from './endpoints/token.js'
import { usersRoutes } from './endpoints/users.js'
import { addRoute, createHttp, type Route } from './http.js'
import { answerInProcess } from './inProcess.js'
import { createLimits, type RateLimitOption } from './limits.js'
import { type Listening, type ListenOptions, openSocket, type Socket } from './listen.js'
import { createLog, type LogLine } from './log.js'
import { createMetrics } from './metrics.js'
import { createNonces } from './nonces.js'
import { createSigningKeys, type SigningKeysOptions } from './signingKeys.js'
import { openStore } from './store/open.js'
import type { Store } from './store/store.js'
import { startUpkeep, type Upkeep } from './upkeep.js'

export interface AuthorizationServerOptions extends Pick<SigningKeysOptions, 'makeKey'> {
  /** An open store, which stays the caller's to close; or where it is: a path, or `:memory:`. */
  readonly store: Store | string
  /** Scheme, host and port that clients call. May be left out when the server listens on this machine only. */
  readonly issuer?: string | undefined
  /** Other addresses under which clients call it. */
  readonly aliases?: readonly string[] | undefined
  /** How assertions are judged. Default `okta`; an app may have a profile of its own. */
  readonly profile?: ProfileName | Profile | undefined
  /** Default `off`. `okta`, or requests a minute for each address and each client. */
  readonly rateLimit?: RateLimitOption | undefined
  /** What access tokens are signed with. Default RS256, as Okta does. */
  readonly signingAlg?: SigningKeysOptions['alg'] | undefined
  /** Encrypts the server's own private keys in the store. */
  readonly signingPassphrase?: string | undefined
  readonly clock?: (() => Date) | undefined
  /** Where the lines of the operational log go. Default: nowhere. */
  readonly onLog?: ((line: LogLine) => void) | undefined
  /** The name of this process in the audit log. Default: a random one. */
  readonly instance?: string | undefined
  /** HTML that is served at `/`. */
  readonly page?: string | undefined
}

/** An authorization server: in process through `fetch`, on a socket through `listen`. */
export interface AuthorizationServer {
  /** Answers a request in this process, without a socket. Takes what the global `fetch` takes. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>
  /** Resolves when the store is open, seeded and the signing key is there. */
  ready(): Promise<void>
  /** Opens a socket. Without an issuer, that socket's address becomes the issuer. */
  listen(options?: ListenOptions): Promise<Listening>
  /** Stops: answers what was accepted, then closes the socket and the store that it opened. A second call waits for the first. */
  close(): Promise<void>
}

interface Started {
  readonly context: Context
  readonly http: FastifyInstance
  readonly upkeep: Upkeep
}

/**
 * Creates an authorization server. Nothing is opened before the first call of `ready`, `fetch` or `listen`.
 *
 * @throws {PkjwtError} `config_invalid`, `option_invalid`
 * @example
 * const server = createAuthorizationServer({ store: ':memory:', issuer: 'https://id.example.com' })
 * const response = await server.fetch('https://id.example.com/oauth2/v1/keys')
 * assert.equal(response.status, 200)
 */
export function createAuthorizationServer(options: AuthorizationServerOptions): AuthorizationServer {
  const addresses = createAddresses(options)
  const profile = profileOf(options.profile ?? 'okta')
  let starting: Promise<Started> | undefined
  let closing: Promise<void> | undefined
  const sockets = new Set<Socket>()
  const start = () => {
    if (closing !== undefined) throw new PkjwtError('closed', 'Cannot use the server: it is closed')
    starting ??= startServer(options, { addresses, profile })
    return starting
  }
  const stop = async () => {
    await Promise.all([...sockets].map((socket) => socket.close()))
    if (starting !== undefined) await stopServer(await starting, options)
  }
  return {
    async fetch(input, init) {
      const { http } = await start()
      return answerInProcess(http, new Request(input, init))
    },
    async ready() {
      const { context } = await start()
      await context.signingKeys.ready()
    },
    async listen(listenOptions = {}) {
      const { http } = await start()
      const socket = await openSocket(http, { ...listenOptions, addresses, hasIssuer: options.issuer !== undefined })
      sockets.add(socket)
      return socket.listening
    },
    close() {
      closing ??= stop()
      return closing
    },
  }
}

interface Settled {
  readonly addresses: Addresses
  readonly profile: Profile
}

async function startServer(options: AuthorizationServerOptions, settled: Settled): Promise<Started> {
  const store = typeof options.store === 'string' ? await openStore(options.store) : options.store
  await store.ready()
  const context = createContext(options, { ...settled, store })
  const http = createHttp(context)
  for (const route of routesOf(context)) addRoute(http, route, context)
  await http.ready()
  return { context, http, upkeep: startUpkeep(context) }
}

function createContext(
  options: AuthorizationServerOptions,
  { addresses, profile, store }: Settled & { readonly store: Store },
): Context {
  const { clock = () => new Date(), onLog, rateLimit = 'off', instance = randomBytes(6).toString('hex') } = options
  const metrics = createMetrics()
  const log = createLog({ onLog, clock, metrics })
  const { signingAlg: alg, signingPassphrase: passphrase, makeKey } = options
  return {
    store,
    addresses,
    clock,
    profile,
    metrics,
    log,
    audit: createAudit({ store, clock, instance, log, metrics }),
    limits: createLimits(rateLimit, clock),
    clients: createClients({ store, clock, log, fetchKeys: async () => ({ fault: 'unavailable', detail: 'not yet' }) }),
    signingKeys: createSigningKeys({ store, clock, log, alg, passphrase, makeKey }),
    nonces: createNonces({ store, clock }),
    instance,
  }
}

function routesOf(context: Context): readonly Route[] {
  return [...tokenRoutes(context), ...discoveryRoutes(context), ...usersRoutes(context), ...healthRoutes(context)]
}

async function stopServer({ context, http, upkeep }: Started, options: AuthorizationServerOptions): Promise<void> {
  await upkeep.stop()
  await http.close()
  await context.audit.settled()
  if (typeof options.store === 'string') await context.store.close()
}
