import { decodeBase64url } from '../encoding/base64url.js'
import { KeyError, PkjwtError } from '../errors.js'
import { signingInputOf } from '../jwt/parse.js'
import { asciiBytes } from '../jwt/sign.js'
import type { Certificate } from '../keys/certificate.js'
import type { Signer } from '../keys/key.js'
import { createAssertion } from '../protocol/assertion.js'
import type { AccessToken } from '../protocol/tokenResponse.js'
import { type ApiCaller, callApi } from './apiFetch.js'
import { type RetryOptions, readRetryPolicy, type Wait } from './attempts.js'
import type { RotateKeyOptions } from './clientRotation.js'
import { serverNow } from './clock.js'
import { createDpopSession, type DpopOption } from './dpop.js'
import type { TokenEvent } from './events.js'
import { createKeySource, type KeyOptions, readKey } from './keySource.js'
import { closeLifetime } from './lifetime.js'
import type { Purchaser } from './purchaser.js'
import type { Rotated } from './rotateKey.js'
import { readTarget, type TargetOptions } from './target.js'
import { closeTokenCache, createTokenCache, getToken } from './tokenCache.js'
import type { TokenStore } from './tokenStore.js'
import { waitFor } from './waiting.js'

/** Who asks, whom, with which key, for what. */
export interface TokenClientOptions extends TargetOptions, KeyOptions {
  readonly clientId: string
  /** What is asked for unless a call says otherwise. */
  readonly scopes: readonly string[]
  /** RFC 8707, where a server wants it. */
  readonly resource?: string | undefined
  /** Further parameters of the token request, such as the `audience` that Auth0 wants. */
  readonly parameters?: Readonly<Record<string, string>> | undefined
  /** `true` sends proofs of possession (RFC 9449), `false` never; by default they are sent once the server demands them. */
  readonly dpop?: DpopOption | undefined
  /** Where tokens are shared between processes; they are always kept in memory. `createFileTokenCache` of `pkjwt/node` makes one. */
  readonly cache?: TokenStore | undefined
  /** Lifetime of each assertion. Default 300, or less where the profile wants less. */
  readonly lifetimeSeconds?: number | undefined
  /** The certificate of the key, for servers that know it by that; `readCertificate` reads one. */
  readonly certificate?: Certificate | undefined
  /** `true` sends the certificate itself in the header, too. */
  readonly x5c?: boolean | undefined
  readonly retry?: RetryOptions | undefined
  /** Default the `fetch` of the runtime. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Default the clock of the machine. */
  readonly clock?: (() => Date) | undefined
  /** How the client waits between attempts; a test gives one that moves its clock instead. */
  readonly wait?: Wait | undefined
  /** Hears what the client does. It is called at once, and what it throws is ignored. */
  readonly onEvent?: ((event: TokenEvent) => void) | undefined
}

/** What one token is for. */
export interface TokenOptions {
  /** Default the scopes of the client. */
  readonly scopes?: readonly string[] | undefined
  /** Ends the waiting of this call; others wait on. */
  readonly signal?: AbortSignal | undefined
  /** Asks for a new token even when there is one that lives. */
  readonly forceRefresh?: boolean | undefined
}

/** Gives tokens of one client at one authorization server. */
export interface TokenClient {
  /**
   * Reads the key, checks everything that goes into an assertion and tries one signature, without asking the server. Await it at the start
   * of a program, so that a bad key fails there.
   */
  ready(): Promise<void>
  /** Gives a token that lives: from memory, or bought now. */
  token(options?: TokenOptions): Promise<AccessToken>
  /**
   * Calls an API with the token attached, and once more with a new token when the answer is 401. It can be handed to any library that takes a
   * `fetch`. With `org`, relative URLs belong to the organisation. A refusal without a body gets the one of its `WWW-Authenticate`.
   */
  readonly fetch: typeof globalThis.fetch
  /**
   * Replaces the key of the client without a pause: no request is refused meanwhile. A process that was killed in the middle goes on when it
   * is called again. It takes a key that has a home, such as `createKeyFile` of `pkjwt/node`, and somebody who may change the keys.
   *
   * @throws {PkjwtError} `option_invalid` when nobody knows where the key lies, or it has no `kid`
   */
  rotateKey(options?: RotateKeyOptions): Promise<Rotated>
  /** Gives up what is under way; every later call is refused. */
  close(): void
}

/**
 * Creates a client that buys access tokens with a private key, keeps them, and renews them before they end. It touches nothing until it is
 * asked. Most programs need one for their whole life.
 *
 * @throws {PkjwtError} `option_invalid`
 * @example
 * const client = createTokenClient({ org: 'example.okta.com', clientId: '0oa1', key, scopes: ['okta.users.read'] })
 * const { value } = await client.token()
 * assert.equal(typeof value, 'string')
 */
