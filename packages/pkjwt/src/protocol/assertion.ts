import { encodeBase64urlText } from '../encoding/base64url.js'
import { type Finding, RefusedError } from '../errors.js'
import { type JsonObject, signingInputOf, wellFormed } from '../jwt/parse.js'
import { asciiBytes, createHeaderEncoder, signEncoded } from '../jwt/sign.js'
import { isAlgorithm } from '../keys/algorithms.js'
import type { KeySet, PublicKey } from '../keys/key.js'
import { type ProfileName, profileOf } from '../profiles/profiles.js'
import { withRefusals } from '../profiles/refusals.js'
import type { ClientStatus } from '../rules/client.js'
import { type Examined, type ExaminedClient, examine, hasError } from '../rules/examine.js'
import type { KeysFault } from '../rules/key.js'
import type { Profile } from '../rules/rule.js'
import type { Remembered } from '../rules/use.js'
import { type AssertionOptions, draftAssertion, examineDraft, headerOf, nowSeconds } from './assertionDraft.js'
import { readDecoyKey } from './decoyKeys.js'

/**
 * Creates the JWT with which a client proves who it is (RFC 7523 §2.2). Most callers want `createTokenClient` instead.
 *
 * @param options Who asks, at whom it is aimed, and the key. It lives 300 seconds unless `lifetimeSeconds` says otherwise.
 * @returns The compact JWT, to be sent once: a server refuses it the second time.
 * @throws {RefusedError} `refused_by_rules` when the profile's servers would refuse it; `findings` says why
 * @throws {PkjwtError} `option_invalid`
 * @example
 * const assertion = await createAssertion({ clientId: '0oa1', org: 'example.okta.com', key })
 * assert.equal(parseJwt(assertion).claims.aud, 'https://example.okta.com/oauth2/v1/token')
 */
export async function createAssertion(options: AssertionOptions): Promise<string> {
  const { key, check = true } = options
  const draft = draftAssertion(options)
  if (check) refuseErrors(examineDraft(draft, options))
  const encodedHeader =
    options.header === undefined && options.certificate === undefined
      ? encodedHeaderOf(key)
      : encodeBase64urlText(JSON.stringify(draft.header))
  return signEncoded(encodedHeader, JSON.stringify(draft.claims), key)
}

function refuseErrors(findings: readonly Finding[]): void {
  const [first] = findings.filter(({ severity }) => severity === 'error')
  if (first === undefined) return
  throw new RefusedError('rules', `Cannot create an assertion that a server would accept: ${first.message}`, {
    hint: first.fix,
    findings,
  })
}

const encodedHeaderOf = /* @__PURE__ */ createHeaderEncoder(headerOf)

/** A client as a server knows it. `keys` is called only once the claims hold. */
export interface Client extends ClientStatus {
  readonly keys: KeySet | (() => Promise<KeySet | KeysFault>)
  readonly profile?: ProfileName | Profile | undefined
}

/** One use of an assertion, to be remembered until `keepUntil` (seconds since the epoch). */
export interface AssertionUse {
  readonly clientId: string
  readonly jti: string
  readonly keepUntil: number
}

/** Who may ask, and where what was used is remembered. */
export interface VerifyAssertionOptions {
  /** The URL of the endpoint that was called, or the several that it has. */
  readonly audience: string | readonly string[]
  /** The issuer, for profiles whose audience it is. Default `audience`. */
  readonly issuer?: string | readonly string[] | undefined
  /** Who a client id is. */
  readonly findClient: (clientId: string) => Promise<Client | undefined> | Client | undefined
  /**
   * Records the use, atomically: true the first time only, `'expired'` when the record could have been purged already. Called after
   * the signature holds, and only when there is a `jti`.
   */
  readonly rememberOnce: (use: AssertionUse) => Promise<boolean | 'expired'> | boolean | 'expired'
  /** The form parameter `client_id`, when it was sent. */
  readonly formClientId?: string | undefined
  /** For clients without a profile of their own. Default `okta`. */
  readonly profile?: ProfileName | Profile | undefined
  readonly now?: Date | undefined
}

