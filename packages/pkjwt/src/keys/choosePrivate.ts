import type { Found } from '../containers/found.js'
import { recognise } from '../containers/recognise.js'
import type { FoundPrivate } from '../containers/unlock.js'
import { cannotUse, onlyOther } from '../containers/unusable.js'
import { isJsonObject } from '../encoding/json.js'
import { KeyError } from '../errors.js'
import { exportHostKey } from './hostKey.js'
import { checkJwk, checkSetSize, quote } from './jwk.js'

/** A private key that an input holds: a JWK, or what is in a container still. */
export type Candidate = { readonly members: Readonly<Record<string, unknown>> } | { readonly found: FoundPrivate }

/**
 * Chooses the one private key that is meant: the only one, or the one with this `kid`.
 *
 * @throws {KeyError} `key_ambiguous`, `key_not_found`, or what the input is when there is no private key in it
 */
export async function choosePrivate(input: string | Uint8Array | object, kid: string | undefined): Promise<Candidate> {
  const held = await exportHostKey(input)
  const found = recognise(held)
  const all = found.flatMap(candidatesOf)
  const candidates = all.length > 1 ? all.filter((each) => !isForEncryption(each)) : all
  const named = candidates.filter((each) => kidOf(each) === kid)
  const fromSet = found.some(({ is }) => is === 'jwks')
  const chosen = candidates.length > 1 || (fromSet && kid !== undefined) ? named : candidates
  const [only, ...others] = chosen
  if (only !== undefined && others.length === 0 && (candidates.length === 1 || kid !== undefined)) return only
  if (candidates.length === 0) throw explainNoPrivate(found)
  throw cannotChoose(candidates, kid)
}

function candidatesOf(found: Found): Candidate[] {
  if (found.is === 'private' || found.is === 'encrypted') return [{ found }]
  const jwks = found.is === 'jwk' ? [found.members] : found.is === 'jwks' ? found.keys : []
  checkSetSize(jwks)
  return jwks.filter(isJsonObject).flatMap((members) => (members['d'] === undefined ? [] : [{ members }]))
}

function isForEncryption(candidate: Candidate): boolean {
  return 'members' in candidate && candidate.members['use'] === 'enc'
}

function kidOf(candidate: Candidate): unknown {
  return 'members' in candidate ? candidate.members['kid'] : candidate.found.kid
}

function explainNoPrivate(found: readonly Found[]): KeyError {
  const jwk = found.find((each) => each.is === 'jwk')
  // A JWK that is no key pair at all has a better sentence of its own.
  if (jwk !== undefined) checkJwk(jwk.members)
  if (jwk !== undefined || found.some(({ is }) => is === 'jwks')) return cannotUse('public')
  const ssh = found.find((each) => each.is === 'public')
  if (ssh !== undefined) return cannotUse(ssh.form === 'ssh' ? 'sshPublic' : 'public')
  if (found.some(({ is }) => is === 'certificate')) return cannotUse('certificate')
  const [other] = found
  return onlyOther(other?.is === 'other' ? other.what : 'something else')
}

function cannotChoose(candidates: readonly Candidate[], kid: string | undefined): KeyError {
  const kids = candidates.map(kidOf).map((each) => (typeof each === 'string' ? quote(each) : 'one without kid'))
  const hint = `Choose one by its kid: ${kids.slice(0, 10).join(', ')}`
  if (kid === undefined)
    return new KeyError('key_ambiguous', `Cannot choose a key: there are ${candidates.length} private keys`, { hint })
  return new KeyError('key_not_found', `Cannot find a private key with kid ${quote(kid)}: none, or more than one, has it`, {
    hint,
  })
}
