import { describe, expect, it } from 'vitest'
import { jwtBearerAssertionType, type RequestFacts } from './request.js'
import { checkRules, type Finding } from './rule.js'
import { requestRules } from './rulebook.js'

const right = {
  grant_type: 'client_credentials',
  scope: 'okta.users.read',
  client_assertion_type: jwtBearerAssertionType,
  client_assertion: 'a.b.c',
}

/** A right request with other parameters; `undefined` removes one. */
function examine(form: Readonly<Record<string, string | undefined>> = {}, facts: Partial<RequestFacts> = {}): Finding[] {
  const parameters = Object.entries({ ...right, ...form }).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return checkRules(
    {
      method: 'POST',
      contentType: 'application/x-www-form-urlencoded',
      parameters,
      queryNames: [],
      authorization: undefined,
      encodingFault: undefined,
      ...facts,
    },
    requestRules,
  )
}

const idsOf = (...args: Parameters<typeof examine>) => examine(...args).map(({ id }) => id)
const withoutAssertion = { client_assertion: undefined, client_assertion_type: undefined }

describe('a token request', () => {
  it('is in order', () => {
    expect(examine()).toEqual([])
  })

  it('is a POST, where its method is known', () => {
    expect(examine({}, { method: 'post' })).toMatchObject([
      { id: 'request-method', found: '"post"', message: 'The token endpoint takes POST, and this is post' },
    ])
    expect(idsOf({}, { method: undefined })).toEqual([])
  })

  it.each([
    'application/x-www-form-urlencoded',
    'Application/X-WWW-Form-URLEncoded',
    ' application/x-www-form-urlencoded ; charset=UTF-8',
  ])('is a form when it says %j', (contentType) => {
    expect(idsOf({}, { contentType })).toEqual([])
  })

  it.each([['application/json'], ['text/plain; application/x-www-form-urlencoded'], [''], [undefined]])(
    'is no form when it says %j',
    (contentType) => {
      expect(idsOf({}, { contentType })).toEqual(['request-media-type'])
      expect(idsOf({}, { contentType, method: undefined })).toEqual([])
    },
  )

  it('can be decoded', () => {
    expect(examine({}, { encodingFault: 'a NUL character' })).toMatchObject([
      { id: 'request-encoding', found: 'a NUL character', message: 'The form cannot be decoded: a NUL character' },
    ])
  })

  it('holds each parameter once, also those that nobody knows', () => {
    const twice = (name: string) => ({ parameters: [...Object.entries(right), ['x', '1'], [name, '2']] as [string, string][] })
    expect(idsOf({}, twice('y'))).toEqual([])
    expect(examine({}, twice('x'))).toMatchObject([{ id: 'parameter-repeated', member: '"x"' }])
    expect(examine({}, twice('scope'))).toMatchObject([{ id: 'parameter-repeated', member: '"scope"' }])
  })

  it.each(['client_id', 'client_secret', 'client_assertion', 'client_assertion_type', 'grant_type', 'scope'])(
    'has no "%s" in its URL',
    (name) => {
      expect(examine({}, { queryNames: ['other', name] })).toMatchObject([{ id: 'parameter-in-query', member: name }])
    },
  )

  it('may have something else in its URL', () => {
    expect(idsOf({}, { queryNames: ['other'] })).toEqual([])
  })
})

describe('the credentials of a token request', () => {
  it.each([
    ['client_assertion and client_secret', { client_secret: 's' }, {}],
    ['client_assertion and client_secret', { client_secret: '' }, {}],
    ['client_assertion and Authorization', {}, { authorization: '' }],
    ['client_secret and Authorization', { ...withoutAssertion, client_secret: 's' }, { authorization: 'Basic x' }],
    ['client_assertion and client_secret and Authorization', { client_secret: 's' }, { authorization: 'Basic x' }],
  ])('are not %s', (found, form, facts) => {
    expect(examine(form, facts).find(({ id }) => id === 'credentials-multiple')).toMatchObject({
      found,
      message: `The client proves itself twice: with ${found}`,
    })
  })

  it('are there', () => {
    expect(idsOf(withoutAssertion)).toEqual(['credentials-missing'])
    expect(idsOf({ client_assertion: '', client_assertion_type: undefined })).toContain('credentials-missing')
  })

  it.each([
    ['client_secret', { ...withoutAssertion, client_secret: 's' }, {}],
    ['Authorization', withoutAssertion, { authorization: 'Basic x' }],
  ])('are no secret: %s', (member, form, facts) => {
    expect(examine(form, facts)).toMatchObject([{ id: 'credentials-secret', member, found: `${member} as the credential` }])
  })

  it('are an assertion of the type for a JWT', () => {
    expect(examine({ client_assertion_type: 'x' })).toMatchObject([
      { id: 'assertion-type', found: '"x"', message: 'The parameter "client_assertion_type" is not the one for a JWT' },
    ])
    expect(idsOf({ client_assertion_type: `${jwtBearerAssertionType} ` })).toEqual(['assertion-type'])
    expect(idsOf({ client_assertion_type: 'x', client_assertion: undefined })).toEqual(['assertion-type', 'assertion-empty'])
  })

  it('are an assertion that says its type', () => {
    const [finding] = examine({ client_assertion_type: undefined })
    expect(finding).toMatchObject({ id: 'assertion-type', message: 'The parameter "client_assertion_type" is missing' })
    expect(finding).not.toHaveProperty('found')
  })

  it.each([[''], [undefined]])('are an assertion, not %j', (client_assertion) => {
    expect(idsOf({ client_assertion })).toEqual(['assertion-empty'])
  })
})
