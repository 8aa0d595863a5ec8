import { RefusedError } from 'pkjwt/errors'
import { readPublicKeys } from 'pkjwt/keys'
import { profiles, refusalOf } from 'pkjwt/profiles'
import { diagnose, readTokenRequest, verifyAssertion } from 'pkjwt/protocol'
import { checkRules, type Finding, grantTypeRules, requestRules, scopeRules } from 'pkjwt/rules'
import { beforeAll, describe, expect, it } from 'vitest'
import { generateKeys, prepareApps, type SeedApp } from './apps.js'
import { type AttemptRequest, type Target, writeAttempt } from './attempt.js'
import { type Attempt, now, type RuleCase, ruleCases, warningCases } from './cases.js'
import { told } from './told.js'

const issuer = 'https://example.okta.com'
const presentTime = new Date(now * 1000)
let target: Target

beforeAll(async () => {
  const keys = await generateKeys()
  target = { issuer, keys, apps: prepareApps(keys) }
})

describe.each(ruleCases)('$rule: $what', (ruleCase) => {
  it('is refused by its rule, with the text of the profile', async () => {
    const refusal = await judge(ruleCase.refused)
    expect(refusal?.id).toBe(ruleCase.rule)
    const profile = profiles[target.apps[ruleCase.refused.app ?? 'plain'].profile ?? 'okta']
    expect(refusal?.refusal).toEqual(refusalOf(ruleCase.rule, profile))
  })

  it('is accepted when that one thing is right', async () => {
    expect(await judge(ruleCase.accepted)).toBeUndefined()
  })

  it('is the first error of the diagnosis', async () => {
    const [first] = (await diagnosed(ruleCase, ruleCase.refused)).filter(({ severity }) => severity === 'error')
    expect(first?.id).toBe(ruleCase.rule)
  })

  it('has no error in the diagnosis when that one thing is right', async () => {
    const errors = (await diagnosed(ruleCase, ruleCase.accepted)).filter(({ severity }) => severity === 'error')
    expect(errors).toEqual([])
  })
})

describe.each(warningCases)('$rule warns of $what', ({ rule, warned, silent }) => {
  const found = async (attempt: Attempt) => (await diagnosed({ rule, needs: 'token' }, attempt)).find(({ id }) => id === rule)

  it('as a warning, and signs and verifies all the same', async () => {
    expect((await found(warned))?.severity).toBe('warning')
    expect(await judge(warned)).toBeUndefined()
  })

  it('and of nothing when that one thing is right', async () => {
    expect(await found(silent)).toBeUndefined()
  })
})

it('every finding says what it did when it was last read over', async () => {
  const texts: string[] = []
  for (const ruleCase of ruleCases) {
    const findings = await diagnosed(ruleCase, ruleCase.refused)
    texts.push(
      told(
        `${ruleCase.rule}: ${ruleCase.what}`,
        findings.find(({ id }) => id === ruleCase.rule),
      ),
    )
  }
  for (const { rule, what, warned } of warningCases) {
    const findings = await diagnosed({ rule, needs: 'token' }, warned)
    texts.push(
      told(
        `${rule}, a warning: ${what}`,
        findings.find(({ id }) => id === rule),
      ),
    )
  }
  await expect(texts.join('\n')).toMatchFileSnapshot('./findings.txt')
})

it('the patch of a finding mends what it is about', async () => {
  const mended: string[] = []
  for (const ruleCase of ruleCases.filter(({ needs }) => needs === 'token')) {
    const { rule, what, refused } = ruleCase
    const patch = (await diagnosed(ruleCase, refused)).find(({ id }) => id === rule)?.patch
    if (patch === undefined) continue
    const { payload: _, ...rest } = refused
    const attempt = { ...rest, header: { ...refused.header, ...patch.header }, claims: { ...refused.claims, ...patch.claims } }
    const errors = (await diagnosed(ruleCase, attempt)).filter(({ id, severity }) => id === rule && severity === 'error')
    expect(errors, `${rule}: ${what}`).toEqual([])
    mended.push(rule)
  }
  expect(new Set(mended).size).toBeGreaterThan(15)
})

/** Judges an attempt as the token endpoint does, in its order; answers the finding that it would refuse with. */
async function judge(attempt: Attempt): Promise<Finding | undefined> {
  const used = new Set<string>()
  const request = await writeAttempt(attempt, target)
  if (attempt.sentBefore) await judgeRequest(request, used)
  return judgeRequest(request, used)
}

async function judgeRequest(request: AttemptRequest, used: Set<string>): Promise<Finding | undefined> {
  const read = readTokenRequest(request)
  const [misshapen] = checkRules(read.facts, requestRules, true)
  if (misshapen !== undefined) return { ...misshapen, refusal: refusalOf(misshapen.id as 'token-form', profiles.okta) }
  const refused = await refusedAssertion(request, read.clientId, used)
  if (refused !== undefined) return refused
  const facts = {
    requested: true,
    grantType: read.grantType,
    scope: read.scope,
    clientGrantTypes: request.app.grant_types,
    catalogue: new Set(['okta.users.read', 'okta.groups.read', 'okta.apps.read']),
    granted: new Set(request.app.grants),
  }
  const error = checkRules(facts, [...grantTypeRules, ...scopeRules], true).find(({ severity }) => severity === 'error')
  return error === undefined ? undefined : { ...error, refusal: refusalOf(error.id as 'scope-form', profiles.okta) }
}

async function refusedAssertion(
  { assertion }: AttemptRequest,
  formClientId: string | undefined,
  used: Set<string>,
): Promise<Finding | undefined> {
  try {
    await verifyAssertion(assertion, {
      audience: `${issuer}/oauth2/v1/token`,
      issuer,
      formClientId,
      now: presentTime,
      findClient: (clientId) => findClient(Object.values(target.apps).find((app) => app.client_id === clientId)),
      rememberOnce: ({ clientId, jti }) => used.size < used.add(`${clientId} ${jti}`).size,
    })
    return undefined
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    return error.findings.find(({ severity }) => severity === 'error') as Finding
  }
}

async function findClient(app: SeedApp | undefined) {
  if (app === undefined) return undefined
  return {
    clientId: app.client_id,
    keys: app.jwks.keys.length === 0 ? { keys: [] } : await readPublicKeys(app.jwks),
    active: app.status !== 'INACTIVE',
    authMethod: app.token_endpoint_auth_method ?? 'private_key_jwt',
    profile: app.profile,
  }
}

/** What a user sees who knows the keys of the app; of what only the server knows, its answer tells. */
async function diagnosed({ rule, needs }: Pick<RuleCase, 'rule' | 'needs'>, attempt: Attempt): Promise<readonly Finding[]> {
  const { app, assertion, ...request } = await writeAttempt(attempt, target)
  const refused = serverOnly.has(rule) ? await judge(attempt) : undefined
  const response = refused?.refusal === undefined ? {} : { response: JSON.stringify(refused.refusal) }
  const { findings } = await diagnose(
    { ...(needs === 'request' ? { request } : { assertion }), ...response },
    {
      now: presentTime,
      keys: app.jwks.keys.length === 0 ? { keys: [] } : await readPublicKeys(app.jwks),
      clientId: app.client_id,
      audience: profiles[app.profile ?? 'okta'].audience === 'issuer' ? issuer : `${issuer}/oauth2/v1/token`,
      profile: app.profile ?? 'okta',
    },
  )
  return findings as readonly Finding[]
}

const serverOnly: ReadonlySet<string> = new Set([
  'client-inactive',
  'client-method',
  'jti-used',
  'scope-unknown',
  'scope-not-granted',
  'grant-type-unauthorized',
])