/** A client assertion that holds, used up by this. */
export interface VerifiedAssertion {
  readonly clientId: string
  readonly header: JsonObject
  readonly claims: JsonObject
  readonly key: PublicKey
  /** Warnings: it works today. */
  readonly findings: readonly Finding[]
}

/**
 * Verifies a client assertion as an authorization server does (RFC 7523 §3): shape, client, claims, key, signature, single use, in
 * this order, to the first fault.
 *
 * @throws {RefusedError} `refused_by_rules` with the status, `error` and `error_description` to answer, and the finding for the log
 * @example
 * const used = new Set<string>()
 * const { claims } = await verifyAssertion(assertion, {
 *   audience: tokenEndpoint,
 *   findClient: (id) => (id === clientId ? { clientId, keys } : undefined),
 *   rememberOnce: ({ jti }) => !used.has(jti) && used.add(jti) !== undefined,
 * })
 * assert.equal(claims.sub, clientId)
 */
export async function verifyAssertion(assertion: string, options: VerifyAssertionOptions): Promise<VerifiedAssertion> {
  const { audience, issuer = audience, findClient, rememberOnce, formClientId } = options
  const profile = profileOf(options.profile ?? 'okta')
  const examined = await examine({
    limits: profile,
    now: nowSeconds(options.now),
    stopAtFirst: true,
    assertion,
    audiencesFor: (limits) => audiencesFor(limits, asList(audience), asList(issuer)),
    formClientId,
    findClient: async (clientId) => withLimits(await findClient(clientId)),
    remember: (progress) => remember(progress, rememberOnce),
  })
  const { jwt, client, key, findings } = examined
  if (hasError(findings)) await refuseAssertion(examined)
  if (jwt === undefined || client === undefined || key === undefined) {
    throw new Error('an assertion without a finding has all its parts')
  }
  const { header, claims } = wellFormed(jwt)
  return { clientId: client.clientId, header, claims, key, findings }
}

function audiencesFor({ audience: whose }: Profile, endpoint: readonly string[], issuer: readonly string[]): readonly string[] {
  if (whose === 'issuer') return issuer
  return whose === 'endpoint' ? endpoint : [...endpoint, ...issuer]
}

function withLimits(client: Client | undefined): ExaminedClient | undefined {
  if (client?.profile === undefined) return client
  return { ...client, limits: profileOf(client.profile) }
}

async function remember(
  { jwt, client, limits }: Examined,
  rememberOnce: VerifyAssertionOptions['rememberOnce'],
): Promise<Remembered | undefined> {
  const { jti, exp } = jwt?.claims ?? {}
  if (typeof jti !== 'string' || typeof exp !== 'number' || client === undefined) return undefined
  const first = await rememberOnce({ clientId: client.clientId, jti, keepUntil: exp + limits.expiredToleranceSeconds })
  return first === true ? 'first' : first === 'expired' ? 'expired' : 'again'
}

async function refuseAssertion(examined: Examined): Promise<never> {
  const profile = examined.limits
  if (profile.refusals === 'one' && !examined.signatureChecked) await verifyDecoy(examined)
  // A server has to answer something: under a vendor's profile it does so in its usual words.
  const findings = withRefusals(examined.findings, { refusals: profile.refusals === 'one' ? 'one' : 'okta' })
  const finding = findings.find(({ severity }) => severity === 'error')
  const refusal = finding?.refusal
  throw new RefusedError('rules', `Cannot accept the assertion: ${finding?.message}`, {
    hint: finding?.fix,
    status: refusal?.status,
    error: refusal?.error,
    errorDescription: refusal?.error_description,
    findings,
  })
}

/** Takes the time of a verification, so that a refusal without one cannot be told apart by its time. */
async function verifyDecoy({ jwt }: Examined): Promise<void> {
  const alg = jwt?.header?.alg
  if (jwt?.signature === undefined || !isAlgorithm(alg)) return
  const key = await readDecoyKey(alg)
  await key.verify(alg, asciiBytes(signingInputOf(jwt.text)), jwt.signature)
}

function asList(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value
}
