import { createTokenClient, type TokenClient, type TokenEvent } from 'pkjwt/client'
import { algorithmNames, type Certificate, type Signer } from 'pkjwt/keys'
import { createFileTokenCache, nodeFetch } from 'pkjwt/node'
import { profileNames, profiles } from 'pkjwt/profiles'
import { certificateFlags, openCertificate } from './certificate.js'
import { readTexts } from './claimFlags.js'
import { CliError } from './cliError.js'
import { fillFromEnvironment } from './environment.js'
import { connectionFlag } from './fill.js'
import { choice, type FlagTable, type FlagValues, list, text, toggle } from './flags.js'
import type { Io } from './io.js'
import { keyFlags, openKeyRef } from './keyRef.js'
import type { Talk } from './talk.js'

/** The flags of every command that buys a token. */
export const connectFlags = {
  org: text('Who and where', 'DOMAIN', 'the Okta organisation: example.okta.com, or example.okta.com/oauth2/ID', {
    env: 'OKTA_CLIENT_ORGURL',
  }),
  issuer: text('Who and where', 'URL', 'any other issuer: its metadata says where the token endpoint is'),
  tokenEndpoint: text('Who and where', 'URL', 'the token endpoint itself'),
  clientId: text('Who and where', 'ID', 'the client id of the service app', { env: 'OKTA_CLIENT_CLIENTID' }),
  scope: list('Who and where', 'SCOPE', 'a scope to ask for; several with spaces or commas, or the flag again', {
    env: 'OKTA_CLIENT_SCOPES',
  }),
  parameter: list('Who and where', 'K=V', 'a further parameter of the token request, such as audience=API at Auth0'),
  audience: text('Who and where', 'URL', '"aud" of the assertion, when the server wants another one'),
  profile: choice(
    'Who and where',
    profileNames,
    `whose rules: okta with --org, else rfc7523; or ${profileNames.slice(2).join(', ')}`,
  ),
  ...connectionFlag,
  key: { ...keyFlags.key, env: 'OKTA_CLIENT_PRIVATEKEY' },
  passphraseFile: keyFlags.passphraseFile,
  kid: text('Key', 'ID', 'the "kid" of the key at the server, when the key brings none', { env: 'OKTA_CLIENT_KEYID' }),
  ...certificateFlags,
  alg: choice('Key', algorithmNames, 'the algorithm, when the key leaves a choice'),
  dpop: toggle('Server', 'bind the token to a key of this process (RFC 9449)'),
  cache: toggle('Server', 'keep the token, and share it with later calls, in $XDG_CACHE_HOME/pkjwt'),
} satisfies FlagTable

/** What else such a command is defined with. */
export const connecting = {
  fill: fillFromEnvironment,
  alternatives: [['org', 'issuer', 'tokenEndpoint']],
} as const

/** What was typed of these flags. */
export type ConnectValues = FlagValues<typeof connectFlags>

/** The values that every command with them needs. */
export interface Connection {
  readonly clientId: string
  readonly key: Signer
  readonly scopes: readonly string[]
  readonly certificate: Certificate | undefined
}

/** Reads who asks, with which key, and for what. */
export async function readConnection(
  flags: ConnectValues,
  { io, talk }: { readonly io: Io; readonly talk: Talk },
): Promise<Connection> {
  const { clientId, key: keyRef, passphraseFile, kid, alg, scope, profile, org, issuer, tokenEndpoint } = flags
  const servers = [org, issuer, tokenEndpoint].filter((value) => value !== undefined)
  if (servers.length === 0) throw needed('no server is named', 'Give --org DOMAIN, --issuer URL or --token-endpoint URL')
  if (servers.length > 1) throw conflict()
  if (clientId === undefined) throw needed('there is no client id', 'Give --client-id ID')
  if (keyRef === undefined)
    throw needed('there is no key to sign with', 'Name it with --key: a file, -, env:NAME, fd:N or ssh-agent:COMMENT')
  const scopes = scope.flatMap((each) => each.split(/[\s,]+/)).filter((each) => each !== '')
  const isOptional = profile !== undefined && profiles[profile].scope === 'optional'
  if (scopes.length === 0 && !isOptional) throw needed('no scope is asked for', 'Give --scope, such as --scope okta.users.read')
  const key = await openKeyRef(keyRef, { passphraseFile, kid, alg, io, talk })
  return { clientId, key, scopes, certificate: await openCertificate(flags.certificate, io) }
}

export interface ConnectOptions {
  readonly io: Io
  readonly talk: Talk
  readonly fetch?: typeof nodeFetch | undefined
}

/** Creates the client for these flags. Nothing is sent yet. */
export function connect(
  flags: ConnectValues,
  connection: Connection,
  { io, talk, fetch = nodeFetch }: ConnectOptions,
): TokenClient {
  const { org, issuer, tokenEndpoint, audience, profile, parameter, x5c, dpop, cache } = flags
  return createTokenClient({
    ...connection,
    org,
    issuer,
    tokenEndpoint,
    audience,
    profile,
    parameters: readTexts(parameter, '--parameter'),
    x5c,
    dpop: dpop ? true : undefined,
    cache: cache ? createFileTokenCache() : undefined,
    fetch,
    clock: io.clock,
    onEvent: (event) => tell(event, talk),
  })
}

/** What of the client's doings a person should know. */
export function tell(event: TokenEvent, talk: Talk): void {
  if (event.type === 'retried') talk.note(`trying again in ${(event.waitMilliseconds / 1000).toFixed(1)} s (${event.reason})`)
  if (event.type === 'skewChanged' && event.offsetSeconds !== 0) {
    const side = event.offsetSeconds > 0 ? 'behind' : 'ahead of'
    talk.warn(
      `The clock of this machine is ${Math.abs(event.offsetSeconds)} seconds ${side} the server’s`,
      'Turn on time synchronisation',
    )
  }
  if (event.type === 'scopesDropped') {
    talk.warn(
      `The server did not grant ${event.dropped.join(', ')}`,
      'Grant the scope to the app, by a Super Admin in the console',
    )
  }
  if (event.type === 'dpopIgnored') talk.warn('The server ignores DPoP: the token is a plain Bearer token')
  if (event.type === 'storeFailed') talk.warn(`The token cache could not be used: ${event.message}`)
}

function needed(state: string, hint: string): CliError {
  return new CliError('flag_missing', `Cannot ask for a token: ${state}`, { hint, showHelp: true })
}

function conflict(): CliError {
  return new CliError('flag_conflict', 'Cannot ask for a token: more than one server is named', {
    hint: 'Keep one of --org, --issuer and --token-endpoint',
  })
}
