import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeAttempt } from '../rules/attempt.js'
import { testCaseStories } from './caseStories.js'
import { caseTable } from './caseTable.js'
import { type CaseWorld, expectRefused, openCaseWorld, type Settle } from './caseWorld.js'
import { readAnswer } from './support.js'

/**
 * The 127 cases that a token endpoint has to pass, by their numbers, in the profile okta where none is named. Where the list says
 * something else than Okta does, the answer here is Okta's: 1 and 2 come in Okta's own shape, 15 and 16 are 401, 47 is accepted
 * while one key is active, 65 is 401, 69 to 71 and 85 differ between okta and fapi2, 98 to 100 burn the assertion once its signature
 * held, 108 and 112 are `consent_required`, 109 is narrowed. 46 and 119 are told at the start: the seed file registers here.
 * Elsewhere: 89 in replay.test.ts and postgres/instances.test.ts, 94 in kill.test.ts and postgres/outage.test.ts, 104 in
 * store/replayKey.test.ts, 114 in dpopAtEndpoint.ts, 118 in limits.test.ts, 120 to 123 and 125 in remoteKeys.test.ts and
 * publicAddress.test.ts.
 */
export function testCasesAtEndpoint(settle: Settle = async () => ({})): void {
  let world: CaseWorld

  beforeAll(async () => {
    world = await openCaseWorld(settle)
  })

  afterAll(() => world.server.close())

  describe.each(Object.entries(caseTable))('%s', (_group, cases) => {
    it.each(cases)('%s: %s', async (_number, _what, outcome, sent) => {
      const response = await (typeof sent === 'function' ? sent(world) : sendAttempt(sent))
      if (outcome.error === undefined) expect(await readAnswer(response)).toMatchObject({ token_type: 'Bearer' })
      else await expectRefused(response, outcome.status, outcome.error)
    })
  })

  async function sendAttempt(attempt: Parameters<typeof writeAttempt>[0]): Promise<Response> {
    if (!attempt.sentBefore) return world.send({ attempt })
    const { body } = await writeAttempt(attempt, world.target)
    await world.post(body)
    return world.post(body)
  }

  testCaseStories(() => world)
}
