import { jwtBearerAssertionType, parameterOf, type RequestFacts } from '../rules/request.js'
import { clientCredentials } from '../rules/use.js'
import { readForm, writeForm } from './form.js'

/** What a service app asks the token endpoint for. */
export interface TokenRequest {
  readonly assertion: string
  readonly scopes: readonly string[]
  /** RFC 8707, where a server wants it. */
  readonly resource?: string | undefined
  /** The client, for servers that want it beside the assertion. */
  readonly clientId?: string | undefined
  /** What else the server takes, such as the `audience` of Auth0. */
  readonly parameters?: Readonly<Record<string, string>> | undefined
}

/**
 * Writes the form of a token request (RFC 6749 §4.4.2, RFC 7523 §2.2).
 *
 * @example
 * const form = new URLSearchParams(writeTokenRequest({ assertion, scopes }))
 * assert.equal(form.get('grant_type'), 'client_credentials')
 */
export function writeTokenRequest({ assertion, scopes, resource, clientId, parameters }: TokenRequest): string {
  return writeForm({
    ...parameters,
    grant_type: clientCredentials,
    scope: scopes.length === 0 ? undefined : scopes.join(' '),
    resource,
    client_id: clientId,
    client_assertion_type: jwtBearerAssertionType,
    client_assertion: assertion,
  })
}

/** A request as HTTP brought it. */
export interface RawRequest {
  readonly method?: string | undefined
  readonly contentType?: string | undefined
  /** The query of the URL, without the question mark. */
  readonly query?: string | undefined
  readonly authorization?: string | undefined
  /** Bytes as they came, or the text of them. */
  readonly body: string | Uint8Array
}

/** A token request as far as it could be read; the rules of the stage `request` say whether it may be used. */
export interface ReadTokenRequest {
  readonly facts: RequestFacts
  readonly assertion: string | undefined
  readonly clientId: string | undefined
  readonly grantType: string | undefined
  readonly scope: string | undefined
}

/**
 * Reads a token request and never throws: what is wrong with it is for the rules to say.
 *
 * @example
 * const read = readTokenRequest({
 *   method: 'POST',
 *   contentType: 'application/x-www-form-urlencoded',
 *   query: '',
 *   authorization: undefined,
 *   body: writeTokenRequest({ assertion, scopes }),
 * })
 * assert.equal(read.assertion, assertion)
 */
export function readTokenRequest({ method, contentType, query, authorization, body }: RawRequest): ReadTokenRequest {
  const text = typeof body === 'string' ? body : decodeUtf8(body)
  const { parameters, fault } = readForm(text ?? '')
  const encodingFault = text === undefined ? 'bytes that are no UTF-8' : (charsetFault(contentType) ?? fault)
  const queryNames = readForm(query ?? '').parameters.map(([name]) => name)
  const facts = { method, contentType, parameters, queryNames, authorization, encodingFault }
  return {
    facts,
    assertion: parameterOf(parameters, 'client_assertion'),
    clientId: parameterOf(parameters, 'client_id'),
    grantType: parameterOf(parameters, 'grant_type'),
    scope: parameterOf(parameters, 'scope'),
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

function charsetFault(contentType: string | undefined): string | undefined {
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(contentType ?? '')?.[1]
  return charset === undefined || /^utf-?8$/i.test(charset) ? undefined : 'a charset other than UTF-8'
}
