import fc from 'fast-check'
import { encodeBase64urlText } from 'pkjwt/encoding'
import { RefusedError } from 'pkjwt/errors'
import { signEncoded } from 'pkjwt/jwt'
import { generateKey, type SigningKey } from 'pkjwt/keys'
import { profiles } from 'pkjwt/profiles'
import { diagnose, verifyAssertion } from 'pkjwt/protocol'
import { beforeAll, describe, expect, it } from 'vitest'

const clientId = '0oa1abcdEFGHijkl2345'
const issuer = 'https://example.okta.com'
const audience = `${issuer}/oauth2/v1/token`
const seconds = 1_770_091_506
const now = new Date(seconds * 1000)
const casesPerProfile = 1700

let key: SigningKey
let other: SigningKey
beforeAll(async () => {
  key = await generateKey({ alg: 'ES256', kid: 'one' })
  other = await generateKey({ alg: 'ES256', kid: 'two' })
})

describe.each(['okta', 'rfc7523', 'fapi2'] as const)('in the profile %s', (profile) => {
  it(`server and diagnosis agree on ${casesPerProfile} mutated assertions`, async () => {
    const refusals = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(mutation(profile), async (changes) => {
        const assertion = await sign(changes)
        const refused = await refusalOf(assertion, profile)
        const { findings } = await diagnose(
          { assertion },
          { keys: { keys: [key.publicKey] }, clientId, audience: audienceOf(profile), profile, now },
        )
        expect(findings.find(({ severity }) => severity === 'error')?.id).toBe(refused)
        refusals.set(refused ?? 'accepted', (refusals.get(refused ?? 'accepted') ?? 0) + 1)
      }),
      { numRuns: casesPerProfile, seed: 20_260_203 },
    )
    // The set is only worth something when it breaks many different rules, and leaves some assertions whole.
    expect(refusals.size).toBeGreaterThan(20)
    expect(refusals.get('accepted')).toBeGreaterThan(10)
  })
})

interface Changes {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
  readonly signer: 'one' | 'two'
  readonly cut: readonly [at: number, replacement: string] | undefined
}

const audienceOf = (profile: keyof typeof profiles) => (profiles[profile].audience === 'issuer' ? issuer : audience)

function mutation(profile: keyof typeof profiles): fc.Arbitrary<Changes> {
  const odd = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.string(), { maxLength: 2 }),
    fc.constant({}),
  )
  const near = fc.integer({ min: -20, max: 20 })
  const time = fc.oneof(
    near.map((offset) => seconds + offset),
    near.map((offset) => seconds + 3600 + offset),
    near.map((offset) => seconds + 300 + offset),
    near.map((offset) => String(seconds + offset)),
    fc.constant(seconds * 1000),
    odd,
  )
  const aud = fc.oneof(fc.constantFrom(audience, issuer, `${audience}/`, [audience], [issuer], [audience, issuer], '', []), odd)
  const header = {
    alg: fc.oneof(fc.constantFrom('none', 'HS256', 'RS256', 'PS256', 'ES384'), odd),
    kid: fc.oneof(fc.constant('two'), odd),
    typ: odd,
    crit: odd,
    jwk: odd,
  }
  const claims = { iss: odd, sub: odd, aud, exp: time, iat: time, nbf: time, jti: fc.oneof(odd, fc.constant('j'.repeat(257))) }
  return fc.record({
    header: fewMembers(header),
    claims: fewMembers(claims).map((changed) => ({ aud: audienceOf(profile), ...changed })),
    signer: fc.constantFrom('one', 'one', 'one', 'two'),
    cut: fc.option(fc.tuple(fc.nat(400), fc.stringMatching(/^[A-Za-z0-9_.=+-]{0,2}$/)), { freq: 6, nil: undefined }),
  })
}

/** Mostly one member or none is changed, so that each fault is often alone. */
function fewMembers(values: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const member = fc
    .constantFrom(...Object.keys(values))
    .chain((name) => fc.tuple(fc.constant(name), values[name] ?? fc.constant(undefined)))
  return fc.array(member, { maxLength: 2, size: 'small' }).map((changes) => Object.fromEntries(changes))
}

async function sign({ header, claims, signer, cut }: Changes): Promise<string> {
  const base = { iss: clientId, sub: clientId, iat: seconds - 5, exp: seconds + 60, jti: 'a' }
  const text = await signEncoded(
    encodeBase64urlText(JSON.stringify({ alg: 'ES256', kid: 'one', ...header })),
    JSON.stringify({ ...base, ...claims }),
    signer === 'one' ? key : other,
  )
  if (cut === undefined) return text
  const [at, replacement] = cut
  return `${text.slice(0, at)}${replacement}${text.slice(at + 1)}`
}

async function refusalOf(assertion: string, profile: keyof typeof profiles): Promise<string | undefined> {
  try {
    await verifyAssertion(assertion, {
      audience,
      issuer: profile === 'fapi2' ? issuer : audience,
      profile,
      now,
      findClient: (id) => (id === clientId ? { clientId, keys: { keys: [key.publicKey] } } : undefined),
      rememberOnce: () => true,
    })
    return undefined
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    return error.findings.find(({ severity }) => severity === 'error')?.id
  }
}
