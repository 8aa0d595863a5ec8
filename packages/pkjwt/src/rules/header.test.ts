import { expect, it } from 'vitest'
import { headerMissing } from './header.js'
import { checkRules, type HeaderMember, type Profile } from './rule.js'

const facts = { claims: {}, now: 0, audiences: undefined }
const limits: Profile = {
  name: 'easy',
  refusals: 'one',
  expiredToleranceSeconds: 0,
  lifetimeSecondsMax: 300,
  lifetimeSecondsSafe: 300,
  aheadSecondsMax: 0,
  jti: 'optional',
  jtiBytesMax: 256,
  algorithms: [],
  audience: 'endpoint',
  audienceList: 'one',
}
const strict: Profile = { ...limits, name: 'strict', headerRequired: ['kid', 'typ'] }

function examine(header: Readonly<Record<string, unknown>>, limits: Profile) {
  return checkRules({ ...facts, header, limits }, [headerMissing])
}

it('a header without the members that the profile wants is refused, and no other profile asks for them', () => {
  expect(examine({ kid: 'one', typ: 'JWT' }, strict)).toEqual([])
  expect(examine({ typ: 'JWT' }, strict)).toMatchObject([{ id: 'header-missing', severity: 'error', member: 'kid' }])
  expect(examine({ kid: 'one' }, strict)).toMatchObject([{ member: 'typ', patch: { header: { typ: 'JWT' } } }])
  expect(examine({}, limits)).toEqual([])
})

it.each<HeaderMember>(['kid', 'typ', 'x5t#S256'])('the finding about %j says what to do', (member) => {
  const [finding] = examine({}, { ...strict, headerRequired: [member] })
  expect(finding?.message).toBe(`The header has no "${member}", and servers of the profile "strict" want one`)
  expect(finding?.fix).toMatch(/^[A-Z].*(header|registered)/)
  expect(examine({ [member]: 'x' }, { ...strict, headerRequired: [member] })).toEqual([])
})
