import { describe, expect, it } from 'vitest'
import type { ClientFacts } from './client.js'
import { checkRules, type Finding } from './rule.js'
import { clientRules, identityRules } from './rulebook.js'

const id = '0oa1abcdEFGHijkl2345'

function examine(claims: Readonly<Record<string, unknown>>, facts: Omit<ClientFacts, 'claims'> = {}): Finding[] {
  return checkRules({ claims, ...facts }, [...identityRules, ...clientRules])
}

const idsOf = (claims: Readonly<Record<string, unknown>>, facts?: Omit<ClientFacts, 'claims'>) =>
  examine(claims, facts).map((finding) => finding.id)

describe('"iss" and "sub"', () => {
  it('are the client id, both of them', () => {
    expect(examine({ iss: id, sub: id }, { expected: id, client: { clientId: id } })).toEqual([])
  })

  it.each([[''], [7], [null], [[id]]])('are no client id as %j', (wrong) => {
    expect(examine({ iss: wrong, sub: id })).toMatchObject([
      { id: 'iss-missing', member: 'iss', found: JSON.stringify(wrong), message: 'The claim "iss" is not a client id' },
    ])
    expect(examine({ iss: id, sub: wrong })).toMatchObject([
      { id: 'sub-missing', member: 'sub', found: JSON.stringify(wrong), message: 'The claim "sub" is not a client id' },
    ])
  })

  it('are told to be missing, with nothing found', () => {
    const [noIssuer] = examine({ sub: id })
    expect(noIssuer).toMatchObject({ id: 'iss-missing', message: 'The claim "iss" is missing' })
    expect(noIssuer).not.toHaveProperty('found')
    const [noSubject] = examine({ iss: id })
    expect(noSubject).toMatchObject({ id: 'sub-missing', message: 'The claim "sub" is missing' })
    expect(noSubject).not.toHaveProperty('found')
  })

  it('are mended with the client id that is expected, else with the other of the two', () => {
    expect(examine({ sub: 'other' }, { expected: id })[0]).toMatchObject({
      expected: `"${id}"`,
      patch: { claims: { iss: id, sub: id } },
    })
    expect(examine({ sub: id })[0]).toMatchObject({ expected: `"${id}"`, patch: { claims: { iss: id, sub: id } } })
    expect(examine({ iss: id })[0]).toMatchObject({ expected: `"${id}"`, patch: { claims: { sub: id } } })
  })

  it.each([[undefined], [''], [7]])('are not mended when neither is known: %j', (wrong) => {
    const [issuer, subject] = examine({ iss: 7, sub: wrong })
    expect(issuer).toMatchObject({ id: 'iss-missing', expected: 'the client id' })
    expect(subject).toMatchObject({ id: 'sub-missing', expected: 'the client id' })
    expect(issuer).not.toHaveProperty('patch')
    expect(subject).not.toHaveProperty('patch')
  })

  it('must be the same', () => {
    expect(examine({ iss: id, sub: 'other' })).toMatchObject([
      { id: 'sub-mismatch', found: '"other"', expected: `"${id}"`, patch: { claims: { sub: id } } },
    ])
  })

  it('must not differ in letter case', () => {
    expect(idsOf({ iss: id, sub: id.toLowerCase() })).toEqual(['sub-mismatch'])
  })
})

describe('"iss" must name a client that is known', () => {
  it('and the one that is expected', () => {
    expect(examine({ iss: 'other', sub: 'other' }, { expected: id })).toMatchObject([
      {
        id: 'iss-unknown',
        found: '"other"',
        expected: `"${id}"`,
        message: 'The claim "iss" is another client id',
        patch: { claims: { iss: id, sub: id } },
      },
    ])
  })

  it('which nobody knows when it was looked up in vain', () => {
    const [finding] = examine({ iss: id, sub: id }, { client: null })
    expect(finding).toMatchObject({
      id: 'iss-unknown',
      expected: 'the client id of a registered app',
      message: 'The claim "iss" names no client that this server knows',
    })
    expect(finding).not.toHaveProperty('patch')
  })

  it('also when the client that is expected is not known', () => {
    expect(idsOf({ iss: id, sub: id }, { client: null, expected: id })).toEqual(['iss-unknown'])
  })

  it('and is not asked about when nobody looked', () => {
    expect(idsOf({ iss: id, sub: id })).toEqual([])
  })

  it.each([
    ['https://example.okta.com', 'is a URL'],
    ['http://example.okta.com', 'is a URL'],
    [id.toUpperCase(), 'differs from the client id in letter case'],
    ['x https://example.okta.com', 'is another client id'],
    ['https:example', 'is another client id'],
  ])('%s: %s', (iss, difference) => {
    expect(examine({ iss, sub: iss }, { expected: id })[0]?.message).toContain(difference)
  })
})

describe('what the server knows of the client', () => {
  const client = { clientId: id, active: true, applicationType: 'service', authMethod: 'private_key_jwt' }
  const right = { iss: id, sub: id }

  it('is in order', () => {
    expect(examine(right, { client, formClientId: id })).toEqual([])
    expect(examine(right, { client: { clientId: id } })).toEqual([])
  })

  it('is another client than the form names', () => {
    expect(examine(right, { client, formClientId: 'other' })).toMatchObject([
      { id: 'client-id-mismatch', member: 'client_id', found: '"other"', expected: `"${id}"` },
    ])
    expect(idsOf(right, { formClientId: '' })).toEqual(['client-id-mismatch'])
  })

  it('is that the app is deactivated', () => {
    expect(examine(right, { client: { ...client, active: false } })).toMatchObject([
      { id: 'client-inactive', found: `"${id}"`, expected: 'an active app' },
    ])
  })

  it('is that the app is of another type', () => {
    expect(examine(right, { client: { ...client, applicationType: 'web' } })).toMatchObject([
      { id: 'client-type', found: '"web"', message: 'The app is of type "web", not a service app' },
    ])
  })

  it('is that the app authenticates in another way', () => {
    expect(examine(right, { client: { ...client, authMethod: 'client_secret_basic' } })).toMatchObject([
      {
        id: 'client-method',
        found: '"client_secret_basic"',
        message: 'The app is set to authenticate with "client_secret_basic"',
      },
    ])
  })
})
