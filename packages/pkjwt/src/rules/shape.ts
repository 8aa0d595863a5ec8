import type { DraftJwt, JwtFault } from '../jwt/parse.js'
import { algorithmNames, isAlgorithm } from '../keys/algorithms.js'
import { type Breach, type HeaderKey, type Profile, type Rule, shown } from './rule.js'

/** What the rules about the outer form look at. */
export interface ShapeFacts {
  readonly jwt: DraftJwt
  /** The profile, as far as it is known: the client, who may have another one, is not yet. */
  readonly limits?: Pick<Profile, 'headerKeys'> | undefined
}

const compactForm = 'three base64url parts with a dot between them'

export const tokenSize: Rule<ShapeFacts> = {
  id: 'token-size',
  stage: 'shape',
  specification: 'a limit of this project',
  check: ({ jwt }) =>
    faultOf(jwt, 'size', { expected: 'at most 16384 characters', fix: 'Send a small assertion: seven claims are all it needs' }),
}

export const tokenForm: Rule<ShapeFacts> = {
  id: 'token-form',
  stage: 'shape',
  specification: 'RFC 7515 §3.1; RFC 7523 §2.2',
  check: ({ jwt }) =>
    faultOf(jwt, 'parts', { expected: compactForm, fix: 'Send the signed JWT in its compact form, whole and alone' }),
}

export const tokenEncoding: Rule<ShapeFacts> = {
  id: 'token-encoding',
  stage: 'shape',
  specification: 'RFC 7515 §2 (base64url without padding)',
  check: ({ jwt }) =>
    faultOf(jwt, 'encoding', {
      expected: compactForm,
      fix: 'Use base64url without "=", spaces and line breaks, and copy the token whole',
    }),
}

export const tokenJson: Rule<ShapeFacts> = {
  id: 'token-json',
  stage: 'shape',
  specification: 'RFC 7515 §4; RFC 7519 §7.2',
  check: ({ jwt }) =>
    faultOf(jwt, 'json', { expected: 'a JSON object without repeated members', fix: 'Sign a JSON object, encoded as UTF-8' }),
}

export const headerExtension: Rule<ShapeFacts> = {
  id: 'header-extension',
  stage: 'shape',
  specification: 'RFC 7515 §4.1.11; RFC 7797',
  check({ jwt: { header = {} } }) {
    const member = ['crit', 'b64', 'zip'].find((name) => Object.hasOwn(header, name))
    if (member === undefined) return undefined
    return {
      member,
      found: shown(header[member]),
      message: `The header member "${member}" asks for an extension that no token endpoint understands`,
      fix: `Sign without "${member}"`,
      patch: { header: { [member]: null } },
    }
  },
}

export const headerAlg: Rule<ShapeFacts> = {
  id: 'header-alg',
  stage: 'shape',
  specification: 'RFC 7518 §3.1; RFC 8725 §3.2',
  check({ jwt: { header } }) {
    const alg = header?.alg
    if (header === undefined || isAlgorithm(alg)) return undefined
    return {
      member: 'alg',
      ...(alg === undefined ? {} : { found: shown(alg) }),
      expected: algorithmNames.join(', '),
      message: algorithmMessage(alg),
      fix: 'Sign with the private key and its algorithm, such as RS256 or ES256',
    }
  },
}

export const headerTyp: Rule<ShapeFacts> = {
  id: 'header-typ',
  stage: 'shape',
  specification: 'RFC 8725 §3.11',
  check({ jwt: { header } }) {
    const typ = header?.typ
    if (typ === undefined || (typeof typ === 'string' && acceptedTypes.includes(typ.toLowerCase()))) return undefined
    return {
      member: 'typ',
      found: shown(typ),
      expected: 'JWT, client-authentication+jwt, or nothing',
      message: `The header says that this is ${shown(typ)}: a token of another kind`,
      fix: 'Sign with "typ": "JWT", or without "typ"',
      patch: { header: { typ: 'JWT' } },
    }
  },
}

const acceptedTypes = ['jwt', 'client-authentication+jwt', 'application/jwt', 'application/client-authentication+jwt']

export const headerKid: Rule<ShapeFacts> = {
  id: 'header-kid',
  stage: 'shape',
  specification: 'RFC 7515 §4.1.4',
  check({ jwt: { header } }) {
    const kid = header?.kid
    if (kid === undefined || (typeof kid === 'string' && kid !== '')) return undefined
    return {
      member: 'kid',
      found: shown(kid),
      expected: 'a string that is not empty',
      message: kid === '' ? 'The header member "kid" is empty' : 'The header member "kid" is not a string',
      fix: 'Use the "kid" of the registered key, as a string',
    }
  },
}

export const headerKey: Rule<ShapeFacts> = {
  id: 'header-key',
  stage: 'shape',
  specification: 'RFC 7515 §10.1; RFC 8725 §3.10',
  check({ jwt: { header = {} }, limits: { headerKeys: taken = [] } = {} }) {
    const member = headerKeys.find((name) => Object.hasOwn(header, name) && !taken.includes(name))
    if (member === undefined) return undefined
    return {
      severity: 'warning',
      member,
      found: shown(header[member]),
      expected: 'no key inside the token',
      message: `The header brings its own key in "${member}": no server trusts or fetches it`,
      fix: `Sign without "${member}" and register the public key with the app`,
      patch: { header: { [member]: null } },
    }
  },
}

const headerKeys: readonly HeaderKey[] = ['jwk', 'jku', 'x5u', 'x5c']

function faultOf({ faults }: DraftJwt, kind: JwtFault['kind'], advice: Pick<Breach, 'expected' | 'fix'>): Breach | undefined {
  const fault = faults.find((candidate) => candidate.kind === kind)
  if (fault === undefined) return undefined
  const subject = fault.part === 'token' ? 'token' : `${fault.part} of the token`
  return { member: fault.part, found: fault.detail, message: `The ${subject} cannot be read: ${fault.detail}`, ...advice }
}

function algorithmMessage(alg: unknown): string {
  if (alg === undefined) return 'The header names no algorithm'
  if (typeof alg !== 'string') return 'The header member "alg" is not a string'
  if (alg.toLowerCase() === 'none') return 'The header says "none": the token is not signed'
  if (/^HS\d+$/.test(alg)) return `The header says ${shown(alg)}, which signs with a shared secret: the private key must sign`
  return `There is no signature algorithm ${shown(alg)}`
}
