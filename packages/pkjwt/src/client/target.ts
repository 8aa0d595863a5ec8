import { PkjwtError } from '../errors.js'
import type { Profile, ProfileName } from '../profiles/profiles.js'
import { profileOf } from '../profiles/profiles.js'
import { endpointsOf, isLoopback, orgOf, readIssuer } from '../protocol/endpoints.js'
import { isForIssuer } from '../rules/audience.js'

/** Which authorization server is meant: exactly one of the first three. */
export interface TargetOptions {
  /** An Okta organisation: `example.okta.com`, a URL, `example.okta.com/oauth2/ID` for a custom authorization server. */
  readonly org?: string | undefined
  /** An issuer whose metadata is looked up (RFC 8414, OpenID Connect Discovery). */
  readonly issuer?: string | undefined
  /** The token endpoint itself: nothing is looked up. */
  readonly tokenEndpoint?: string | undefined
  /** `aud` of the assertion, when the server wants another one than its profile says. */
  readonly audience?: string | undefined
  /** Default `okta` with `org`, `rfc7523` with `issuer` and `tokenEndpoint`. */
  readonly profile?: ProfileName | Profile | undefined
  /** Origins at which the token endpoint of `issuer` may be, beside its own. Default none. */
  readonly tokenEndpointOrigins?: readonly string[] | undefined
}

/** Where a client gets its tokens. */
export interface Endpoint {
  readonly url: string
  /** `aud` of an assertion that goes there. */
  readonly audience: string
}

/** The authorization server as the options name it. */
export interface Target {
  readonly profile: Profile
  /** The endpoint, when it is known without asking. */
  readonly endpoint: Endpoint | undefined
  /** The issuer whose metadata has to be asked. */
  readonly issuer: string | undefined
  readonly tokenEndpointOrigins: readonly string[]
  /** What relative URLs of API calls belong to. */
  readonly apiBase: string | undefined
  readonly audience: string | undefined
}

const none: readonly string[] = []

/**
 * Reads which authorization server is meant.
 * @throws {PkjwtError} `option_invalid`
 */
export function readTarget(options: TargetOptions): Target {
  const { org, issuer, tokenEndpoint, audience, tokenEndpointOrigins = none } = options
  const named = [org, issuer, tokenEndpoint].filter((value) => value !== undefined && value !== '')
  if (named.length !== 1) {
    const state = named.length === 0 ? 'no authorization server is named' : 'more than one authorization server is named'
    throw invalid(`Cannot create a token client: ${state}`, 'Give one of { org }, { issuer } and { tokenEndpoint }')
  }
  const profile = profileOf(options.profile ?? (org ? 'okta' : 'rfc7523'))
  const rest = {
    profile,
    audience,
    tokenEndpointOrigins: tokenEndpointOrigins === none ? none : tokenEndpointOrigins.map(readOrigin),
  }
  if (org) {
    const { issuer: known, token } = endpointsOf(readIssuer(org))
    return { ...rest, endpoint: endpointOf(token, known, rest), issuer: undefined, apiBase: orgOf(known) }
  }
  if (issuer) return { ...rest, endpoint: undefined, issuer: readUrl('issuer', issuer), apiBase: undefined }
  const url = readUrl('tokenEndpoint', tokenEndpoint ?? '')
  if (profile.audience === 'issuer' && audience === undefined) {
    throw invalid(
      `Cannot create a token client: the profile ${JSON.stringify(profile.name)} aims assertions at the issuer, which a token endpoint does not tell`,
      'Give { issuer } in place of { tokenEndpoint }, or the issuer as { audience }',
    )
  }
  return { ...rest, endpoint: endpointOf(url, url, rest), issuer: undefined, apiBase: undefined }
}

/** The endpoint and what assertions for it are aimed at: what was asked for, else what the profile says. */
export function endpointOf(url: string, issuer: string, { profile, audience }: Pick<Target, 'profile' | 'audience'>): Endpoint {
  // Where the profile leaves it open, the endpoint: RFC 7523 §3 names it, and servers that prefer their issuer still take it.
  return { url, audience: audience ?? (isForIssuer(profile) ? issuer : url) }
}

function readUrl(name: string, text: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined
  if (url === undefined || url.hostname === '') {
    throw invalid(`Cannot use ${quote(text)} as ${name}: it is no URL`, 'Give an absolute URL with https')
  }
  if (url.hash !== '' || url.username !== '' || url.password !== '' || (name === 'issuer' && url.search !== '')) {
    throw invalid(
      `Cannot use ${quote(text)} as ${name}: it carries more than a host and a path`,
      'Leave query, fragment and credentials out',
    )
  }
  if (!isSafe(url)) {
    throw invalid(
      `Cannot use ${quote(text)} as ${name}: the assertion would go in the clear`,
      'Use https; http is for this machine only',
    )
  }
  // What is called and what `aud` says has to be the same text, and `fetch` calls the normal form. An issuer is compared as it was given.
  return name === 'issuer' ? text.trim() : url.href
}

/** Whether what is sent there stays between us and the server: https, or this very machine. */
export function isSafe({ protocol, host }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(host))
}

function readOrigin(text: string): string {
  if (URL.canParse(text)) return new URL(text).origin
  throw invalid(`Cannot use ${quote(text)} as an origin: it is no URL`, 'Write it such as "https://token.example"')
}

function quote(text: string): string {
  return JSON.stringify(String(text).slice(0, 200))
}

function invalid(message: string, hint: string): PkjwtError {
  return new PkjwtError('option_invalid', message, { hint })
}
