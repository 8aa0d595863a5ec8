import type { Finding } from '../errors.js'
import { tokenKindOf } from '../jwt/kind.js'
import { readDraftJwt } from '../jwt/parse.js'
import type { KeySet, Signer } from '../keys/key.js'
import { type Profile, type ProfileName, profileOf } from '../profiles/profiles.js'
import { withRefusals } from '../profiles/refusals.js'
import { isForIssuer } from '../rules/audience.js'
import { examine } from '../rules/examine.js'
import { type DiagnosisRuleId, type Finding as RuleFinding, shown } from '../rules/rule.js'
import { spell } from '../rules/time.js'
import { explainAnswer } from './answer.js'
import { nowSeconds } from './assertionDraft.js'
import { endpointsOf, readIssuer } from './endpoints.js'
import { readPasted } from './pasted.js'
import { explainSignature } from './signatureForm.js'
import { type RawRequest, readTokenRequest } from './tokenRequest.js'
import type { RawResponse } from './tokenResponse.js'

/** What there is to look at. Any of them may be missing, and any text is told apart by its content. */
export interface DiagnosisInput {
  readonly assertion?: string | undefined
  /** A curl command, a form body, or the request itself. */
  readonly request?: string | RequestSeen | undefined
  /** A JSON body, a raw HTTP response, or the answer itself. */
  readonly response?: string | RawResponse | undefined
}

/** A request, and the URL that it went to. */
export interface RequestSeen extends RawRequest {
  readonly url?: string | undefined
}

/** What is known beside the input; each member lets more be checked. */
export interface DiagnosisOptions {
  /** My private key: its public half is what should be registered. */
  readonly key?: Signer | undefined
  /** What the server holds. */
  readonly keys?: KeySet | undefined
  readonly clientId?: string | undefined
  readonly org?: string | undefined
  readonly audience?: string | undefined
  /** Default `okta`. */
  readonly profile?: ProfileName | Profile | undefined
  /** The time to judge by; default the `Date` of the answer, else now. */
  readonly now?: Date | undefined
}

/** Something that could not be checked, and what would let it be. */
export interface NotChecked {
  readonly what: string
  readonly add: string
}

/** What a diagnosis found, in the order in which to mend it. */
export interface Diagnosis {
  /** No finding is an error. */
  readonly ok: boolean
  readonly findings: readonly Finding[]
  readonly notChecked: readonly NotChecked[]
}

interface Evidence {
  readonly token: string | undefined
  readonly dressing: readonly string[]
  readonly request: RequestSeen | undefined
  readonly response: RawResponse | undefined
  readonly unknown: string | undefined
}

/**
 * Says why a token would be refused, or was: runs the whole rulebook over an assertion, a request, a server's answer, or any of them
 * together, and collects every finding instead of stopping at the first. It never throws for anything that can be pasted.
 *
 * @example
 * const assertion = await createAssertion({ clientId, audience: 'https://example.com/token', key })
 * const { findings } = await diagnose({ assertion }, { org: 'example.okta.com' })
 * assert.equal(findings[0]?.id, 'aud-mismatch')
 */
export async function diagnose(input: DiagnosisInput, options: DiagnosisOptions = {}): Promise<Diagnosis> {
  const profile = profileOf(options.profile ?? 'okta')
  const evidence = gather(input)
  const audience = audienceOf(evidence, options, profile)
  const read = evidence.request === undefined ? undefined : readTokenRequest(evidence.request)
  const examined = await examine({
    limits: profile,
    now: judgedAt(evidence.response, options.now),
    stopAtFirst: false,
    request: read?.facts,
    assertion: evidence.token,
    audiencesFor: () => (audience === undefined ? undefined : [audience]),
    expectedClientId: options.clientId,
    formClientId: read === undefined ? undefined : (read.clientId ?? null),
    keys: options.keys ?? (options.key === undefined ? undefined : { keys: [options.key.publicKey] }),
    explainSignature,
    ...(read === undefined ? {} : { use: { requested: true, grantType: read.grantType, scope: read.scope } }),
  })
  const observed = observe(evidence, options, { audience, profile })
  const found = withRefusals([...observed, ...examined.findings], profile)
  const findings = inOrder(explainAnswer(evidence.response, found, { jwt: examined.jwt, asked: read?.scope }))
  return {
    ok: !findings.some(({ severity }) => severity === 'error'),
    findings,
    notChecked: notChecked(evidence, options, audience),
  }
}

