import { readPublicKeys } from 'pkjwt/keys'
import { diagnose } from 'pkjwt/protocol'
import { beforeAll, describe, expect, it } from 'vitest'
import { generateKeys, prepareApps } from '../rules/apps.js'
import { type Target, writeAttempt } from '../rules/attempt.js'
import { now } from '../rules/cases.js'
import { type Complaint, complaints } from './complaints.js'

const org = 'https://example.okta.com'
let target: Target

beforeAll(async () => {
  const keys = await generateKeys()
  target = { issuer: org, keys, apps: prepareApps(keys) }
})

describe('diagnose() names the cause that a thread ended with', () => {
  it.each(complaints)('$source: $what', async (complaint) => {
    const [first] = await findingsOf(complaint)
    expect(first?.id).toBe(complaint.cause[0])
    expect(`${first?.message} ${first?.fix}`).toMatch(complaint.cause[1])
  })
})

it('has at least twenty of them', () => {
  expect(complaints.length).toBeGreaterThanOrEqual(20)
})

async function findingsOf({ claims, header, request, response, keys = 'one', signer, hasAssertion }: Complaint) {
  const app = keys === 'two' ? 'twoKeys' : 'plain'
  const { assertion, app: seed } = await writeAttempt(
    {
      app,
      ...(claims === undefined ? {} : { claims }),
      ...(header === undefined ? {} : { header }),
      ...(signer === undefined ? {} : { signer }),
    },
    target,
  )
  const { findings } = await diagnose(
    {
      ...(hasAssertion && request === undefined ? { assertion } : {}),
      request: request?.replace('{assertion}', assertion),
      response,
    },
    {
      org,
      now: new Date(now * 1000),
      keys: hasAssertion ? await readPublicKeys(seed.jwks) : undefined,
      clientId: seed.client_id,
    },
  )
  return findings
}
