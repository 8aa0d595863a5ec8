import { randomUUID } from 'node:crypto'
import { parseJsonObject } from 'pkjwt/encoding'
import { type Finding, RefusedError } from 'pkjwt/errors'
import { type JsonObject, signJwt } from 'pkjwt/jwt'
import { algorithmNames } from 'pkjwt/keys'
import { type AssertionOptions, draftAssertion, examineDraft } from 'pkjwt/protocol'
import { certificateFlags, openCertificate } from '../certificate.js'
import { readPairs } from '../claimFlags.js'
import { CliError } from '../cliError.js'
import { type Context, defineCommand, type Outcome } from '../command.js'
import { choice, list, text, toggle } from '../flags.js'
import { readInput } from '../input.js'
import type { Io } from '../io.js'
import { keyFlags, openKeyRef } from '../keyRef.js'
import type { Talk } from '../talk.js'
import { atFlag, offlineAlternatives, offlineFlags, readAt } from '../target.js'
import { readLifetime } from '../times.js'

const flags = {
  ...keyFlags,
  kid: text('Key', 'ID', 'the "kid" of the header, when the key brings none'),
  alg: choice('Key', algorithmNames, 'the algorithm, when the key leaves a choice'),
  ...certificateFlags,
  ...offlineFlags,
  claims: text('Claims', 'FILE', 'the payload as JSON; alone it is enough: a missing or quoted "exp" is put right', {
    isFile: true,
  }),
  lifetime: text('Claims', 'TIME', 'how long it lives: 5m (default), 300, or the moment it ends', { aliases: ['--exp'] }),
  jti: text('Claims', 'ID', 'a "jti" of your own instead of a random one'),
  noJti: toggle('Claims', 'leave "jti" out: the assertion can be used again until it expires'),
  noIat: toggle('Claims', 'leave "iat" out'),
  claim: list('Claims', 'K=V', 'add or replace a claim with a text'),
  claimJson: list('Claims', 'K=JSON', 'add or replace a claim with JSON; null takes it out'),
  header: list('Claims', 'K=V', 'add or replace a member of the header'),
  noCheck: toggle('Claims', 'sign even what the server would refuse'),
  ...atFlag,
}

/** `sign`: the client assertion, alone on one line. */
export const sign = defineCommand({
  name: 'sign',
  summary: 'create and sign a client assertion',
  examples: [
    ['for an Okta organisation', 'pkjwt sign --key private-key.jwk --client-id 0oa1 --org example.okta.com'],
    ['a payload that is written already', 'pkjwt sign --key private-key.pem --claims payload.json'],
    ['with a key that ssh-agent holds', 'pkjwt sign --key ssh-agent:me@work --client-id 0oa1 --org example.okta.com'],
  ],
  flags,
  alternatives: offlineAlternatives,
  notes: [
    'It refuses to sign what the profile’s servers would refuse, with exit code 1 and the reasons. A server takes an assertion with a "jti" once.',
  ],
  async run(context) {
    const { talk, flags: given } = context
    const options = await readOptions(context)
    const draft = draftAssertion(options)
    for (const note of draft.notes) talk.note(note)
    warnOfPlaceholders(draft.claims, talk)
    const findings = examineDraft(draft, options)
    if (!given.noCheck) refuseErrors(findings)
    for (const { message, fix, severity } of findings) if (severity !== 'info') talk.warn(message, fix)
    const assertion = await signJwt(draft.header, draft.claims, options.key)
    return { text: assertion, data: assertion, findings } satisfies Outcome
  },
})

async function readOptions({ flags: given, io, talk }: Context<typeof flags>): Promise<AssertionOptions> {
  const { key: keyRef, clientId, org, audience, profile, kid, alg, passphraseFile } = given
  if (keyRef === undefined)
    throw needed('there is no key to sign with', 'Name it with --key: a file, -, env:NAME, fd:N or ssh-agent:COMMENT')
  const now = readAt(given.at, io.clock, talk) ?? io.clock()
  const payload = given.claims === undefined ? undefined : await readPayload(given.claims, io)
  const claims = readClaims(given)
  const lifetime = given.lifetime === undefined ? undefined : readLifetime(given.lifetime, '--lifetime', now)
  if (lifetime?.warning !== undefined) talk.warn(lifetime.warning)
  if (payload === undefined) requireTarget(given, claims)
  const typedExp =
    payload === undefined || lifetime === undefined ? {} : { exp: Math.floor(now.getTime() / 1000) + lifetime.seconds }
  const header = readPairs(given.header, '--header')
  return {
    key: await openKeyRef(keyRef, { passphraseFile, kid, alg, io, talk }),
    clientId: clientId ?? (payload === undefined ? String(claims['iss'] ?? '') : undefined),
    org,
    audience,
    profile,
    payload,
    lifetimeSeconds: lifetime?.seconds,
    // node:crypto is loaded anyway; the global one would be loaded for this alone.
    jti: given.noJti ? false : (given.jti ?? (payload === undefined ? randomUUID() : undefined)),
    iat: given.noIat ? false : undefined,
    claims: orNothing({ ...typedExp, ...claims }),
    header: orNothing(header),
    certificate: await openCertificate(given.certificate, io),
    x5c: given.x5c,
    now,
  }
}

async function readPayload(file: string, io: Io): Promise<JsonObject> {
  return parseJsonObject(await readInput(file, 'the payload', io), { what: 'the payload' })
}

function readClaims({ claim, claimJson }: Context<typeof flags>['flags']): JsonObject {
  return { ...readPairs(claim, '--claim'), ...readPairs(claimJson, '--claim-json', { isJson: true }) }
}

/** Without a payload, the flags have to say who asks and where. */
function requireTarget({ clientId, org, audience }: Context<typeof flags>['flags'], claims: JsonObject): void {
  if (clientId === undefined && claims['iss'] === undefined) {
    throw needed('there is neither a client id nor a payload', 'Give --client-id ID, or --claims FILE')
  }
  if (org === undefined && audience === undefined && claims['aud'] === undefined) {
    throw needed('nothing says where the assertion goes', 'Give --org DOMAIN, or --audience URL')
  }
}

/** A guide's sample payload that was signed before it was filled in. */
function warnOfPlaceholders(claims: JsonObject, talk: Talk): void {
  const unfilled = ['iss', 'sub', 'aud'].filter((name) => /\$?\{[^}]*\}|<[^>]*>/.test(String(claims[name] ?? '')))
  if (unfilled.length === 0) return
  talk.warn(`The payload still holds a placeholder in ${unfilled.join(', ')}`, 'Put your own domain and client id there')
}

function orNothing(members: JsonObject): JsonObject | undefined {
  return Object.keys(members).length > 0 ? members : undefined
}

function refuseErrors(findings: readonly Finding[]): void {
  const [first] = findings.filter(({ severity }) => severity === 'error')
  if (first === undefined) return
  throw new RefusedError('rules', `Cannot sign an assertion that a server would accept: ${first.message}`, {
    hint: `${first.fix} (--no-check signs it all the same)`,
    findings,
  })
}

function needed(state: string, hint: string): CliError {
  return new CliError('flag_missing', `Cannot sign: ${state}`, { hint, showHelp: true })
}
