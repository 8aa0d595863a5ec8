import type { Server, ServerOptions } from 'node:http'

/** What a hostile or broken peer may take of a socket: time, header bytes, connections. The body limit is the application's. */
export interface SocketLimits {
  /** Until the headers are there, and until TLS is agreed. Default 10. */
  readonly headersSeconds: number
  /** Until the whole request is there. Default 30. */
  readonly requestSeconds: number
  /** How long a connection may wait for its next request. Default 65: longer than load balancers keep theirs. */
  readonly idleSeconds: number
  /** How long a connection may stand still otherwise, as when a client does not read its answers. Default 60. */
  readonly stalledSeconds: number
  /** Default 16,384. */
  readonly headerBytesMax: number
  /** Default 100. */
  readonly headersMax: number
  /** Connections at one time; one more is closed unanswered. Default 10,000. */
  readonly connectionsMax: number
}

export const socketLimitsDefault: SocketLimits = {
  headersSeconds: 10,
  requestSeconds: 30,
  idleSeconds: 65,
  stalledSeconds: 60,
  headerBytesMax: 16_384,
  headersMax: 100,
  connectionsMax: 10_000,
}

/** The limits as Node spells them. */
export function writeServerOptions({ headersSeconds, requestSeconds, idleSeconds, headerBytesMax }: SocketLimits): ServerOptions {
  return {
    maxHeaderSize: headerBytesMax,
    headersTimeout: headersSeconds * 1000,
    requestTimeout: requestSeconds * 1000,
    keepAliveTimeout: idleSeconds * 1000,
    connectionsCheckingInterval: headersSeconds * 500,
  }
}

/** The limits that a server takes only when it is there. */
export function limitServer(server: Server, { stalledSeconds, headersMax, connectionsMax }: SocketLimits): void {
  server.timeout = stalledSeconds * 1000
  server.maxConnections = connectionsMax
  // Node leaves out what is more than this, so one more is let through to be counted.
  server.maxHeadersCount = headersMax + 1
}
