import type { JsonObject } from '../jwt/parse.js'
import { isAlgorithm } from '../keys/algorithms.js'
import type { PublicKey } from '../keys/key.js'
import { type Breach, type Profile, type Rule, type RuleId, shown } from './rule.js'

/** Why the keys of a client could not be had from its `jwks_uri`. */
export interface KeysFault {
  readonly fault: 'unavailable' | 'empty' | 'ambiguous'
  readonly detail: string
}

/** What the rules about the choice of the key look at. */
export interface KeyFacts {
  readonly fault?: KeysFault | undefined
  readonly header: JsonObject
  /** What the server holds for the client. */
  readonly keys: readonly PublicKey[]
  /** The key that the header chooses: see `chooseKey`. */
  readonly key: PublicKey | undefined
  /** The profile, as far as it is known. */
  readonly limits?: Pick<Profile, 'headerRequired'> | undefined
  /** The key of the set that did sign, where somebody tried them all. */
  readonly signedBy?: PublicKey | undefined
}

/**
 * The key that a header chooses: the one that `kid` names, or without `kid` the only active one.
 *
 * @example
 * assert.equal(chooseKey({}, keys.keys), key.publicKey)
 * assert.equal(chooseKey({ kid: 'another' }, keys.keys), undefined)
 */
export function chooseKey({ kid }: JsonObject, keys: readonly PublicKey[]): PublicKey | undefined {
  if (kid !== undefined) return keys.find((key) => key.kid === kid)
  const active = keys.filter((key) => key.status === 'ACTIVE')
  return active.length === 1 ? active[0] : undefined
}

export const keysMissing: Rule<KeyFacts> = {
  id: 'keys-missing',
  stage: 'key',
  specification: 'Okta: the public key must be registered with the app',
  check({ keys, fault }) {
    if (keys.length > 0 || fault !== undefined) return undefined
    return {
      member: 'jwks',
      found: 'no key',
      expected: 'the public key of the signer',
      message: 'The app has no public key registered',
      fix: 'Register the public key with the app (pkjwt key public prints it)',
    }
  },
}

export const keysUnavailable = /* @__PURE__ */ keysFault('keys-unavailable', 'unavailable', {
  expected: 'a JWKS over https',
  message: 'The key set of the app could not be fetched from its jwks_uri',
  fix: 'Serve the key set over https, without redirects, as JSON of at most 64 KiB',
})

export const keysEmpty = /* @__PURE__ */ keysFault('keys-empty', 'empty', {
  expected: 'at least one key',
  message: 'The key set at the jwks_uri of the app holds no key',
  fix: 'Put the public key of the signer into the set',
})

export const keysAmbiguous = /* @__PURE__ */ keysFault('keys-ambiguous', 'ambiguous', {
  expected: 'a "kid" of its own for each key',
  message: 'Keys at the jwks_uri of the app share a "kid", or have none',
  fix: 'Give each key of the set a "kid" of its own',
})

function keysFault(id: RuleId, wanted: KeysFault['fault'], advice: Breach): Rule<KeyFacts> {
  return {
    id,
    stage: 'key',
    specification: 'RFC 7591 §2 (jwks_uri); RFC 7517 §5',
    check: ({ fault }) => (fault?.fault === wanted ? { member: 'jwks_uri', found: fault.detail, ...advice } : undefined),
  }
}

export const kidMissing: Rule<KeyFacts> = {
  id: 'kid-missing',
  stage: 'key',
  specification: 'RFC 7515 §4.1.4; Okta: needed as soon as the app has several keys',
  check({ header: { kid }, keys, signedBy }) {
    const active = keys.filter((key) => key.status === 'ACTIVE')
    if (kid !== undefined || keys.length === 0 || active.length === 1) return undefined
    return {
      member: 'kid',
      expected: active.length === 0 ? 'an active key' : active.map((key) => shown(key.kid)).join(', '),
      message: missingKidMessage(active.length),
      ...mendKid(signedBy, 'Put the "kid" of the signing key into the header'),
    }
  },
}

function missingKidMessage(active: number): string {
  if (active === 0) return 'The header has no "kid", and none of the registered keys is active'
  return `The header has no "kid", and the app has ${active} active keys: nobody knows which one to use`
}