/** Puts every text where its content belongs: people paste an answer where a token is asked for. */
function gather({ assertion, request, response }: DiagnosisInput): Evidence {
  const seen: { -readonly [Member in keyof Evidence]: Evidence[Member] } = {
    token: undefined,
    dressing: [],
    request: typeof request === 'object' ? request : undefined,
    response: typeof response === 'object' ? response : undefined,
    unknown: undefined,
  }
  for (const text of [assertion, request, response]) {
    if (typeof text !== 'string') continue
    const pasted = readPasted(text)
    if (pasted.kind === 'request') seen.request ??= pasted.request
    else if (pasted.kind === 'response') seen.response ??= pasted.response
    else if (pasted.kind === 'token' && text === assertion)
      Object.assign(seen, { token: pasted.token, dressing: pasted.dressing })
    else if (text === response) seen.response ??= { status: 0, header: () => undefined, body: text }
    else seen.unknown = text.slice(0, 200)
  }
  if (seen.token === undefined && seen.request !== undefined) seen.token = readTokenRequest(seen.request).assertion || undefined
  return seen
}

function audienceOf({ request }: Evidence, { org, audience }: DiagnosisOptions, profile: Profile): string | undefined {
  if (audience !== undefined) return audience
  if (org === undefined) return profile.audience === 'endpoint' ? request?.url : undefined
  const endpoints = endpointsOf(readIssuer(org))
  return isForIssuer(profile) ? endpoints.issuer : endpoints.token
}

/** The server judged by its own clock, so the time of its answer is the one that counts. */
function judgedAt(response: RawResponse | undefined, now: Date | undefined): number {
  return serverTime(response) ?? nowSeconds(now)
}

function serverTime(response: RawResponse | undefined): number | undefined {
  const milliseconds = Date.parse(response?.header('date') ?? '')
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000)
}

/** What the assertion is to be aimed at. */
interface Wanted {
  readonly audience: string | undefined
  readonly profile: Profile
}

/** What only a diagnosis looks at. */
function observe(evidence: Evidence, options: DiagnosisOptions, wanted: Wanted): RuleFinding[] {
  return [
    unknownInput(evidence),
    otherKind(evidence),
    dressed(evidence),
    skewed(evidence, options),
    unregistered(options),
    elsewhere(evidence, wanted),
  ].filter((finding) => finding !== undefined)
}

function note(id: DiagnosisRuleId, severity: Finding['severity'], rest: Omit<Finding, 'id' | 'severity'>): RuleFinding {
  return { id, severity, ...rest }
}

function unknownInput({ unknown, token, request, response }: Evidence): RuleFinding | undefined {
  const nothing = token === undefined && request === undefined && response === undefined
  if (unknown === undefined && !nothing) return undefined
  return note('input-unknown', 'error', {
    found: shown(unknown ?? ''),
    expected: 'a token, a curl command, a form, or the answer of a server',
    message: unknown ? 'This is neither a token nor a request nor the answer of a server' : 'There is nothing to look at',
    fix: 'Paste the assertion, the request, or what the server answered',
  })
}

function otherKind({ token }: Evidence): RuleFinding | undefined {
  if (token === undefined) return undefined
  const kind = tokenKindOf(readDraftJwt(token))
  if (kind === 'client assertion' || kind === 'no token' || kind === 'JWT of unknown kind') return undefined
  return note('token-kind', 'warning', {
    found: kind,
    expected: 'client assertion',
    message: `This is ${/^[AEIOU]/i.test(kind) ? 'an' : 'a'} ${kind}, not a client assertion`,
    fix: 'Paste the JWT that is sent as "client_assertion"',
  })
}

