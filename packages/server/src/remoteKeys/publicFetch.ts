import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from 'node:dns'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from './publicAddress.js'

export interface FetchOptions {
  /** Hosts with their port, such as `localhost:8443`, that may be anywhere: for tests, and for key servers of one's own network. */
  readonly hostsAllowed?: readonly string[] | undefined
  /** Certificates to trust beside the usual ones, as PEM. */
  readonly ca?: string | undefined
  /** Resolves names. Default: the system's way. */
  readonly lookup?: ((name: string, options: LookupAllOptions, done: LookupDone) => void) | undefined
}

type LookupDone = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void

const bytesMax = 65_536
const millisecondsMax = 5_000

/**
 * Fetches a document that a stranger named, without becoming a stranger's tool: https only, no redirects, limits on size and time, and
 * a guard on the address that is connected to. The name is resolved once, and what is connected to is what was looked at.
 *
 * @throws {Error} a sentence without anything of the answer in it
 */
export async function fetchPublic(text: string, options: FetchOptions): Promise<Uint8Array> {
  const url = readUrl(text, options.hostsAllowed ?? [])
  const isAllowed = isHostAllowed(url, options.hostsAllowed ?? [])
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (!isAllowed && isIP(host) !== 0 && !isPublicAddress(host)) throw new Error('Cannot fetch: the address is not a public one')
  return new Promise((resolve, reject) => {
    const request = httpsRequest(url, {
      agent: false,
      headers: { accept: 'application/json, application/jwk-set+json', 'user-agent': 'pkjwt' },
      lookup: guardedLookup(options, isAllowed),
      maxHeaderSize: 8192,
      minVersion: 'TLSv1.2',
      signal: AbortSignal.timeout(millisecondsMax),
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    })
    request.on('socket', (socket) => {
      socket.once('connect', () => {
        // The guard that counts: the address that the connection really has.
        if (isAllowed || isPublicAddress(socket.remoteAddress ?? '')) return
        request.destroy(new Error('Cannot fetch: the connection went to an address that is not public'))
      })
    })
    request.on('error', (error) => reject(plainError(error)))
    request.on('response', (response) => readBody(response).then(resolve, reject))
    request.end()
  })
}

function readUrl(text: string, hostsAllowed: readonly string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.protocol !== 'https:') throw new Error('Cannot fetch: it is no https URL')
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    throw new Error('Cannot fetch: the URL carries credentials or a fragment')
  }
  if (url.port !== '' && !isHostAllowed(url, hostsAllowed)) throw new Error('Cannot fetch: the port is not 443')
  return url
}

function isHostAllowed({ host, hostname }: URL, hostsAllowed: readonly string[]): boolean {
  return hostsAllowed.includes(host) || hostsAllowed.includes(hostname)
}

function guardedLookup({ lookup = systemLookup }: FetchOptions, isAllowed: boolean): LookupFunction {
  return (name, options, done) => {
    lookup(name, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, [])
      // One private address among public ones is enough to refuse: nobody publishes that by mistake.
      const isGood = addresses.length > 0 && (isAllowed || addresses.every(({ address }) => isPublicAddress(address)))
      if (!isGood) return done(new Error('Cannot fetch: the name leads to an address that is not public'), [])
      const [first] = addresses
      if (options.all === true) return done(null, addresses)
      return done(null, first?.address ?? '', first?.family)
    })
  }
}

async function readBody(response: IncomingMessage): Promise<Uint8Array> {
  const { statusCode, headers } = response
  const refuse = (state: string) => {
    response.destroy()
    return new Error(`Cannot fetch: ${state}`)
  }
  if (statusCode !== 200) throw refuse(`the server answered ${statusCode}`)
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw refuse('the answer is compressed')
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response) {
    if (!(chunk instanceof Uint8Array)) throw refuse('the answer is not made of bytes')
    bytes += chunk.length
    if (bytes > bytesMax) throw refuse(`the answer is longer than ${bytesMax} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function plainError(error: NodeJS.ErrnoException): Error {
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return new Error('Cannot fetch: it took more than 5 seconds')
  return error.message.startsWith('Cannot fetch')
    ? error
    : new Error(`Cannot fetch: ${error.code ?? error.message}`, { cause: error })
}
