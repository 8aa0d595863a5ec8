import type { JsonObject } from '../jwt/parse.js'
import { type Profile, type Rule, shown } from './rule.js'

/** What a server knows about a client apart from its keys. What it does not know, no rule asks about. */
export interface ClientStatus {
  readonly clientId: string
  readonly active?: boolean
  readonly applicationType?: string
  readonly authMethod?: string
}

/** What the rules about who is asking look at. */
export interface ClientFacts {
  readonly claims: JsonObject
  /** The client id that is expected, where somebody said so. */
  readonly expected?: string | undefined
  /** The form parameter `client_id`, when it was sent; `null` when there is a form without it. */
  readonly formClientId?: string | null | undefined
  /** The profile, as far as it is known. */
  readonly limits?: Pick<Profile, 'formClientId'> | undefined
  /** The client that `iss` names; `null` when it was looked up and is not known; undefined when nobody looked. */
  readonly client?: ClientStatus | null | undefined
}

export const issMissing: Rule<ClientFacts> = {
  id: 'iss-missing',
  stage: 'client',
  specification: 'RFC 7523 §3 (1)',
  check({ claims: { iss, sub }, expected }) {
    if (isName(iss)) return undefined
    const wanted = expected ?? (isName(sub) ? sub : undefined)
    return {
      member: 'iss',
      ...(iss === undefined ? {} : { found: shown(iss) }),
      expected: wanted === undefined ? 'the client id' : shown(wanted),
      message: iss === undefined ? 'The claim "iss" is missing' : 'The claim "iss" is not a client id',
      fix: 'Set "iss" and "sub" to the client id',
      ...(wanted === undefined ? {} : { patch: { claims: { iss: wanted, sub: wanted } } }),
    }
  },
}

export const issUnknown: Rule<ClientFacts> = {
  id: 'iss-unknown',
  stage: 'client',
  specification: 'RFC 7523 §3 (1)',
  check({ claims: { iss }, expected, client }) {
    if (!isName(iss)) return undefined
    const known = client !== null && (expected === undefined || iss === expected)
    if (known) return undefined
    return {
      member: 'iss',
      found: shown(iss),
      expected: expected === undefined ? 'the client id of a registered app' : shown(expected),
      message: issuerMessage(iss, expected),
      fix: 'Set "iss" and "sub" to the client id of the app, as its page shows it (letter case counts)',
      ...(expected === undefined ? {} : { patch: { claims: { iss: expected, sub: expected } } }),
    }
  },
}

export const subMissing: Rule<ClientFacts> = {
  id: 'sub-missing',
  stage: 'client',
  specification: 'RFC 7523 §3 (2)',
  check({ claims: { iss, sub } }) {
    if (isName(sub)) return undefined
    return {
      member: 'sub',
      ...(sub === undefined ? {} : { found: shown(sub) }),
      expected: isName(iss) ? shown(iss) : 'the client id',
      message: sub === undefined ? 'The claim "sub" is missing' : 'The claim "sub" is not a client id',
      fix: 'Set "sub" to the client id, the same as "iss"',
      ...(isName(iss) ? { patch: { claims: { sub: iss } } } : {}),
    }
  },
}

export const subMismatch: Rule<ClientFacts> = {
  id: 'sub-mismatch',
  stage: 'client',
  specification: 'RFC 7523 §3 (2)',
  check({ claims: { iss, sub } }) {
    if (!isName(sub) || !isName(iss) || iss === sub) return undefined
    return {
      member: 'sub',
      found: shown(sub),
      expected: shown(iss),
      message: 'The claims "iss" and "sub" differ: both must be the client id',
      fix: 'Set "sub" to the client id, the same as "iss"',
      patch: { claims: { sub: iss } },
    }
  },
}

export const clientIdMissing: Rule<ClientFacts> = {
  id: 'client-id-missing',
  stage: 'client',
  specification: 'Microsoft Entra ID, client credentials: "client_id" is required beside the assertion',
  check({ claims: { sub }, formClientId, limits }) {
    if (formClientId !== null || limits?.formClientId !== 'required') return undefined
    return {
      member: 'client_id',
      expected: shown(sub),
      message: 'The request has no parameter "client_id", and this server wants one beside the assertion',
      fix: 'Send "client_id" in the form, with the value of "sub"',
    }
  },
}

export const clientIdMismatch: Rule<ClientFacts> = {
  id: 'client-id-mismatch',
  stage: 'client',
  specification: 'RFC 7521 §4.2',
  check({ claims: { sub }, formClientId }) {
    if (formClientId === undefined || formClientId === null || formClientId === sub) return undefined
    return {
      member: 'client_id',
      found: shown(formClientId),
      expected: shown(sub),
      message: 'The parameter "client_id" names another client than the assertion',
      fix: 'Leave "client_id" out: the assertion says who asks',
    }
  },
}

export const clientInactive: Rule<ClientFacts> = {
  id: 'client-inactive',
  stage: 'client',
  specification: 'Okta: an app that is deactivated gets no token',
  check({ client }) {
    if (client?.active !== false) return undefined
    return {
      member: 'iss',
      found: shown(client.clientId),
      expected: 'an active app',
      message: 'The app is deactivated',
      fix: 'Activate the app in the admin console',
    }
  },
}

export const clientType: Rule<ClientFacts> = {
  id: 'client-type',
  stage: 'client',
  specification: 'Okta: only apps of type service get tokens of the organisation server this way',
  check({ client }) {
    if (client?.applicationType === undefined || client.applicationType === 'service') return undefined
    return {
      member: 'iss',
      found: shown(client.applicationType),
      expected: 'service',
      message: `The app is of type ${shown(client.applicationType)}, not a service app`,
      fix: 'Create an app with the sign-in method "API Services"',
    }
  },
}

export const clientMethod: Rule<ClientFacts> = {
  id: 'client-method',
  stage: 'client',
  specification: 'Okta: service apps must use private_key_jwt',
  check({ client }) {
    if (client?.authMethod === undefined || client.authMethod === 'private_key_jwt') return undefined
    return {
      member: 'iss',
      found: shown(client.authMethod),
      expected: 'private_key_jwt',
      message: `The app is set to authenticate with ${shown(client.authMethod)}`,
      fix: 'Choose "Public key / Private key" under Client Credentials of the app',
    }
  },
}

/** Whether a claim can name a client at all; a claim that cannot is the fault of its own rule, and of no other. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function issuerMessage(iss: string, expected: string | undefined): string {
  if (/^https?:\/\//.test(iss)) return 'The claim "iss" is a URL: the client id is wanted'
  if (expected !== undefined && iss.toLowerCase() === expected.toLowerCase())
    return 'The claim "iss" differs from the client id in letter case'
  return expected === undefined
    ? 'The claim "iss" names no client that this server knows'
    : 'The claim "iss" is another client id'
}
