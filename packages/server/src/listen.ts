import { PkjwtError } from 'pkjwt/errors'
import { profileOf } from 'pkjwt/profiles'
import { type AuthorizationServerOptions, type Started, startServer, stopServer } from './app.js'
import { createAddresses } from './http/addresses.js'
import { answerInProcess } from './http/inProcess.js'
import { type Listening, type ListenOptions, openSocket, type Socket } from './http/socket.js'

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
    // Whoever asked for the start was told why it failed, and it left nothing open.
    const started = await starting?.catch(() => undefined)
    if (started !== undefined) await stopServer(started, options)
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
      const { http, context } = await start()
      const hasIssuer = options.issuer !== undefined
      const socket = await openSocket(http, { ...listenOptions, addresses, hasIssuer, metrics: context.metrics })
      sockets.add(socket)
      return socket.listening
    },
    close() {
      closing ??= stop()
      return closing
    },
  }
}
