import { jwtBearerAssertionType, parameterOf, type RequestFacts } from '../rules/request.js'
import { clientCredentials } from '../rules/use.js'
import { readForm, writeForm } from './form.js'

/** What a service app asks the token endpoint for. */
export interface TokenRequest {
  readonly assertion: string
  readonly scopes: readonly string[]
  /** RFC 8707, where a server wants it. */
  readonly resource?: string | undefined
}

/** Writes the form of a token request (RFC 6749 §4.4.2, RFC 7523 §2.2). */
export function writeTokenRequest({ assertion, scopes, resource }: TokenRequest): string {
  return writeForm({
    grant_type: clientCredentials,
    scope: scopes.length === 0 ? undefined : scopes.join(' '),
    resource,
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
  readonly body: string
}

/** A token request as far as it could be read; the rules of the stage `request` say whether it may be used. */
export interface ReadTokenRequest {
  readonly facts: RequestFacts
  readonly assertion: string | undefined
  readonly clientId: string | undefined
  readonly grantType: string | undefined
  readonly scope: string | undefined
}

/** Reads a token request and never throws: what is wrong with it is for the rules to say. */
export function readTokenRequest({ method, contentType, query, authorization, body }: RawRequest): ReadTokenRequest {
  const { parameters, fault } = readForm(body)
  const queryNames = query === undefined || query === '' ? [] : readForm(query).parameters.map(([name]) => name)
  const facts = { method, contentType, parameters, queryNames, authorization, encodingFault: fault }
  return {
    facts,
    assertion: parameterOf(parameters, 'client_assertion'),
    clientId: parameterOf(parameters, 'client_id'),
    grantType: parameterOf(parameters, 'grant_type'),
    scope: parameterOf(parameters, 'scope'),
  }
}
