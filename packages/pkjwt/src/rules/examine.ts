import { type DraftJwt, readDraftJwt, signingInputOf } from '../jwt/parse.js'
import { asciiBytes } from '../jwt/sign.js'
import { isAlgorithm } from '../keys/algorithms.js'
import type { KeySet, PublicKey } from '../keys/key.js'
import type { ClientStatus } from './client.js'
import { chooseKey, type KeysFault } from './key.js'
import type { RequestFacts } from './request.js'
import { checkRules, type Finding, type Profile } from './rule.js'
import {
  claimsRules,
  clientRules,
  grantTypeRules,
  identityRules,
  keyRules,
  rememberRules,
  requestRules,
  scopeRules,
  shapeRules,
  signatureRules,
} from './rulebook.js'
import type { SignatureFacts } from './signature.js'
import type { Remembered, UseFacts } from './use.js'

/** A client as the examination needs it. Its keys are asked for only once its claims hold. */
export interface ExaminedClient extends ClientStatus {
  readonly keys: KeySet | (() => Promise<KeySet | KeysFault>)
  /** The client's own limits win over those of the examination. */
  readonly limits?: Profile
}

/** What is to be examined, and where facts come from. Every source may be missing: then its rules are not run. */
export interface Examination {
  readonly limits: Profile
  /** Whole seconds since the epoch. */
  readonly now: number
  /** End at the first error, as a server does, instead of collecting them all. */
  readonly stopAtFirst: boolean
  readonly request?: RequestFacts | undefined
  readonly assertion?: string | undefined
  /** The values that `aud` may have, under the limits that turn out to hold. */
  readonly audiencesFor?: ((limits: Profile) => readonly string[] | undefined) | undefined
  readonly expectedClientId?: string | undefined
  /** `null`: there is a form without it. */
  readonly formClientId?: string | null | undefined
  readonly findClient?: ((clientId: string) => Promise<ExaminedClient | undefined> | ExaminedClient | undefined) | undefined
  /** The keys to use where no client brings its own. */
  readonly keys?: KeySet | undefined
  /** Looks closer at a signature that does not hold. */
  readonly explainSignature?: ((jwt: DraftJwt, keys: KeySet) => Promise<Pick<SignatureFacts, 'signedBy' | 'form'>>) | undefined
  /** Records the use of the assertion; called only when its signature holds and there is no error so far. */
  readonly remember?: ((examined: Examined) => Promise<Remembered | undefined>) | undefined
  /** What is wanted of the server, when somebody knows. */
  readonly use?: UseFacts | undefined
}

/** What came out: the findings in the order of the stages, and whatever was learned on the way. */
export interface Examined {
  readonly findings: readonly Finding[]
  readonly limits: Profile
  readonly jwt: DraftJwt | undefined
  readonly client: ExaminedClient | undefined
  readonly keys: KeySet | undefined
  readonly key: PublicKey | undefined
  /** Whether a signature was checked, and whether it held. */
  readonly signatureChecked: boolean
  readonly signatureHolds: boolean
}

type Progress = { -readonly [Member in keyof Examined]: Examined[Member] } & { findings: Finding[] }

/**
 * Runs the rulebook: request, shape, client, claims, key, signature, use. Cheap stages come first, keys are asked for only when the
 * claims hold (or when everything is collected), and nothing is remembered before the signature holds.
 *
 * @example
 * const now = Math.floor(Date.now() / 1000)
 * const { findings } = await examine({ limits: profiles.okta, now, stopAtFirst: true, assertion: 'a.b' })
 * assert.equal(findings[0]?.id, 'token-form')
 */
export async function examine(examination: Examination): Promise<Examined> {
  const { limits, request, stopAtFirst } = examination
  const progress: Progress = {
    findings: [],
    limits,
    jwt: undefined,
    client: undefined,
    keys: undefined,
    key: undefined,
    signatureChecked: false,
    signatureHolds: false,
  }
  if (request !== undefined) progress.findings.push(...checkRules(request, requestRules, stopAtFirst))
  for (const step of [shapeStep, clientStep, claimsStep, keyStep, signatureStep, useStep]) {
    if (stopAtFirst && hasError(progress.findings)) break
    const running = step(progress, examination)
    if (running !== undefined) await running
  }
  return progress
}