export const kidAbsent: Rule<KeyFacts> = {
  id: 'kid-absent',
  stage: 'key',
  specification: 'RFC 7515 §4.1.4; Okta: needed as soon as the app has several keys',
  check({ header: { kid }, key, limits }) {
    if (kid !== undefined || key === undefined || isKeyNamed(limits)) return undefined
    return {
      severity: 'warning',
      member: 'kid',
      expected: key.kid === undefined ? 'a "kid"' : shown(key.kid),
      message: 'The header has no "kid": it works while exactly one key is active, and stops when a second one is added',
      fix:
        key.kid === undefined
          ? 'Give the key a "kid", here and where it is registered'
          : `Put "kid": ${shown(key.kid)} into the header`,
      ...(key.kid === undefined ? {} : { patch: { header: { kid: key.kid } } }),
    }
  },
}

/** Whether every assertion names its key, by `kid` or by a certificate. */
function isKeyNamed(limits: KeyFacts['limits']): boolean {
  return limits?.headerRequired?.some((member) => member !== 'typ') === true
}

export const kidUnknown: Rule<KeyFacts> = {
  id: 'kid-unknown',
  stage: 'key',
  specification: 'RFC 7515 §4.1.4',
  check({ header: { kid }, keys, key, signedBy }) {
    if (kid === undefined || key !== undefined || keys.length === 0) return undefined
    return {
      member: 'kid',
      found: shown(kid),
      expected: keys.map((candidate) => shown(candidate.kid)).join(', '),
      message: 'The header names a key that is not registered with the app',
      ...mendKid(signedBy, 'Use the "kid" of the registered key, or register this key'),
    }
  },
}

/** When it is known which key signed, its name is the fix. */
function mendKid(signedBy: PublicKey | undefined, otherwise: string): Pick<Breach, 'fix' | 'patch'> {
  if (signedBy?.kid === undefined) return { fix: otherwise }
  return { fix: `Put "kid": ${shown(signedBy.kid)} into the header: that key signed`, patch: { header: { kid: signedBy.kid } } }
}

export const keyInactive: Rule<KeyFacts> = {
  id: 'key-inactive',
  stage: 'key',
  specification: 'Okta: a key that is deactivated verifies nothing',
  check({ key }) {
    if (key === undefined || key.status === 'ACTIVE') return undefined
    return {
      member: 'kid',
      found: `${shown(key.kid)}, inactive`,
      expected: 'an active key',
      message: 'The key that "kid" names is deactivated',
      fix: 'Activate the key, or sign with one that is active',
    }
  },
}

export const keyUse: Rule<KeyFacts> = {
  id: 'key-use',
  stage: 'key',
  specification: 'RFC 7517 §4.2',
  check({ key }) {
    if (key?.use === undefined || key.use === 'sig') return undefined
    return {
      member: 'use',
      found: shown(key.use),
      expected: 'sig, or nothing',
      message: `The registered key is for ${key.use === 'enc' ? 'encryption' : shown(key.use)}, not for signatures`,
      fix: 'Register the key with "use": "sig"',
    }
  },
}

export const keyOps: Rule<KeyFacts> = {
  id: 'key-ops',
  stage: 'key',
  specification: 'RFC 7517 §4.3',
  check({ key }) {
    if (key?.keyOps === undefined || key.keyOps.includes('verify')) return undefined
    return {
      member: 'key_ops',
      found: shown(key.keyOps),
      expected: 'verify',
      message: 'The registered key may not be used to verify signatures',
      fix: 'Register the key with "key_ops": ["verify"], or without it',
    }
  },
}

export const keyAlg: Rule<KeyFacts> = {
  id: 'key-alg',
  stage: 'key',
  specification: 'RFC 7517 §4.4; RFC 8725 §3.1',
  check({ header: { alg }, key }) {
    if (key === undefined || !isAlgorithm(alg)) return undefined
    const allowed = key.alg === undefined ? key.algorithms : key.algorithms.filter((name) => name === key.alg)
    if (allowed.includes(alg)) return undefined
    const kind = key.crv === undefined ? `${key.kty} key` : `key on ${key.crv}`
    return {
      member: 'alg',
      found: alg,
      expected: allowed.join(', ') || 'another key',
      message: key.algorithms.includes(alg)
        ? `The registered key is for ${shown(key.alg)} only`
        : `A ${kind} cannot verify ${alg}`,
      fix: `Sign with ${allowed.join(' or ') || 'another key'}`,
    }
  },
}
