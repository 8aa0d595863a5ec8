import { describe, expect, it } from 'vitest'
import { checkRules, type Finding } from './rule.js'
import { grantTypeRules, rememberRules, scopeRules } from './rulebook.js'
import { readScopes, scopesWanted, type UseFacts } from './use.js'

const idsOf = (findings: readonly Finding[]) => findings.map(({ id }) => id)

describe('an assertion', () => {
  const examine = (facts: UseFacts) => checkRules(facts, rememberRules)

  it('is used for the first time, or nobody remembers it', () => {
    expect(examine({ remembered: 'first', jti: 'a' })).toEqual([])
    expect(examine({})).toEqual([])
  })

  it('is used again', () => {
    expect(examine({ remembered: 'again', jti: 'a' })).toMatchObject([{ id: 'jti-used', severity: 'error', found: '"a"' }])
  })

  it('is older than the oldest record', () => {
    expect(examine({ remembered: 'expired', jti: 'a' })).toMatchObject([{ id: 'exp-forgotten', severity: 'error' }])
  })
})

describe('the grant type', () => {
  const examine = (facts: UseFacts) => checkRules({ requested: true, ...facts }, grantTypeRules)

  it('is client_credentials', () => {
    expect(examine({ grantType: 'client_credentials' })).toEqual([])
    expect(examine({ grantType: 'client_credentials', clientGrantTypes: ['password', 'client_credentials'] })).toEqual([])
  })

  it.each([[undefined], ['']])('is missing as %j, when there is a request', (grantType) => {
    expect(idsOf(examine({ grantType }))).toEqual(['grant-type-missing'])
    expect(examine({ grantType, requested: undefined })).toEqual([])
    expect(examine({ grantType, requested: false })).toEqual([])
  })

  it.each(['client_credential', 'CLIENT_CREDENTIALS', 'implicit '])('is unknown as %j', (grantType) => {
    expect(examine({ grantType })).toMatchObject([
      {
        id: 'grant-type-unsupported',
        found: JSON.stringify(grantType),
        message: `The server does not know the grant type ${JSON.stringify(grantType)}`,
      },
    ])
  })

  it.each(['authorization_code', 'refresh_token', 'password', 'implicit'])(
    'is known and not for a service app as %s, whatever its settings say',
    (grantType) => {
      for (const clientGrantTypes of [undefined, ['client_credentials'], [grantType, 'client_credentials']]) {
        expect(examine({ grantType, clientGrantTypes })).toMatchObject([
          {
            id: 'grant-type-unauthorized',
            found: `"${grantType}"`,
            message: `The app may not use the grant type "${grantType}"`,
          },
        ])
      }
    },
  )

  it('is not among those of the app', () => {
    expect(idsOf(examine({ grantType: 'client_credentials', clientGrantTypes: [] }))).toEqual(['grant-type-unauthorized'])
  })
})

