import { encodeBase64urlText } from 'pkjwt/encoding'
import { signEncoded } from 'pkjwt/jwt'
import { profiles } from 'pkjwt/profiles'
import { jwtBearerAssertionType } from 'pkjwt/rules'
import type { PreparedKeys, SeedApp } from './apps.js'
import { type AppName, type Attempt, now } from './cases.js'

/** Where an attempt is aimed at, and with what. */
export interface Target {
  readonly issuer: string
  readonly keys: PreparedKeys
  readonly apps: Record<AppName, SeedApp>
}

/** The request that an attempt sends. */
export interface AttemptRequest {
  readonly method: string
  readonly query: string
  readonly contentType: string
  readonly authorization: string | undefined
  readonly body: string
  readonly assertion: string
  readonly app: SeedApp
}

/** Writes the request of an attempt: a right one, changed as the attempt says. */
export async function writeAttempt(attempt: Attempt, target: Target): Promise<AttemptRequest> {
  const app = target.apps[attempt.app ?? 'plain']
  const assertion = await signAttempt(attempt, app, target)
  const form = merge(
    {
      grant_type: 'client_credentials',
      scope: 'okta.users.read',
      client_assertion_type: jwtBearerAssertionType,
      client_assertion: assertion,
    },
    attempt.form,
  )
  return {
    method: attempt.method ?? 'POST',
    query: attempt.query ?? '',
    contentType: attempt.contentType ?? 'application/x-www-form-urlencoded',
    authorization: attempt.authorization,
    body: `${new URLSearchParams(form as Record<string, string>)}${attempt.formTail ?? ''}`,
    assertion,
    app,
  }
}

async function signAttempt(attempt: Attempt, app: SeedApp, { issuer, keys }: Target): Promise<string> {
  const signer = keys[attempt.signer ?? signerOf[attempt.app ?? 'plain'] ?? 'registered']
  const header = JSON.stringify(merge({ alg: signer.alg, kid: 'first', typ: 'JWT' }, attempt.header))
  const aud = profiles[app.profile ?? 'okta'].audience === 'issuer' ? 'ISSUER' : 'AUDIENCE'
  const base = { iss: app.client_id, sub: app.client_id, aud, iat: now - 5, exp: now + 60, jti: crypto.randomUUID() }
  const claims = JSON.stringify(merge(base, attempt.claims))
    .replaceAll('"AUDIENCE', `"${issuer}/oauth2/v1/token`)
    .replaceAll('"ISSUER', `"${issuer}`)
  const payload = attempt.payload?.(claims) ?? claims
  const signed = await signEncoded(encodeBase64urlText(attempt.headerText?.(header) ?? header), payload, signer)
  return attempt.tamper?.(signed) ?? signed
}

/** Apps whose registered key is of another kind. */
const signerOf: Partial<Record<AppName, keyof PreparedKeys>> = { boundKey: 'rsa', auth0: 'rsa', smart: 'es384' }

function merge(
  base: Readonly<Record<string, unknown>>,
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return Object.fromEntries(Object.entries({ ...base, ...changes }).filter(([, value]) => value !== null))
}
