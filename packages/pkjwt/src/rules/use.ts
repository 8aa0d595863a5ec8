import { type Profile, type Rule, shown } from './rule.js'

/** What becomes of an assertion's `jti`: `expired` when the record of it could have been purged already. */
export type Remembered = 'first' | 'again' | 'expired'

/** What the rules about the use of an authenticated assertion look at. What nobody knows stays undefined. */
export interface UseFacts {
  readonly remembered?: Remembered | undefined
  readonly jti?: unknown
  readonly grantType?: string | undefined
  /** Set when there is a request to look at: then an absent grant type or scope is a fault. */
  readonly requested?: boolean | undefined
  readonly clientGrantTypes?: readonly string[] | undefined
  /** The raw `scope` parameter. */
  readonly scope?: string | undefined
  /** Scopes that stand for an absent parameter: a custom authorization server has such a list, if an empty one; others have none. */
  readonly defaultScopes?: readonly string[] | undefined
  /** What the profile says about scopes. */
  readonly scopeWanted?: Profile['scope']
  /** Every scope that the server knows. */
  readonly catalogue?: ReadonlySet<string> | undefined
  /** The scopes granted to the app. */
  readonly granted?: ReadonlySet<string> | undefined
}

export const jtiUsed: Rule<UseFacts> = {
  id: 'jti-used',
  stage: 'use',
  specification: 'RFC 7523 §3 (7); Okta: with "jti" the assertion works once',
  check({ remembered, jti }) {
    if (remembered !== 'again') return undefined
    return {
      member: 'jti',
      found: shown(jti),
      expected: 'a "jti" that was never used',
      message: 'This assertion was used before: with a "jti" it works once',
      fix: 'Sign a new assertion for every request, also when you try again after an error',
    }
  },
}

export const expForgotten: Rule<UseFacts> = {
  id: 'exp-forgotten',
  stage: 'use',
  specification: 'a rule of this project: no clock set back may open a record that is gone',
  check({ remembered }) {
    if (remembered !== 'expired') return undefined
    return {
      member: 'exp',
      message: 'The assertion is older than the oldest record of used ones: the clock of the server was set back',
      fix: 'Sign a new assertion; if that does not help, set the clock of the server',
    }
  },
}

export const grantTypeMissing: Rule<UseFacts> = {
  id: 'grant-type-missing',
  stage: 'use',
  specification: 'RFC 6749 §4.4.2',
  check({ requested, grantType }) {
    if (requested !== true || grantType) return undefined
    return {
      member: 'grant_type',
      expected: 'client_credentials',
      message: 'The parameter "grant_type" is missing',
      fix: 'Send grant_type=client_credentials',
    }
  },
}

/** The one grant type that a service app uses. */
export const clientCredentials = 'client_credentials'

export const grantTypeUnsupported: Rule<UseFacts> = {
  id: 'grant-type-unsupported',
  stage: 'use',
  specification: 'RFC 6749 §5.2',
  check({ grantType }) {
    if (!grantType || knownGrantTypes.includes(grantType)) return undefined
    return {
      member: 'grant_type',
      found: shown(grantType),
      expected: clientCredentials,
      message: `The server does not know the grant type ${shown(grantType)}`,
      fix: 'Send grant_type=client_credentials',
    }
  },
}

const knownGrantTypes = ['client_credentials', 'authorization_code', 'refresh_token', 'password', 'implicit']

export const grantTypeUnauthorized: Rule<UseFacts> = {
  id: 'grant-type-unauthorized',
  stage: 'use',
  specification: 'RFC 6749 §5.2',
  check({ grantType, clientGrantTypes = [clientCredentials] }) {
    if (!grantType || !knownGrantTypes.includes(grantType)) return undefined
    if (grantType === clientCredentials && clientGrantTypes.includes(grantType)) return undefined
    return {
      member: 'grant_type',
      found: shown(grantType),
      expected: clientCredentials,
      message: `The app may not use the grant type ${shown(grantType)}`,
      fix: 'Send grant_type=client_credentials, and allow it in the settings of the app',
    }
  },
}

export const scopeMissing: Rule<UseFacts> = {
  id: 'scope-missing',
  stage: 'use',
  specification: 'RFC 6749 §4.4.2; Okta: scope is required at the organisation server',
  check({ requested, scope, defaultScopes, scopeWanted }) {
    if (requested !== true || readScopes(scope).length > 0 || defaultScopes !== undefined) return undefined
    if (scopeWanted === 'optional') return undefined
    return {
      member: 'scope',
      expected: 'at least one scope',
      message: 'The request asks for no scope',
      fix: 'Send scope=okta.users.read, or whatever the app was granted',
    }
  },
}

export const scopeDefaultMissing: Rule<UseFacts> = {
  id: 'scope-default-missing',
  stage: 'use',
  specification: 'RFC 6749 §3.3; Okta: a custom authorization server may have default scopes',
  check({ requested, scope, defaultScopes }) {
    if (requested !== true || readScopes(scope).length > 0 || defaultScopes?.length !== 0) return undefined
    return {
      member: 'scope',
      expected: 'at least one scope',
      message: 'The request asks for no scope, and the authorization server has no default ones',
      fix: 'Send a scope of the authorization server',
    }
  },
}

export const scopeForm: Rule<UseFacts> = {
  id: 'scope-form',
  stage: 'use',
  specification: 'RFC 6749 §3.3; Okta: at most 1024 characters',
  check({ scope }) {
    if (scope === undefined || scope === '' || (scope.length <= 1024 && scopeSyntax.test(scope))) return undefined
    return {
      member: 'scope',
      found: shown(scope),
      expected: 'scopes with one space between them, at most 1024 characters',
      message:
        scope.length > 1024
          ? `The scopes have ${scope.length} characters, and the limit is 1024`
          : 'The scopes are not written as OAuth wants them',
      fix: scope.includes(',') ? 'Separate the scopes with spaces, not with commas' : 'Put exactly one space between two scopes',
    }
  },
}

