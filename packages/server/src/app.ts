import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Profile, ProfileName } from 'pkjwt/profiles'
import { type AdminOptions, adminRoutes, openAdmin } from './admin/routes.js'
import { createClients } from './clients.js'
import type { Context } from './context.js'
import { controlRoutes } from './endpoints/control.js'
import { discoveryRoutes } from './endpoints/discovery.js'
import { healthRoutes, type WorkersOption } from './endpoints/health.js'
import { tokenStateRoutes } from './endpoints/introspect.js'
import { pageRoutes } from './endpoints/page.js'
import { tokenRoutes } from './endpoints/token.js'
import type { Addresses } from './http/addresses.js'
import { createLimits, type RateLimitOption } from './limits/limits.js'
import { createAudit } from './log/audit.js'
import { createLog, type LogLine } from './log/log.js'
import { createMetrics } from './log/metrics.js'
import { openapiRoutes } from './openapi/routes.js'
import { createFaults, type Faults } from './rehearsal/faults.js'
import { createLedger, type Ledger } from './rehearsal/ledger.js'
import type { FetchOptions } from './remoteKeys/publicFetch.js'
import { createRemoteKeys } from './remoteKeys/remoteKeys.js'
import { createHttp, type Route } from './routing/http.js'
import { openStore } from './store/open.js'
import type { Store } from './store/store.js'
import { createNonces } from './tokens/nonces.js'
import { createSigningKeys, type SigningKeysOptions } from './tokens/signingKeys.js'
import { startUpkeep, type Upkeep, type UpkeepOptions } from './upkeep.js'

/** What a server is made of. Only the store is needed. */
export interface AuthorizationServerOptions extends Pick<SigningKeysOptions, 'makeKey'>, UpkeepOptions, AdminOptions {
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
  /** Where this process is one of several that share a port: how many are ready, and how many there should be. */
  readonly workers?: WorkersOption | undefined
  /** HTML to serve at `/`. */
  readonly page?: string | undefined
  /** What a seed file holds, parsed: apps, custom authorization servers and users to create where they are absent. */
  readonly seed?: unknown
  /** Make what is there as the seed describes it. Default false. */
  readonly seedReplace?: boolean | undefined
  /** How key sets at a `jwks_uri` are fetched. */
  readonly remoteKeys?: FetchOptions | undefined
  /** Opens the HTTP endpoint for faults and the ledger of requests, to callers on this machine. Default false. */
  readonly control?: boolean | undefined
}

/** A server that runs. */
export interface Started {
  readonly context: Context
  readonly faults: Faults
  readonly ledger: Ledger
  readonly http: FastifyInstance
  readonly upkeep: Upkeep
}

/** What is known before anything is opened. */
export interface Settled {
  readonly addresses: Addresses
  readonly profile: Profile
}

/**
 * Opens the store and puts the application together.
 *
 * @param isTested Keeps a ledger of requests and looks for faults, which costs a little of each request.
 */
export async function startServer(
  options: AuthorizationServerOptions,
  settled: Settled & { readonly isTested?: boolean },
): Promise<Started> {
  const store = typeof options.store === 'string' ? await openStore(options.store) : options.store
  try {
    return await startOn(store, options, settled)
  } catch (error) {
    // Nobody else could close what was opened here.
    if (typeof options.store === 'string') await store.close()
    throw error
  }
}

async function startOn(
  store: Store,
  options: AuthorizationServerOptions,
  settled: Settled & { readonly isTested?: boolean },
): Promise<Started> {
  await store.ready()
  const context = createContext(options, { ...settled, store })
  await plantSeed(options, context)
  await openAdmin(context, options)
  const faults = createFaults(context)
  const ledger = createLedger(context.clock)
  const isTested = settled.isTested ?? options.control ?? false
  const tested = isTested ? { ...context, faults, ledger } : context
  const { http, addRoute } = createHttp(tested)
  const control = options.control === true ? controlRoutes({ faults, ledger }) : []
  const admin = adminRoutes(tested, options)
  const routes = [...routesOf(tested, options), ...admin, ...pageRoutes(options.page, tested), ...control]
  for (const route of [...routes, ...openapiRoutes(routes, tested)]) addRoute(route)
  await http.ready()
  return { context, faults, ledger, http, upkeep: startUpkeep(context, options) }
}

async function plantSeed({ seed, seedReplace: replace }: AuthorizationServerOptions, { store, clock, log }: Context) {
  if (seed === undefined) return
  // The schema library of seeds is loaded only where there is one.
  const { applySeed, readSeed } = await import('./seed.js')
  const differences = await applySeed(store, await readSeed(seed), { now: clock(), replace })
  for (const { path, message } of differences) log.warn('seed', `${path}: ${message}`)
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
    clients: createClients({ store, clock, log, remoteKeys: createRemoteKeys({ clock, log, metrics, ...options.remoteKeys }) }),
    signingKeys: createSigningKeys({ store, clock, log, alg, passphrase, makeKey }),
    nonces: createNonces({ store, clock }),
    instance,
  }
}

function routesOf(context: Context, { workers }: AuthorizationServerOptions): readonly Route[] {
  return [...tokenRoutes(context), ...tokenStateRoutes(context), ...discoveryRoutes(context), ...healthRoutes(context, workers)]
}

/** Ends the work in the background, and closes what was opened. */
export async function stopServer({ context, http, upkeep }: Started, options: AuthorizationServerOptions): Promise<void> {
  await upkeep.stop()
  await http.close()
  await context.audit.settled()
  if (typeof options.store === 'string') await context.store.close()
}
