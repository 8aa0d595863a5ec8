import { encodeBase64urlText } from 'pkjwt/encoding'
import { signEncoded } from 'pkjwt/jwt'
import { generateKey, type Signer } from 'pkjwt/keys'
import { backdatedSeconds, headerOf } from 'pkjwt/protocol'
import { clientCredentials, jwtBearerAssertionType } from 'pkjwt/rules'
import type { Attempt, Changes, Facts, Subject } from '../subject.js'

/** A request ready to be sent. */
export interface HttpRequest {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  /** Absent for GET. */
  readonly body: string | undefined
}

/** Below every profile's maximum, and long enough for all the copies of one assertion. */
const lifetimeSeconds = 120

/** Writes the request of an attempt: a right one, changed as the attempt says. */
export async function writeRequest(attempt: Attempt, subject: Subject, assertion?: string): Promise<HttpRequest> {
  const facts = await factsOf(subject)
  const { method = 'POST', query, contentType = 'application/x-www-form-urlencoded', authorization, formTail = '' } = attempt
  const form = changed(
    {
      grant_type: clientCredentials,
      scope: facts.scope,
      client_assertion_type: jwtBearerAssertionType,
      client_assertion: assertion ?? (await signAttempt(attempt, facts)),
    },
    resolved(attempt.form, facts),
  )
  const fields = Object.entries(form).map(([name, value]) => [name, String(value)])
  const url = query === undefined ? facts.endpoint : `${facts.endpoint}${facts.endpoint.includes('?') ? '&' : '?'}${query}`
  const sentHeaders = {
    accept: 'application/json',
    ...(method === 'GET' ? {} : { 'content-type': contentType }),
    ...(authorization === undefined ? {} : { authorization }),
    ...attempt.headers,
  }
  const body = attempt.body ?? `${new URLSearchParams(fields)}${formTail}`
  return { url, method, headers: sentHeaders, body: method === 'GET' ? undefined : body }
}

/** Signs the assertion of an attempt. */
export async function signAttempt(attempt: Attempt, facts: Facts): Promise<string> {
  const { now, audience, clientId } = facts
  const signer = attempt.signer === 'stranger' ? facts.stranger : facts.key
  const header = JSON.stringify(changed({ ...headerOf(facts.key) }, resolved(attempt.header, facts)))
  const base = {
    iss: clientId,
    sub: clientId,
    aud: audience,
    iat: now - backdatedSeconds,
    exp: now + lifetimeSeconds,
    jti: crypto.randomUUID(),
  }
  const claims = JSON.stringify(changed(base, resolved(attempt.claims, facts)))
  const encodedHeader = encodeBase64urlText(attempt.headerText?.(header) ?? header)
  const signed = await signEncoded(encodedHeader, attempt.payload?.(claims) ?? claims, signer)
  return attempt.tamper === undefined ? signed : attempt.tamper(signed, facts)
}

/** What an attempt at this server is made of, now. */
export async function factsOf(subject: Subject): Promise<Facts> {
  const { audience, clientId, scopes, limits, key, notGranted, clock, endpoints } = subject
  const now = Math.floor(clock().getTime() / 1000)
  const stranger = await strangerTo(key)
  return { now, audience, endpoint: endpoints[0], clientId, scope: scopes.join(' '), limits, key, stranger, notGranted }
}

const strangers = new WeakMap<Signer, Promise<Signer>>()

/** Made once: an RSA key takes its time. */
function strangerTo(key: Signer): Promise<Signer> {
  const known = strangers.get(key)
  if (known !== undefined) return known
  const made = generateKey({ alg: key.alg, ...(key.kid === undefined ? {} : { kid: key.kid }) })
  strangers.set(key, made)
  return made
}

function resolved(changes: ((facts: Facts) => Changes) | Changes | undefined, facts: Facts): Changes {
  return typeof changes === 'function' ? changes(facts) : (changes ?? {})
}

function changed(base: Changes, changes: Changes): Record<string, unknown> {
  return Object.fromEntries(Object.entries({ ...base, ...changes }).filter(([, value]) => value !== null))
}
