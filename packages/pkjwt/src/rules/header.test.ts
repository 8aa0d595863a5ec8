import { expect, it } from 'vitest'
import { okta } from '../profiles/okta.js'
import { smart } from '../profiles/smart.js'
import { headerMissing } from './header.js'
import { checkRules, type HeaderMember, type Profile } from './rule.js'

const facts = { claims: {}, now: 0, audiences: undefined }

function examine(header: Readonly<Record<string, unknown>>, limits: Profile) {
  return checkRules({ ...facts, header, limits }, [headerMissing])
}

it('a header without the members that the profile wants is refused, and no other profile asks for them', () => {
  expect(examine({ kid: 'one', typ: 'JWT' }, smart)).toEqual([])
  expect(examine({ typ: 'JWT' }, smart)).toMatchObject([{ id: 'header-missing', severity: 'error', member: 'kid' }])
  expect(examine({ kid: 'one' }, smart)).toMatchObject([{ member: 'typ', patch: { header: { typ: 'JWT' } } }])
  expect(examine({}, okta)).toEqual([])
})

it.each<HeaderMember>(['kid', 'typ', 'x5t#S256'])('the finding about %j says what to do', (member) => {
  const limits = { ...okta, headerRequired: [member] }
  const [finding] = examine({}, limits)
  expect(finding?.message).toBe(`The header has no "${member}", and servers of the profile "okta" want one`)
  expect(finding?.fix).toMatch(/^[A-Z].*(header|registered)/)
  expect(examine({ [member]: 'x' }, limits)).toEqual([])
})