// RFC 6749 §3.3 allows the comma inside a scope; nobody names one so, and everybody separates with it by mistake.
const scopeSyntax = /^[\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]+( [\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]+)*$/

export const scopeOpenid: Rule<UseFacts> = {
  id: 'scope-openid',
  stage: 'use',
  specification: 'OpenID Connect Core §3: scopes about a user need a user',
  check({ scope }) {
    const wrong = readScopes(scope).find((name) => openidScopes.includes(name))
    if (wrong === undefined) return undefined
    return {
      member: 'scope',
      found: shown(wrong),
      expected: 'scopes of an API',
      message: `The scope ${shown(wrong)} is about a signed-in user, and a service app has none`,
      fix: `Ask without ${shown(wrong)}`,
    }
  },
}

const openidScopes = ['openid', 'profile', 'email', 'address', 'phone', 'groups', 'offline_access', 'device_sso']

export const scopeSelf: Rule<UseFacts> = {
  id: 'scope-self',
  stage: 'use',
  specification: 'Okta: .self scopes are for users',
  check({ scope }) {
    const wrong = readScopes(scope).find((name) => name.endsWith('.self'))
    if (wrong === undefined) return undefined
    return {
      member: 'scope',
      found: shown(wrong),
      expected: 'a scope without .self',
      message: `The scope ${shown(wrong)} is for the user who is signed in, and a service app has none`,
      fix: `Ask for ${shown(wrong.slice(0, -'.self'.length))}`,
    }
  },
}

export const scopeNotDefault: Rule<UseFacts> = {
  id: 'scope-not-default',
  stage: 'use',
  specification: 'Microsoft Entra ID, client credentials: the identifier of one resource with "/.default"',
  check({ scope, scopeWanted }) {
    const names = readScopes(scope)
    const [name = ''] = names
    if (scopeWanted !== 'resource-default' || names.length === 0) return undefined
    if (names.length === 1 && name.endsWith('/.default')) return undefined
    return {
      member: 'scope',
      found: shown(scope),
      expected: 'the identifier of one resource, with "/.default" behind it',
      message:
        names.length === 1
          ? `The scope ${shown(name)} is no resource with "/.default" behind it`
          : `${names.length} scopes are asked for: this server gives one token for one resource`,
      fix: 'Ask for one scope such as https://graph.microsoft.com/.default: it stands for all permissions granted to the app',
    }
  },
}

export const scopeUnknown: Rule<UseFacts> = {
  id: 'scope-unknown',
  stage: 'use',
  specification: 'RFC 6749 §5.2',
  check({ scope, catalogue }) {
    const wrong = readScopes(scope).filter((name) => catalogue !== undefined && !catalogue.has(name))
    if (wrong.length === 0) return undefined
    return {
      member: 'scope',
      found: wrong.map(shown).join(', '),
      expected: 'scopes that this server knows',
      message: `The server does not know ${wrong.length === 1 ? 'the scope' : 'the scopes'} ${wrong.map(shown).join(', ')}`,
      fix: 'Check the spelling; scopes of a custom authorization server exist only there',
    }
  },
}

export const scopeNotGranted: Rule<UseFacts> = {
  id: 'scope-not-granted',
  stage: 'use',
  specification: 'Okta: the app gets what was granted to it',
  check(facts) {
    const { asked, granted } = scopesWanted(facts)
    if (facts.granted === undefined || asked.length === 0 || granted.length > 0) return undefined
    return {
      member: 'scope',
      found: asked.map(shown).join(', '),
      expected:
        facts.granted.size === 0 ? 'a scope granted to the app, which has none' : [...facts.granted].map(shown).join(', '),
      message: 'None of the scopes asked for is granted to the app',
      fix: 'Let a Super Admin grant the scope to the app',
    }
  },
}

export const scopeNarrowed: Rule<UseFacts> = {
  id: 'scope-narrowed',
  stage: 'use',
  specification: 'okta-sdk-golang#145: scopes that are not granted are dropped without a word',
  check(facts) {
    const { asked, granted } = scopesWanted(facts)
    if (granted.length === 0 || granted.length === asked.length) return undefined
    const dropped = asked.filter((name) => !granted.includes(name))
    return {
      severity: 'warning',
      member: 'scope',
      found: dropped.map(shown).join(', '),
      expected: granted.map(shown).join(', '),
      message: `The token will come without ${dropped.map(shown).join(', ')}: not granted to the app`,
      fix: 'Let a Super Admin grant the scope, or stop asking for it',
    }
  },
}

/**
 * The scopes asked for, defaults included, and those of them that the app has.
 *
 * @example
 * assert.deepEqual(scopesWanted({ scope: 'a b', granted: new Set(['a']) }), { asked: ['a', 'b'], granted: ['a'] })
 */
export function scopesWanted(facts: UseFacts): { readonly asked: readonly string[]; readonly granted: readonly string[] } {
  const written = readScopes(facts.scope)
  const asked = written.length > 0 ? written : (facts.defaultScopes ?? [])
  return { asked, granted: asked.filter((name) => facts.granted?.has(name) === true) }
}

/**
 * A `scope` parameter as a list without repetitions (RFC 6749 §3.3).
 *
 * @example
 * assert.deepEqual(readScopes('a b a'), ['a', 'b'])
 */
export function readScopes(scope: string | undefined): string[] {
  if (scope === undefined || scope === '') return []
  // Most requests ask for one, and several rules look at it.
  return scope.includes(' ') ? [...new Set(scope.split(' ').filter((name) => name !== ''))] : [scope]
}
