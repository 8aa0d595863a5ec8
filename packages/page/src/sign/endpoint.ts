import { PkjwtError } from 'pkjwt/errors'
import { endpointsOf, readIssuer } from 'pkjwt/protocol'
import { type SignForm, wantsIssuer } from './form.js'

/** Where the request goes and for whom the assertion is, as far as the form says it. */
export interface Destination {
  /** The issuer, for Okta's servers. */
  readonly issuer: string | undefined
  readonly tokenEndpoint: string | undefined
  readonly audience: string | undefined
  /** Why what was typed is no server: a sentence and what to do. */
  readonly fault: { readonly message: string; readonly hint: string | undefined } | undefined
  /** The admin console's host was typed, and the organisation's is used. */
  readonly adminHost: boolean
}

const nowhere: Destination = {
  issuer: undefined,
  tokenEndpoint: undefined,
  audience: undefined,
  fault: undefined,
  adminHost: false,
}

/** Derives the token endpoint and the audience from what was typed. */
export function destinationOf(form: SignForm): Destination {
  const { provider, domain, serverId, endpoint, audience } = form
  const typed = (provider === 'other' ? endpoint : domain).trim()
  const own = audience.trim() || undefined
  if (typed === '') return { ...nowhere, audience: own }
  try {
    if (provider === 'other') return otherDestination(typed, own, form)
    const issuer = readIssuer(provider === 'okta-custom' ? withServer(typed, serverId) : typed)
    const { token } = endpointsOf(issuer)
    return { issuer, tokenEndpoint: token, audience: own ?? token, fault: undefined, adminHost: typed.includes('-admin.') }
  } catch (error) {
    if (!(error instanceof PkjwtError)) throw error
    return { ...nowhere, audience: own, fault: { message: error.message, hint: error.hint } }
  }
}

/** A domain that names its server already wins over the field beside it. */
function withServer(domain: string, serverId: string): string {
  const server = serverId.trim()
  return /\/oauth2\/[^/]/.test(domain) || server === '' ? domain : `${domain.replace(/\/+$/, '')}/oauth2/${server}`
}

function otherDestination(endpoint: string, own: string | undefined, form: SignForm): Destination {
  // Only the address is checked: the path of another product's endpoint may be anything.
  const { origin } = new URL(readIssuer(new URL(asUrl(endpoint)).origin))
  const tokenEndpoint = asUrl(endpoint).replace(/^https?:\/\/[^/?#]+/, origin)
  return { ...nowhere, tokenEndpoint, audience: own ?? (wantsIssuer(form) ? undefined : tokenEndpoint) }
}

function asUrl(text: string): string {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`
  if (!URL.canParse(url)) readIssuer(text)
  return url
}
