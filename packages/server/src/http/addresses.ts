import { PkjwtError } from 'pkjwt/errors'
import { type Endpoints, endpointsOf } from 'pkjwt/protocol'

/** The URLs under which this server is known. They come from its settings only: never from a Host or Forwarded header. */
export interface Addresses {
  /** The issuer of the organisation server, or of a custom one. */
  issuer(serverId?: string): string
  /** The issuer under its own name and under each alias. */
  issuers(serverId?: string): readonly string[]
  /** Every URL of an endpoint: what `aud` of an assertion and `htu` of a proof may be. */
  urlsOf(endpoint: Exclude<keyof Endpoints, 'issuer'>, serverId?: string): readonly string[]
  /** Every URL of a path of the API. */
  urlsOfPath(path: string): readonly string[]
  /** Sets the addresses once it is known where the server listens. Does nothing when they were given. */
  settle(issuer: string, aliases: readonly string[]): void
}

export interface AddressOptions {
  readonly issuer?: string | undefined
  readonly aliases?: readonly string[] | undefined
}

/**
 * Keeps the addresses of a server.
 * @throws {PkjwtError} `config_invalid` for an issuer or alias that is no origin
 */
export function createAddresses({ issuer, aliases = [] }: AddressOptions): Addresses {
  let origins: readonly [string, ...string[]] | undefined =
    issuer === undefined ? undefined : [readOrigin(issuer), ...aliases.map(readOrigin)]
  const known = () => {
    if (origins !== undefined) return origins
    throw new PkjwtError('config_invalid', 'Cannot answer: the server has no issuer and does not listen yet', {
      hint: 'Give { issuer }, or call listen first',
    })
  }
  const organisation = new Map<string, readonly string[]>()
  const issuersOf = (serverId: string | undefined) =>
    known().map((origin) => (serverId === undefined ? origin : `${origin}/oauth2/${serverId}`))
  return {
    issuer: (serverId) => (serverId === undefined ? known()[0] : `${known()[0]}/oauth2/${serverId}`),
    issuers: issuersOf,
    urlsOf(endpoint, serverId) {
      // Of a custom server it is put together anew: their ids come from callers.
      const known = serverId === undefined ? organisation.get(endpoint) : undefined
      if (known !== undefined) return known
      const urls = issuersOf(serverId).map((one) => endpointsOf(one)[endpoint])
      if (serverId === undefined) organisation.set(endpoint, urls)
      return urls
    },
    urlsOfPath: (path) => known().map((origin) => `${origin}${path}`),
    settle(found, others) {
      origins ??= [readOrigin(found), ...aliases.map(readOrigin), ...others.map(readOrigin)]
    },
  }
}

function readOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isOrigin = url !== undefined && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search + url.hash === ''
  if (isOrigin && url.username + url.password === '') return url.origin
  throw new PkjwtError('config_invalid', `Cannot use ${JSON.stringify(text.slice(0, 200))} as an address of the server`, {
    hint: 'Give scheme, host and port, such as https://id.example.com or http://127.0.0.1:8080',
  })
}