function dressed({ dressing }: Evidence): RuleFinding | undefined {
  // A line break at the very end is what every terminal and file adds.
  const told = dressing.filter((name) => name !== 'white space')
  if (told.length === 0) return undefined
  return note('token-dressed', 'warning', {
    found: told.join(', '),
    expected: 'the token alone',
    message: `The token came with ${told.join(' and ')}: a server would refuse it so`,
    fix: 'Send the token alone',
  })
}

function skewed({ response }: Evidence, { now }: DiagnosisOptions): RuleFinding | undefined {
  const [server, local] = [serverTime(response), now === undefined ? undefined : nowSeconds(now)]
  if (server === undefined || local === undefined || Math.abs(server - local) <= 5) return undefined
  return note('clock-skew', 'warning', {
    found: `${spell(Math.abs(local - server))} ${local > server ? 'ahead of' : 'behind'} the server`,
    expected: 'the same time, give or take five seconds',
    message: 'The clock of this machine and that of the server differ',
    fix: 'Turn on time synchronisation',
  })
}

function unregistered({ key, keys }: DiagnosisOptions): RuleFinding | undefined {
  if (key === undefined || keys === undefined) return undefined
  const mine = key.publicKey.thumbprint
  if (keys.keys.some(({ thumbprint }) => thumbprint === mine)) return undefined
  return note('key-unregistered', 'error', {
    member: 'jwks',
    found: `thumbprint ${mine}`,
    expected: keys.keys.map(({ kid, thumbprint }) => `${shown(kid)} with thumbprint ${thumbprint}`).join(', '),
    message: 'The public half of your private key is not among the registered keys',
    fix: 'Register the public key (pkjwt key public prints it)',
  })
}

function elsewhere({ request }: Evidence, { audience, profile }: Wanted): RuleFinding | undefined {
  if (isForIssuer(profile)) return undefined
  if (request?.url === undefined || audience === undefined || request.url === audience) return undefined
  if (!request.url.endsWith('/token')) return undefined
  return note('endpoint-mismatch', 'warning', {
    member: 'url',
    found: shown(request.url),
    expected: shown(audience),
    message: 'The request goes to another URL than the audience that you named',
    fix: 'Make the URL that is called and the audience the same',
  })
}

const severities = ['error', 'warning', 'info'] as const

/** What it is before what is wrong with it; then errors, warnings, infos, each in the order of the stages. */
function inOrder(findings: readonly Finding[]): Finding[] {
  const rank = ({ id, severity }: Finding) => (id === 'token-kind' || id === 'input-unknown' ? -1 : severities.indexOf(severity))
  return [...findings].sort((one, other) => rank(one) - rank(other))
}

function notChecked(
  { token, request, response }: Evidence,
  options: DiagnosisOptions,
  audience: string | undefined,
): NotChecked[] {
  const list: NotChecked[] = []
  const add = (missing: boolean, what: string, how: string) => missing && list.push({ what, add: how })
  add(token === undefined, 'The assertion itself', 'Give the token')
  add(
    token !== undefined && options.keys === undefined && options.key === undefined,
    'Whether the signature fits the registered key',
    'Give the public keys (--keys), or the private key (--key)',
  )
  add(
    token !== undefined && options.keys === undefined && options.key !== undefined,
    'Whether this key is the registered one',
    'Give the keys that the server holds (--keys)',
  )
  add(
    token !== undefined && audience === undefined,
    'Whether "aud" is the endpoint that is called',
    'Give the organisation (--org) or the endpoint (--audience)',
  )
  add(
    token !== undefined && options.clientId === undefined,
    'Whether "iss" is the client id of the app',
    'Give the client id (--client-id)',
  )
  add(request === undefined, 'The request: its form, grant type and scopes', 'Give the curl command or the form')
  add(
    response === undefined,
    'What the server knows: the app and its state, its grants, and whether the "jti" was used',
    'Give the answer of the server (--response)',
  )
  return list
}
