import { profiles, refusalOf } from 'pkjwt/profiles'
import { describe, expect, it, test } from 'vitest'
import { conformanceCases } from '../../packages/cli/src/conformance/cases/cases.js'
import { drivableRules, ruleOf } from '../../packages/cli/src/conformance/conformanceCase.js'
import { expectationOf } from '../../packages/cli/src/conformance/expectation.js'
import { notDriven } from '../../packages/cli/src/conformance/notDriven.js'
import type { Answer } from '../../packages/cli/src/conformance/wire/send.js'

describe('the cases', () => {
  it('have names of their own', () => {
    const names = conformanceCases.map(({ id }) => id)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  it('drive every rule that a server refuses by, or say why not', () => {
    const driven = new Set<string>([
      'jti-used',
      ...conformanceCases.map(({ rule }) => rule),
      ...notDriven.flatMap(({ rules }) => rules),
    ])
    expect(drivableRules.map(({ id }) => id).filter((id) => !driven.has(id))).toEqual([])
  })

  it('drive no rule of which it is said that it cannot be driven', () => {
    const rules = new Set(conformanceCases.map(({ rule }) => rule))
    expect(notDriven.flatMap((each) => each.rules).filter((id) => rules.has(id))).toEqual([])
  })

  it('are in groups that follow the stages of the rulebook', () => {
    expect([...new Set(conformanceCases.map(({ rule }) => ruleOf(rule).stage))]).toEqual([
      'request',
      'shape',
      'client',
      'claims',
      'key',
      'signature',
      'use',
    ])
  })
})

const caseOf = (id: string) => {
  const found = conformanceCases.find((each) => each.id === id)
  if (found === undefined) throw new TypeError(`there is no case ${id}`)
  return found
}

const answer = (status: number, error: string, errorDescription = ''): Answer => ({
  status,
  header: () => null,
  body: '',
  isToken: false,
  refusal: { error, errorDescription, errorId: undefined },
})

describe('what should come', () => {
  const past = caseOf('exp-past/expired-an-hour-ago')
  const { error_description: text } = refusalOf('exp-past', profiles.okta)

  test.each([
    ['Okta, with its text', profiles.okta, answer(401, 'invalid_client', text), true],
    ['Okta, with another text', profiles.okta, answer(401, 'invalid_client', 'no'), false],
    ['Okta, with another status', profiles.okta, answer(400, 'invalid_client', text), false],
    ['any server, with any text', profiles.rfc7523, answer(401, 'invalid_client', 'no'), true],
    ['any server, with 400', profiles.rfc7523, answer(400, 'invalid_client'), true],
    ['any server, with another error', profiles.rfc7523, answer(400, 'invalid_grant'), false],
    ['any server, with 403', profiles.rfc7523, answer(403, 'invalid_client'), false],
  ])('at %s', (_name, limits, came, isMet) => {
    expect(expectationOf(past, limits).isMetBy(came)).toBe(isMet)
  })
})
