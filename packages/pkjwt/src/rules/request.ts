import { type Rule, shown } from './rule.js'

/** The value of `client_assertion_type` for a JWT (RFC 7523 §2.2). */
export const jwtBearerAssertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** A token request as far as it could be read. What a caller does not know (a pasted body has no method) stays undefined. */
export interface RequestFacts {
  readonly method: string | undefined
  readonly contentType: string | undefined
  /** The parameters of the form, in their order, repeated ones included. */
  readonly parameters: readonly (readonly [name: string, value: string])[]
  readonly queryNames: readonly string[]
  readonly authorization: string | undefined
  /** Why the form could not be decoded. */
  readonly encodingFault: string | undefined
}

export const requestMethod: Rule<RequestFacts> = {
  id: 'request-method',
  stage: 'request',
  specification: 'RFC 6749 §3.2',
  check({ method }) {
    if (method === undefined || method === 'POST') return undefined
    return {
      member: 'method',
      found: shown(method),
      expected: 'POST',
      message: `The token endpoint takes POST, and this is ${method}`,
      fix: 'Send the parameters as a POST form',
    }
  },
}

export const requestMediaType: Rule<RequestFacts> = {
  id: 'request-media-type',
  stage: 'request',
  specification: 'RFC 6749 §4.4.2',
  check({ contentType, method }) {
    if (method === undefined || contentType?.split(';')[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded')
      return undefined
    return {
      member: 'content-type',
      found: shown(contentType),
      expected: 'application/x-www-form-urlencoded',
      message: 'The body is not sent as a form',
      fix: 'Send the header "Content-Type: application/x-www-form-urlencoded"',
    }
  },
}

export const requestEncoding: Rule<RequestFacts> = {
  id: 'request-encoding',
  stage: 'request',
  specification: 'RFC 6749 §4.4.2, appendix B',
  check({ encodingFault }) {
    if (encodingFault === undefined) return undefined
    return {
      member: 'body',
      found: encodingFault,
      expected: 'a form in UTF-8 with valid percent-encoding',
      message: `The form cannot be decoded: ${encodingFault}`,
      fix: 'Let a library encode the form (URLSearchParams, curl --data-urlencode)',
    }
  },
}

export const parameterRepeated: Rule<RequestFacts> = {
  id: 'parameter-repeated',
  stage: 'request',
  specification: 'RFC 6749 §3.2',
  check({ parameters }) {
    const names = parameters.map(([name]) => name)
    const repeated = names.find((name, index) => names.indexOf(name) !== index)
    if (repeated === undefined) return undefined
    return {
      member: shown(repeated),
      found: 'more than once',
      expected: 'once',
      message: `The parameter ${shown(repeated)} is sent more than once`,
      fix: 'Send each parameter once; several scopes go into one "scope" with spaces between them',
    }
  },
}

const credentialNames = ['client_id', 'client_secret', 'client_assertion', 'client_assertion_type', 'grant_type', 'scope']

export const parameterInQuery: Rule<RequestFacts> = {
  id: 'parameter-in-query',
  stage: 'request',
  specification: 'RFC 6749 §2.3.1, §3.2',
  check({ queryNames }) {
    const name = queryNames.find((candidate) => credentialNames.includes(candidate))
    if (name === undefined) return undefined
    return {
      member: name,
      found: 'in the query of the URL',
      expected: 'in the body',
      message: `The parameter "${name}" stands in the URL, where logs would keep it`,
      fix: 'Send every parameter in the body',
    }
  },
}

export const credentialsMultiple: Rule<RequestFacts> = {
  id: 'credentials-multiple',
  stage: 'request',
  specification: 'RFC 6749 §2.3',
  check(facts) {
    const sent = credentialsSent(facts)
    if (sent.length < 2) return undefined
    return {
      member: 'client_assertion',
      found: sent.join(' and '),
      expected: 'one of them',
      message: `The client proves itself twice: with ${sent.join(' and ')}`,
      fix: 'Send the assertion alone, without a secret and without an Authorization header',
    }
  },
}

export const credentialsSecret: Rule<RequestFacts> = {
  id: 'credentials-secret',
  stage: 'request',
  specification: 'Okta: service apps must use private_key_jwt',
  check(facts) {
    const [sent] = credentialsSent(facts)
    if (sent === undefined || sent === 'client_assertion') return undefined
    return {
      member: sent,
      found: `${sent} as the credential`,
      expected: 'client_assertion',
      message: 'The client sends a secret, and this server takes signed assertions only',
      fix: 'Sign an assertion with the private key and send it as "client_assertion"',
    }
  },
}

export const assertionType: Rule<RequestFacts> = {
  id: 'assertion-type',
  stage: 'request',
  specification: 'RFC 7523 §2.2',
  check({ parameters }) {
    const [type, assertion] = [parameterOf(parameters, 'client_assertion_type'), parameterOf(parameters, 'client_assertion')]
    if (type === jwtBearerAssertionType || (type === undefined && assertion === undefined)) return undefined
    return {
      member: 'client_assertion_type',
      ...(type === undefined ? {} : { found: shown(type) }),
      expected: jwtBearerAssertionType,
      message:
        type === undefined
          ? 'The parameter "client_assertion_type" is missing'
          : 'The parameter "client_assertion_type" is not the one for a JWT',
      fix: `Send client_assertion_type=${jwtBearerAssertionType}`,
    }
  },
}

export const assertionEmpty: Rule<RequestFacts> = {
  id: 'assertion-empty',
  stage: 'request',
  specification: 'RFC 7523 §2.2',
  check({ parameters }) {
    if (parameterOf(parameters, 'client_assertion_type') === undefined || parameterOf(parameters, 'client_assertion'))
      return undefined
    return {
      member: 'client_assertion',
      expected: 'the signed JWT',
      message: 'The parameter "client_assertion" is missing or empty',
      fix: 'Send the signed JWT as "client_assertion"; an empty shell variable is the usual reason',
    }
  },
}

export const credentialsMissing: Rule<RequestFacts> = {
  id: 'credentials-missing',
  stage: 'request',
  specification: 'RFC 6749 §3.2.1',
  check(facts) {
    if (credentialsSent(facts).length > 0) return undefined
    return {
      member: 'client_assertion',
      expected: 'client_assertion and client_assertion_type',
      message: 'The request carries no credentials',
      fix: 'Send the signed JWT as "client_assertion", with its "client_assertion_type"',
    }
  },
}

/** The ways in which a request tries to prove who sent it. */
function credentialsSent({ parameters, authorization }: RequestFacts): string[] {
  const sent: string[] = []
  if (parameterOf(parameters, 'client_assertion') || parameterOf(parameters, 'client_assertion_type') !== undefined)
    sent.push('client_assertion')
  if (parameterOf(parameters, 'client_secret') !== undefined) sent.push('client_secret')
  if (authorization !== undefined) sent.push('Authorization')
  return sent
}

/**
 * The first value of a parameter.
 *
 * @example
 * assert.equal(parameterOf([['scope', 'a']], 'scope'), 'a')
 */
export function parameterOf(parameters: RequestFacts['parameters'], name: string): string | undefined {
  return parameters.find(([candidate]) => candidate === name)?.[1]
}