describe('the scopes', () => {
  const granted = new Set(['a', 'b'])
  const catalogue = new Set(['a', 'b', 'c'])
  const examine = (scope: string | undefined, facts: UseFacts = {}) =>
    checkRules({ requested: true, scope, catalogue, granted, ...facts }, scopeRules)

  it('are granted', () => {
    expect(examine('a')).toEqual([])
    expect(examine('a b')).toEqual([])
  })

  it.each([[undefined], ['']])('are missing as %j', (scope) => {
    expect(idsOf(examine(scope))).toEqual(['scope-missing'])
    expect(examine(scope, { requested: false })).toEqual([])
    expect(examine(scope, { requested: undefined, defaultScopes: [] })).toEqual([])
  })

  it('are the default ones of a custom server when none is asked for', () => {
    expect(examine(undefined, { defaultScopes: ['a'] })).toEqual([])
    expect(idsOf(examine(undefined, { defaultScopes: ['c'] }))).toEqual(['scope-not-granted'])
    expect(idsOf(examine(undefined, { defaultScopes: [] }))).toEqual(['scope-default-missing'])
    expect(examine('a', { defaultScopes: [] })).toEqual([])
  })

  it('may be missing where a server has scopes of its own for the app', () => {
    expect(examine(undefined, { scopeWanted: 'optional' })).toEqual([])
    expect(idsOf(examine(undefined, { scopeWanted: 'resource-default' }))).toEqual(['scope-missing'])
  })

  it('stand for one resource, where a server wants that', () => {
    const at = (scope: string | undefined, scopeWanted: UseFacts['scopeWanted'] = 'resource-default') =>
      checkRules({ scope, scopeWanted }, scopeRules)
    const [one, two] = ['https://graph.microsoft.com/.default', 'https://api.example/.default']
    expect(at(one)).toEqual([])
    expect(at(undefined)).toEqual([])
    expect(at(`${one} ${two}`, 'optional')).toEqual([])
    expect(at('User.Read.All')).toEqual([
      {
        id: 'scope-not-default',
        severity: 'error',
        member: 'scope',
        found: '"User.Read.All"',
        expected: 'the identifier of one resource, with "/.default" behind it',
        message: 'The scope "User.Read.All" is no resource with "/.default" behind it',
        fix: 'Ask for one scope such as https://graph.microsoft.com/.default: it stands for all permissions granted to the app',
      },
    ])
    expect(at('/.default/User.Read')[0]?.id).toBe('scope-not-default')
    expect(at(`${one} ${two}`)[0]?.message).toBe('2 scopes are asked for: this server gives one token for one resource')
  })

  it('have at most 1024 characters', () => {
    const of = (length: number) => `a ${'b'.repeat(length)}`.slice(0, length)
    expect(idsOf(examine(of(1024)))).not.toContain('scope-form')
    expect(examine(`${of(1023)},`)[0]?.message).toBe('The scopes are not written as OAuth wants them')
    expect(examine(of(1025))[0]).toMatchObject({
      id: 'scope-form',
      message: 'The scopes have 1025 characters, and the limit is 1024',
    })
  })

  it.each(['a  b', ' a', 'a ', ' ', 'a\tb', 'a\nb', 'a"b', 'a\\b', 'aé', 'a\u007f', '\u0000'])(
    'are not written as %j',
    (scope) => {
      expect(examine(scope).find(({ id }) => id === 'scope-form')).toMatchObject({
        found: JSON.stringify(scope).replace('\u007f', '\\u007f'),
        message: 'The scopes are not written as OAuth wants them',
        fix: 'Put exactly one space between two scopes',
      })
    },
  )

  it('are not separated with commas', () => {
    for (const scope of ['a,b', ',a', 'a,', 'a b,a']) {
      expect(examine(scope).find(({ id }) => id === 'scope-form')?.fix).toBe('Separate the scopes with spaces, not with commas')
    }
  })

  it('may be written with every other sign that RFC 6749 allows', () => {
    const signs = Array.from({ length: 0x7e - 0x20 }, (_, index) => String.fromCharCode(0x21 + index)).join('')
    const scope = signs.replace(/["\\,]/g, '')
    expect(scope).toHaveLength(91)
    expect(examine(`${scope} ${scope}x`, { catalogue: undefined, granted: undefined })).toEqual([])
  })

  it.each(['openid', 'profile', 'email', 'address', 'phone', 'groups', 'offline_access', 'device_sso'])(
    'are none about a user, such as %s',
    (scope) => {
      expect(examine(`a ${scope}`)[0]).toMatchObject({
        id: 'scope-openid',
        found: `"${scope}"`,
        message: `The scope "${scope}" is about a signed-in user, and a service app has none`,
        fix: `Ask without "${scope}"`,
      })
      expect(idsOf(examine(`a ${scope}s`))).not.toContain('scope-openid')
    },
  )

  it('are none of a user who is signed in', () => {
    expect(examine('a okta.users.read.self')[0]).toMatchObject({
      id: 'scope-self',
      found: '"okta.users.read.self"',
      message: 'The scope "okta.users.read.self" is for the user who is signed in, and a service app has none',
      fix: 'Ask for "okta.users.read"',
    })
    expect(idsOf(examine('a okta.self.read'))).not.toContain('scope-self')
  })

  it('are in the catalogue, all of them', () => {
    expect(examine('a x')[0]).toMatchObject({
      id: 'scope-unknown',
      found: '"x"',
      message: 'The server does not know the scope "x"',
    })
    expect(examine('x a y')[0]).toMatchObject({
      id: 'scope-unknown',
      found: '"x", "y"',
      message: 'The server does not know the scopes "x", "y"',
    })
    expect(idsOf(examine('a x', { catalogue: undefined }))).not.toContain('scope-unknown')
  })

  it('are not granted, none of them', () => {
    expect(examine('c')).toMatchObject([{ id: 'scope-not-granted', severity: 'error', found: '"c"', expected: '"a", "b"' }])
    expect(examine('a', { granted: new Set() })).toMatchObject([
      { id: 'scope-not-granted', expected: 'a scope granted to the app, which has none' },
    ])
    expect(examine('c', { granted: undefined })).toEqual([])
  })

  it('are granted in part: that is a warning', () => {
    expect(examine('c a')).toMatchObject([
      {
        id: 'scope-narrowed',
        severity: 'warning',
        found: '"c"',
        expected: '"a"',
        message: 'The token will come without "c": not granted to the app',
      },
    ])
    expect(examine('c a', { granted: undefined })).toEqual([])
  })
})

describe('readScopes()', () => {
  it.each([
    [undefined, []],
    ['', []],
    [' ', []],
    ['a', ['a']],
    [' a  b a ', ['a', 'b']],
  ])('reads %j as %j', (scope, names) => {
    expect(readScopes(scope)).toEqual(names)
  })
})

describe('scopesWanted()', () => {
  it('takes the default scopes only when none is written', () => {
    const granted = new Set(['a'])
    expect(scopesWanted({ scope: 'a c', defaultScopes: ['b'], granted })).toEqual({ asked: ['a', 'c'], granted: ['a'] })
    expect(scopesWanted({ defaultScopes: ['a', 'b'], granted })).toEqual({ asked: ['a', 'b'], granted: ['a'] })
    expect(scopesWanted({})).toEqual({ asked: [], granted: [] })
    expect(scopesWanted({ scope: 'a' })).toEqual({ asked: ['a'], granted: [] })
  })
})
