import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket as NetSocket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { PkjwtError } from 'pkjwt/errors'
import { isLoopback } from 'pkjwt/protocol'
import type { Metrics } from '../log/metrics.js'
import type { Addresses } from './addresses.js'
import { answerBrokenRequests } from './brokenRequests.js'
import { limitServer, type SocketLimits, socketLimitsDefault, writeServerOptions } from './socketLimits.js'
import { checkTlsFiles, type TlsFiles } from './tls.js'

/** Where a server listens. */
export interface ListenOptions {
  /** Default 8080; 0 takes any that is free. */
  readonly port?: number | undefined
  /** Default 127.0.0.1. Any address beyond this machine needs an issuer. */
  readonly host?: string | undefined
  /** Certificate chain and private key as PEM; then the server speaks https. */
  readonly tls?: TlsFiles | undefined
  /** How long `close` waits for requests in flight. Default 10. */
  readonly graceSeconds?: number | undefined
  /** What a hostile or broken peer may take. */
  readonly limits?: Partial<SocketLimits> | undefined
}

/** Where the server listens. */
export interface Listening {
  readonly url: string
  readonly host: string
  readonly port: number
}

/** An open socket. */
export interface Socket {
  readonly listening: Listening
  /** Takes no new connection, answers what was accepted, and ends what takes longer than the grace. */
  close(): Promise<void>
}

interface OpenSocketOptions extends ListenOptions {
  readonly addresses: Addresses
  readonly hasIssuer: boolean
  readonly metrics: Metrics
}

/**
 * Opens a socket for an application.
 * @throws {PkjwtError} `config_invalid` when others could reach it and it has no issuer
 */
export async function openSocket(http: FastifyInstance, options: OpenSocketOptions): Promise<Socket> {
  const { port = 8080, host = '127.0.0.1', tls, graceSeconds = 10, addresses, hasIssuer, metrics } = options
  const limits = { ...socketLimitsDefault, ...options.limits }
  if (!hasIssuer && !isLoopback(bracketed(host))) {
    throw new PkjwtError('config_invalid', `Cannot listen on ${host}: without an issuer clients would not know the audience`, {
      hint: 'Give the issuer: scheme, host and port that clients call',
    })
  }
  let isDraining = false
  const answer: RequestListener = (request, response) => {
    if (isDraining) response.setHeader('connection', 'close')
    http.routing(request, response)
  }
  const server = createHttpServer(tls, limits)
  limitServer(server, limits)
  server.on('request', answerBrokenRequests(server, { headersMax: limits.headersMax, answer }))
  countConnections(server, metrics)
  const listening = await bind(server, { port, host, scheme: tls === undefined ? 'http' : 'https' })
  addresses.settle(listening.url, host === '127.0.0.1' ? [listening.url.replace('127.0.0.1', 'localhost')] : [])
  return {
    listening,
    close() {
      isDraining = true
      return drain(server, graceSeconds)
    },
  }
}

function createHttpServer(tls: ListenOptions['tls'], limits: SocketLimits): Server {
  const options = writeServerOptions(limits)
  if (tls === undefined) return createServer(options)
  checkTlsFiles(tls)
  return createTlsServer({ ...options, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: limits.headersSeconds * 1000 })
}

function countConnections(server: Server, metrics: Metrics): void {
  let open = 0
  metrics.measure('pkjwt_connections_open', () => open)
  server.on('connection', (socket: NetSocket) => {
    open += 1
    socket.once('close', () => {
      open -= 1
    })
  })
  server.on('drop', () => metrics.count('pkjwt_connections_refused_total'))
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

function bind(
  server: Server,
  { port, host, scheme }: { readonly port: number; readonly host: string; readonly scheme: string },
): Promise<Listening> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new PkjwtError('config_invalid', `Cannot listen on ${bracketed(host)}:${port}: ${cause.message}`, { cause }))
    })
    server.listen({ port, host, backlog: 1024 }, () => {
      const address = server.address()
      const bound = isAddressInfo(address) ? address.port : port
      resolve({ url: `${scheme}://${bracketed(host)}:${bound}`, host, port: bound })
    })
  })
}

function isAddressInfo(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === 'object' && address !== null
}

async function drain(server: Server, graceSeconds: number): Promise<void> {
  // Answers in flight keep their socket; they carry "connection: close", so it ends with them.
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const deadline = setTimeout(() => server.closeAllConnections(), graceSeconds * 1000)
  await closed
  clearInterval(idle)
  clearTimeout(deadline)
}
