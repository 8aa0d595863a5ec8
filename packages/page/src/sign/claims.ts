import type { Finding } from 'pkjwt/errors'
import type { JsonObject } from 'pkjwt/jwt'
import { isWholeSeconds } from 'pkjwt/rules'
import type { Draft } from './draft.js'
import { destinationOf } from './endpoint.js'
import { type Extra, profileNameOf, type SignForm } from './form.js'
import { extraOf, readMembers } from './members.js'

/** The longest lifetime that the form takes; the rules refuse it long before. */
export const lifetimeSecondsMax = 86_400

/** The raw payload that the form stands for: what would be signed now. */
export function payloadOf({ assertion, destination }: Draft, form: SignForm): string {
  const { audience } = destination
  const claims = assertion?.claims ?? {
    ...(audience === undefined ? {} : { aud: audience }),
    iss: form.clientId,
    sub: form.clientId,
  }
  return JSON.stringify(claims, undefined, 2)
}

/**
 * Puts claims into the form, where each has its field; whatever has none becomes an added claim. Times become relative to now, a
 * quoted `exp` a number: as signing the payload would do.
 */
export function formWithClaims(form: SignForm, claims: JsonObject, now: Date): SignForm {
  const seconds = Math.floor(now.getTime() / 1000)
  const rest = new Map(Object.entries(claims))
  const take = (name: string) => {
    const value = rest.get(name)
    rest.delete(name)
    return value
  }
  const next = {
    ...form,
    view: 'form' as const,
    ...takeClient(form, take, rest),
    ...takeAudience(form, take, rest),
    ...takeTimes(form, take, rest, seconds),
    ...takeTokenId(take, rest),
  }
  return { ...next, extras: Array.from(rest, ([name, value]) => extraOf(name, value)) }
}

type Take = (name: string) => unknown
type Rest = Map<string, unknown>

function takeClient(form: SignForm, take: Take, rest: Rest): Partial<SignForm> {
  const [iss, sub] = [take('iss'), take('sub')]
  if (typeof iss === 'string' && iss === sub) return { clientId: iss }
  if (iss !== undefined) rest.set('iss', iss)
  if (sub !== undefined) rest.set('sub', sub)
  return { clientId: form.clientId || (typeof iss === 'string' ? iss : '') }
}

function takeAudience(form: SignForm, take: Take, rest: Rest): Partial<SignForm> {
  const aud = take('aud')
  if (typeof aud === 'string') return audienceChange(form, aud)
  if (aud !== undefined) rest.set('aud', aud)
  return {}
}

/** An audience that the endpoint leads to anyway needs no field of its own; with no domain yet, the audience names it. */
function audienceChange(form: SignForm, aud: string): Partial<SignForm> {
  if (destinationOf({ ...form, audience: '' }).audience === aud) return { audience: '' }
  if (form.provider === 'okta' && form.domain.trim() === '') {
    const domain = aud.replace(/\/oauth2\/v1\/token$/, '').replace(/^https:\/\//, '')
    if (destinationOf({ ...form, domain, audience: '' }).audience === aud) return { domain, audience: '' }
  }
  return { audience: aud }
}

function takeTimes(form: SignForm, take: Take, rest: Rest, seconds: number): Partial<SignForm> {
  const [exp, iat, nbf] = [take('exp'), take('iat'), take('nbf')]
  const lifetime = wholeSeconds(exp) === undefined ? undefined : Number(exp) - seconds
  const isKept = lifetime !== undefined && lifetime > 0 && lifetime <= lifetimeSecondsMax
  if (exp !== undefined && !isKept && typeof exp !== 'string') rest.set('exp', exp)
  for (const [name, value] of Object.entries({ iat, nbf })) {
    if (value !== undefined && !isWholeSeconds(value)) rest.set(name, value)
  }
  return {
    lifetimeSeconds: isKept ? lifetime : form.lifetimeSeconds,
    iatOffset: isWholeSeconds(iat) ? iat - seconds : undefined,
    nbfOffset: isWholeSeconds(nbf) ? nbf - seconds : undefined,
  }
}

function wholeSeconds(value: unknown): number | undefined {
  if (isWholeSeconds(value)) return value
  return typeof value === 'string' && /^\d{1,12}$/.test(value.trim()) ? Number(value) : undefined
}

function takeTokenId(take: Take, rest: Rest): Partial<SignForm> {
  const jti = take('jti')
  if (typeof jti === 'string') return { jtiMode: 'held', jti }
  if (jti !== undefined) rest.set('jti', jti)
  return { jtiMode: 'none' }
}

/** Applies what a finding offers to change; the same members in the same place, wherever the finding stands. */
export function mendedForm(form: SignForm, { patch }: Finding, draft: Draft, now: Date): SignForm {
  const withHeader = patch?.header === undefined ? form : headerPatched(form, patch.header)
  if (patch?.claims === undefined) return withHeader
  if (form.view === 'json') {
    const members = merged(readMembers(form.payload).members ?? {}, patch.claims)
    return { ...withHeader, payload: JSON.stringify(members, undefined, 2) }
  }
  const claims = merged(draft.assertion?.claims ?? {}, patch.claims)
  // Only what the patch names moves: a jti that is new with every signing stays so.
  const kept = patch.claims['jti'] === undefined ? { jtiMode: form.jtiMode, jti: form.jti } : {}
  return { ...formWithClaims(withHeader, claims, now), ...kept }
}

function headerPatched(form: SignForm, header: JsonObject): SignForm {
  const { kid, typ, ...others } = header
  const names = new Set(Object.keys(others))
  const added = Object.entries(others).filter(([, value]) => value !== null)
  return {
    ...form,
    ...(kid === undefined ? {} : { kid: typeof kid === 'string' ? kid : '' }),
    ...(typ === undefined ? {} : { typ: typeof typ === 'string' ? typ : '' }),
    headerExtras: [...without(form.headerExtras, names), ...added.map(([name, value]) => extraOf(name, value))],
  }
}

function without(extras: readonly Extra[], names: ReadonlySet<string>): Extra[] {
  return extras.filter(({ name }) => !names.has(name.trim()))
}

function merged(base: JsonObject, changes: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries({ ...base, ...changes }).filter(([, value]) => value !== null))
}

/** A token's header and claims as a form: what "Edit in Sign" carries over. */
export function formOfToken(form: SignForm, header: JsonObject, claims: JsonObject): SignForm {
  const { alg: _, ...named } = header
  const carried = headerPatched({ ...form, headerExtras: [] }, named)
  return { ...carried, view: 'json', payload: JSON.stringify(claims, undefined, 2) }
}

/** What the signature depends on: when none of it changed, signing again would say the same. */
export function signedPartOf(form: SignForm): string {
  const { scopes: _, payload, view, ...rest } = form
  return JSON.stringify([profileNameOf(form), view, view === 'json' ? payload : rest, rest.kid, rest.typ, rest.headerExtras])
}
