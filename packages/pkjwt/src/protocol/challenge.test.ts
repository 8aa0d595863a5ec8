import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readChallenge, writeChallenge } from './challenge.js'

describe('readChallenge()', () => {
  it('reads the refusal that Okta sends with an empty body', () => {
    const header =
      'Bearer authorization_uri="http://example.okta.com/oauth2/v1/authorize", realm="http://example.okta.com", scope="okta.users.read", error="insufficient_scope", error_description="The access token provided does not contain the required scopes.", resource="/api/v1/users"'
    expect(readChallenge(header)).toEqual({
      scheme: 'Bearer',
      error: 'insufficient_scope',
      errorDescription: 'The access token provided does not contain the required scopes.',
      scopes: ['okta.users.read'],
    })
  })

  it('reads a scheme alone', () => {
    expect(readChallenge('DPoP')).toEqual({ scheme: 'DPoP', error: undefined, errorDescription: undefined, scopes: [] })
  })

  it.each([undefined, null, '', '   ', '"quoted"', '=1'])('answers nothing for %j', (header) => {
    expect(readChallenge(header)).toBeUndefined()
  })

  it('reads back whatever was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 200 }), (description) => {
        expect(readChallenge(writeChallenge('Bearer', { error: 'x', error_description: description }))?.errorDescription).toBe(
          description,
        )
      }),
    )
  })

  it('never throws, and ends soon', () => {
    fc.assert(fc.property(fc.string({ maxLength: 20_000 }), (header) => void readChallenge(header)))
  })
})