/**
 * Whether any finding is an error: what a server would refuse.
 *
 * @example
 * assert.equal(hasError([]), false)
 */
export function hasError(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'error')
}

function shapeStep(progress: Progress, { assertion, stopAtFirst }: Examination): void {
  if (assertion === undefined) return
  progress.jwt = readDraftJwt(assertion)
  progress.findings.push(...checkRules({ jwt: progress.jwt, limits: progress.limits }, shapeRules, stopAtFirst))
}

async function clientStep(progress: Progress, examination: Examination): Promise<void> {
  const { findClient, stopAtFirst, expectedClientId: expected, formClientId } = examination
  const claims = progress.jwt?.claims
  if (claims === undefined) return
  const { iss } = claims
  const found = findClient === undefined || typeof iss !== 'string' ? undefined : ((await findClient(iss)) ?? null)
  progress.client = found ?? undefined
  progress.limits = found?.limits ?? progress.limits
  const facts = { claims, expected, formClientId, client: found, limits: progress.limits }
  for (const rules of [identityRules, clientRules]) {
    if (stopAtFirst && hasError(progress.findings)) return
    progress.findings.push(...checkRules(facts, rules, stopAtFirst))
  }
}

function claimsStep(progress: Progress, { audiencesFor, now, stopAtFirst }: Examination): void {
  const { jwt, limits } = progress
  if (jwt?.claims === undefined) return
  const audiences = audiencesFor?.(limits)
  const facts = { header: jwt.header ?? {}, claims: jwt.claims, limits, now, audiences }
  progress.findings.push(...checkRules(facts, claimsRules, stopAtFirst))
}

async function keyStep(progress: Progress, { keys: given, explainSignature, stopAtFirst }: Examination): Promise<void> {
  const { jwt, client } = progress
  const source = client?.keys ?? given
  if (jwt?.header === undefined || source === undefined) return
  const held = typeof source === 'function' ? await source() : source
  const fault = 'fault' in held ? held : undefined
  const keys = 'fault' in held ? [] : held.keys
  const key = chooseKey(jwt.header, keys)
  progress.keys = { keys }
  progress.key = key
  const { signedBy } = key === undefined && explainSignature !== undefined ? await explainSignature(jwt, { keys }) : {}
  const facts = { header: jwt.header, keys, key, fault, signedBy, limits: progress.limits }
  progress.findings.push(...checkRules(facts, keyRules, stopAtFirst))
}

async function signatureStep(progress: Progress, { explainSignature, stopAtFirst }: Examination): Promise<void> {
  const { jwt, key, keys } = progress
  if (jwt?.signature === undefined || keys === undefined || key === undefined) return
  const good = await signatureHolds(jwt, key)
  progress.signatureChecked = true
  progress.signatureHolds = good
  const explained = good || explainSignature === undefined ? {} : await explainSignature(jwt, keys)
  const facts = { key, good, signatureBytes: jwt.signature.length, ...explained }
  progress.findings.push(...checkRules(facts, signatureRules, stopAtFirst))
}

/**
 * Whether the signature of a token is this key's, with the algorithm that its header names.
 *
 * @example
 * assert.equal(await signatureHolds(readDraftJwt(assertion), key.publicKey), true)
 */
export function signatureHolds(jwt: DraftJwt, key: PublicKey): boolean | Promise<boolean> {
  const alg = jwt.header?.alg
  if (!isAlgorithm(alg) || jwt.signature === undefined || !key.algorithms.includes(alg)) return false
  return key.verify(alg, asciiBytes(signingInputOf(jwt.text)), jwt.signature)
}

async function useStep(progress: Progress, { remember, use, stopAtFirst }: Examination): Promise<void> {
  if (remember !== undefined && progress.signatureHolds && !hasError(progress.findings)) {
    const remembered = await remember(progress)
    const facts = { remembered, jti: progress.jwt?.claims?.jti }
    progress.findings.push(...checkRules(facts, rememberRules, stopAtFirst))
  }
  if (use !== undefined && !(stopAtFirst && hasError(progress.findings))) {
    const facts = { ...use, scopeWanted: progress.limits.scope }
    progress.findings.push(...checkRules(facts, grantTypeRules), ...checkRules(facts, scopeRules))
  }
}