export function createTokenClient(options: TokenClientOptions): TokenClient {
  const { clock, cache: store } = options
  const buyer = createPurchaser(options)
  const now = clock === undefined ? Date.now : () => clock().getTime()
  const tokens = createTokenCache(buyer, { scopes: [...readScopes(options.scopes)], store, now })
  const caller: ApiCaller = { tokens, renewedInVainAt: Number.NEGATIVE_INFINITY }
  return {
    ready: () => tryKey(buyer),
    token(wanted) {
      if (wanted === undefined) return getToken(tokens, undefined)
      const { scopes, signal, forceRefresh: forced } = wanted
      return getToken(tokens, scopes && readScopes(scopes), { signal, forced })
    },
    fetch: (input, init) => callApi(caller, input, init),
    rotateKey: async (wanted = {}) =>
      (await import('./clientRotation.js')).rotateClientKey({ buyer, caller, scopes: tokens.own.scopes }, wanted),
    close: () => closeTokenCache(tokens, closeLifetime(buyer.lifetime)),
  }
}

function createPurchaser(options: TokenClientOptions): Purchaser {
  const { clientId, fetch, clock = machineClock, resource, lifetimeSeconds, wait = waitFor } = options
  requireClientId(clientId)
  return {
    clientId,
    resource,
    parameters: readParameters(options.parameters),
    lifetimeSeconds,
    certificate: options.certificate,
    x5c: options.x5c,
    target: readTarget(options),
    keys: createKeySource(options),
    dpop: createDpopSession(options.dpop),
    serverClock: { clock, offsetMilliseconds: 0 },
    lookUp: { found: undefined, foundAt: 0, pending: undefined },
    lifetime: { controller: undefined, closed: undefined },
    reporter: { clientId, onEvent: options.onEvent },
    policy: readRetryPolicy(options.retry),
    wait,
    clock,
    fetch,
  }
}

function machineClock(): Date {
  return new Date()
}

/** Signs an assertion that nobody will see, and checks it as the server will. */
async function tryKey({ keys, clientId, target, lifetimeSeconds, certificate, x5c, serverClock }: Purchaser): Promise<void> {
  const key = await readKey(keys)
  const audience = target.endpoint?.audience ?? target.audience ?? target.issuer ?? ''
  const { profile } = target
  const now = serverNow(serverClock)
  const assertion = await createAssertion({ key, clientId, audience, profile, lifetimeSeconds, certificate, x5c, now })
  await verifySignature(assertion, key)
}

async function verifySignature(assertion: string, { alg, publicKey }: Signer): Promise<void> {
  const signature = decodeBase64url(assertion.slice(assertion.lastIndexOf('.') + 1))
  if (await publicKey.verify(alg, asciiBytes(signingInputOf(assertion)), signature)) return
  throw new KeyError('signer_failed', 'Cannot sign with the key: its signature does not fit its own public key', {
    hint: 'Give the signer and the public key of one key pair',
  })
}

function readScopes(scopes: readonly string[]): readonly string[] {
  const isList = Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string')
  // RFC 6749 §3.3: printable ASCII without space, quote and backslash.
  const fault = isList ? scopes.find((scope) => !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope)) : undefined
  if (isList && fault === undefined) return scopes
  const state = fault === undefined ? 'they are no list of texts' : `${JSON.stringify(fault.slice(0, 200))} is none`
  throw new PkjwtError('option_invalid', `Cannot use the scopes: ${state}`, {
    hint: "Give a list such as ['okta.users.read', 'okta.groups.read']",
  })
}

/** What the client writes itself, nobody else may write. */
const ownParameters = ['grant_type', 'scope', 'resource', 'client_id', 'client_assertion', 'client_assertion_type']

function readParameters(parameters: TokenClientOptions['parameters']): TokenClientOptions['parameters'] {
  if (parameters === undefined) return undefined
  const fault = Object.entries(parameters).find(([name, value]) => ownParameters.includes(name) || typeof value !== 'string')
  if (fault === undefined) return { ...parameters }
  const [name] = fault
  const state = ownParameters.includes(name) ? 'the client writes it itself' : 'its value is no text'
  throw new PkjwtError('option_invalid', `Cannot send the parameter ${JSON.stringify(name.slice(0, 200))}: ${state}`, {
    hint: 'Give the parameters that only this server takes, such as { audience }',
  })
}

function requireClientId(clientId: unknown): void {
  if (typeof clientId === 'string' && clientId.trim() !== '') return
  throw new PkjwtError('option_invalid', 'Cannot create a token client: there is no client id', { hint: 'Give { clientId }' })
}
