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

  it('reads names in any letter case, and values with or without quotes', () => {
    expect(readChallenge('dpop ERROR=invalid_token , Error_Description = "a, \\"b\\" \\\\ c",SCOPE="x  y "')).toEqual({
      scheme: 'dpop',
      error: 'invalid_token',
      errorDescription: 'a, "b" \\ c',
      scopes: ['x', 'y'],
    })
    expect(readChallenge('Bearer error="", scope=""')).toMatchObject({ error: '', scopes: [] })
  })

  it('does not take the end of another name, or a word in a value, for a name', () => {
    expect(readChallenge('Bearer x_error=a, realm="error=b"')?.error).toBeUndefined()
    expect(readChallenge('error =x')).toMatchObject({ scheme: 'error', error: undefined })
  })

  it.each(['Bearer', "a1!#$%&'*+.^_`|~-", ' Bearer\t'])('knows the scheme of %j', (header) => {
    expect(readChallenge(header)?.scheme).toBe(header.trim())
  })

  it.each(['1Bearer', 'Be(arer', 'Bearer,', 'error="x"', ',Bearer'])('knows no scheme in %j', (header) => {
    expect(readChallenge(header)).toBeUndefined()
  })

  it('looks at the first 8192 characters', () => {
    const header = (spaces: number) => `Bearer${' '.repeat(spaces)}error=x`
    expect(readChallenge(header(8192 - 'Bearererror=x'.length))?.error).toBe('x')
    expect(readChallenge(header(8193 - 'Bearererror=x'.length))?.error).toBeUndefined()
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

describe('writeChallenge()', () => {
  it('quotes each value', () => {
    expect(writeChallenge('DPoP', { algs: 'ES256', error: 'a"b\\c' })).toBe('DPoP algs="ES256", error="a\\"b\\\\c"')
  })
})
