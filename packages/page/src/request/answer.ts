import { type Diagnosis, diagnose, type RawResponse, writeTokenRequest } from 'pkjwt/protocol'
import type { HeldKey } from '../key/holding.js'
import type { Destination } from '../sign/endpoint.js'
import { profileNameOf, type SignForm } from '../sign/form.js'
import type { SignedAssertion } from '../sign/signing.js'

/** The request that carries an assertion. */
export interface PreparedRequest {
  readonly url: string
  readonly body: string
  readonly token: string
  readonly scopes: readonly string[]
}

/** Prepares the token request; undefined while there is nothing to send, or nowhere to send it. */
export function prepareRequest(
  form: SignForm,
  destination: Destination,
  signed: SignedAssertion | undefined,
): PreparedRequest | undefined {
  const url = destination.tokenEndpoint ?? audienceUrl(signed?.claims['aud'])
  if (signed === undefined || url === undefined) return undefined
  const { token } = signed
  return { url, token, scopes: form.scopes, body: writeTokenRequest({ assertion: token, scopes: form.scopes }) }
}

/** With a raw payload and no domain, the audience is where the request goes. */
function audienceUrl(aud: unknown): string | undefined {
  return typeof aud === 'string' && /^https?:\/\//.test(aud) && URL.canParse(aud) ? aud : undefined
}

/** Shows a text without what in it is secret: of a token, only how it begins. */
export function masked(text: string, secret: string): string {
  return text.replaceAll(secret, `${secret.slice(0, 10)}…`)
}

/** The request as it goes over the wire. */
export function rawRequestOf({ url, body }: PreparedRequest): string {
  const { host, pathname, search } = new URL(url)
  return [
    `POST ${pathname}${search} HTTP/1.1`,
    `Host: ${host}`,
    'Accept: application/json',
    'Content-Type: application/x-www-form-urlencoded',
    '',
    body,
  ].join('\n')
}

/** What is known beside request and answer. */
export interface Known {
  readonly form: SignForm
  readonly held: HeldKey | undefined
  readonly now: Date
}

/** Explains what the server answered to the request. */
export function explainAnswer(
  answer: string | RawResponse,
  { url, body }: PreparedRequest,
  { form, held, now }: Known,
): Promise<Diagnosis> {
  const request = { method: 'POST', contentType: 'application/x-www-form-urlencoded', url, body }
  return diagnose(
    { request, response: answer },
    { key: held?.signer, audience: url, profile: profileNameOf(form), clientId: form.clientId.trim() || undefined, now },
  )
}
