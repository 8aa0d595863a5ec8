import { PkjwtError } from 'pkjwt/errors'
import type { JsonObject } from 'pkjwt/jwt'
import type { Signer } from 'pkjwt/keys'
import { profiles, withRefusals } from 'pkjwt/profiles'
import { type AssertionDraft, type AssertionOptions, draftAssertion, examineDraft } from 'pkjwt/protocol'
import { checkRules, claimsRules, type Finding, identityRules, keyRules, scopeRules } from 'pkjwt/rules'
import { type Destination, destinationOf } from './endpoint.js'
import { iatOffsetDefault, profileNameOf, type SignForm } from './form.js'
import { type JsonFault, membersOf, readMembers } from './members.js'

/** What is still to be filled in before anything can be signed. */
export type Missing = 'domain' | 'clientId' | 'key' | 'payload' | 'audience'

/** What the form comes to: what would be signed, and what is to be said about it. */
export interface Draft {
  readonly destination: Destination
  readonly missing: readonly Missing[]
  readonly jsonFault: JsonFault | undefined
  /** Header and claims; undefined while something is missing that they cannot do without. */
  readonly assertion: AssertionDraft | undefined
  /** About the assertion: an error here is what a server would refuse. */
  readonly findings: readonly Finding[]
  /** About the request that will carry it; they stand in the way of no signature. */
  readonly requestFindings: readonly Finding[]
  readonly rulesRun: number
  /** All is there and nothing is an error. */
  readonly ready: boolean
}

/** Stands in while no key is there, so that the claims can be shown already. It cannot sign. */
const standIn: Signer = {
  alg: 'RS256',
  kid: undefined,
  publicKey: {
    kty: 'RSA',
    crv: undefined,
    bits: 2048,
    kid: undefined,
    alg: undefined,
    use: undefined,
    keyOps: undefined,
    status: 'ACTIVE',
    algorithms: ['RS256'],
    thumbprint: '',
    jwk: { kty: 'RSA' },
    verify: () => false,
  },
  sign() {
    throw new Error('there is no key yet')
  },
}

/** Makes header and claims of what the form says, and runs the library's rules over them. */
export function draftOf(form: SignForm, key: Signer | undefined, now: Date): Draft {
  const destination = destinationOf(form)
  const json = form.view === 'json' && form.payload.trim() !== '' ? readMembers(form.payload) : undefined
  const missing = missingOf(form, destination, key)
  const options = assertionOptionsOf(form, destination, { key: key ?? standIn, payload: json?.members, now })
  const canDraft = form.view === 'json' ? json?.members !== undefined : form.clientId.trim() !== ''
  const assertion = canDraft ? tryDraft(options) : undefined
  const checked =
    assertion === undefined ? [] : examineDraft({ ...assertion, audience: destination.audience }, expectations(options, form))
  const profile = profiles[profileNameOf(form)]
  const findings = withRefusals(key === undefined ? checked.filter(({ id }) => !aboutKey.has(id)) : checked, profile)
  const ready = assertion !== undefined && missing.length === 0 && destination.fault === undefined && !findings.some(isError)
  return {
    destination,
    missing,
    jsonFault: json?.fault,
    assertion,
    findings,
    requestFindings: withRefusals(requestFindings(form), profile),
    rulesRun: rulesRun(form, key),
    ready,
  }
}

function isError({ severity }: Finding): boolean {
  return severity === 'error'
}

const aboutKey: ReadonlySet<string> = new Set(keyRules.map(({ id }) => id))

/**
 * The options of the library's `createAssertion` that the form stands for. With a raw payload, card one is what it is checked against
 * and does not change it.
 */
export function assertionOptionsOf(
  form: SignForm,
  { audience }: Destination,
  { key, payload, now }: { readonly key: Signer; readonly payload: JsonObject | undefined; readonly now: Date },
): AssertionOptions {
  const { lifetimeSeconds } = form
  const shared = { key, profile: profileNameOf(form), lifetimeSeconds, now, ...headerOf(form) }
  if (form.view === 'json') return { ...shared, payload: payload ?? {} }
  const jti = form.jtiMode === 'none' ? false : form.jtiMode === 'held' ? form.jti : undefined
  const claims = { ...timeClaims(form, now), ...membersOf(form.extras) }
  return {
    ...shared,
    clientId: form.clientId.trim(),
    audience,
    jti,
    ...(form.iatOffset === undefined ? { iat: false as const } : {}),
    ...(Object.keys(claims).length === 0 ? {} : { claims }),
  }
}

function headerOf({ kid, typ, headerExtras }: SignForm): Pick<AssertionOptions, 'header'> {
  // The signature is made with the algorithm of the key, so no added member may name another one.
  const { alg: _, ...added } = membersOf(headerExtras)
  const header = {
    ...(kid === undefined ? {} : { kid: kid === '' ? null : kid }),
    ...(typ === undefined ? {} : { typ: typ === '' ? null : typ }),
    ...added,
  }
  return Object.keys(header).length === 0 ? {} : { header }
}

function timeClaims({ iatOffset, nbfOffset }: SignForm, now: Date): JsonObject {
  const seconds = Math.floor(now.getTime() / 1000)
  return {
    ...(iatOffset === undefined || iatOffset === iatOffsetDefault ? {} : { iat: seconds + iatOffset }),
    ...(nbfOffset === undefined ? {} : { nbf: seconds + nbfOffset }),
  }
}

function expectations(options: AssertionOptions, form: SignForm): AssertionOptions {
  return { ...options, clientId: form.clientId.trim() || undefined }
}

function missingOf(form: SignForm, destination: Destination, key: Signer | undefined): Missing[] {
  const missing: Missing[] = []
  if (form.view === 'json' && form.payload.trim() === '') missing.push('payload')
  if (form.view === 'form') {
    if (destination.tokenEndpoint === undefined && destination.audience === undefined) missing.push('domain')
    else if (destination.audience === undefined) missing.push('audience')
    if (form.clientId.trim() === '') missing.push('clientId')
  }
  if (key === undefined) missing.push('key')
  return missing
}

function tryDraft(options: AssertionOptions): AssertionDraft | undefined {
  try {
    return draftAssertion(options)
  } catch (error) {
    if (error instanceof PkjwtError) return undefined
    throw error
  }
}

function rulesRun({ scopes }: SignForm, key: Signer | undefined): number {
  const aboutScopes = scopes.length > 0 ? scopeRules.length : 0
  return claimsRules.length + identityRules.length + (key === undefined ? 0 : keyRules.length) + aboutScopes
}

function requestFindings({ scopes }: SignForm): Finding[] {
  if (scopes.length === 0) return []
  return checkRules({ requested: true, scope: scopes.join(' ') }, scopeRules)
}
