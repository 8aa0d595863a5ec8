import { KeyError } from 'pkjwt/errors'
import { readPublicKeys } from 'pkjwt/keys'
import type { JsonObject, KeyDraft } from '../store/store.js'
import { texts } from './texts.js'

/** Members of a key object that the server wrote and a client sends back. */
const ownMembers = new Set(['id', 'created', 'lastUpdated', 'lastUsed', '_links'])

/** A key that cannot be registered. */
export class KeyRefused extends Error {
  /** The key was private: that is worth more than a line in the answer. */
  readonly isPrivate: boolean

  constructor(message: string, isPrivate = false) {
    super(message)
    this.name = 'KeyRefused'
    this.isPrivate = isPrivate
  }
}

/**
 * Reads a key as Okta's API spells it: a public JWK with `status`.
 * @throws {KeyRefused}
 */
export async function readKeyDraft(given: JsonObject): Promise<KeyDraft> {
  const members = Object.entries(given).filter(([name, value]) => !ownMembers.has(name) && value !== null)
  const { status = 'ACTIVE', ...jwk } = Object.fromEntries(members)
  const { use = 'sig' } = jwk
  if (status !== 'ACTIVE' && status !== 'INACTIVE') throw new KeyRefused("'status' must be ACTIVE or INACTIVE.")
  if (use !== 'sig' && use !== 'enc') throw new KeyRefused("'use' must be sig or enc.")
  if (jwk['kty'] === undefined) throw new KeyRefused(texts.keyTypeMissing)
  if (use === 'enc' && jwk['kty'] !== 'RSA') throw new KeyRefused("An encryption key must have the 'kty' RSA.")
  try {
    const [key] = (await readPublicKeys(jwk)).keys
    if (key === undefined) throw new KeyRefused(texts.keyTypeMissing)
    if (key.kid !== undefined && !isOneLine(key.kid)) throw new KeyRefused(texts.kidUnusable)
    if (use === 'sig' && key.alg !== undefined && !key.algorithms.some((alg) => alg === key.alg))
      throw new KeyRefused(texts.keyAlgUnfit)
    return { kid: key.kid, thumbprint: key.thumbprint, jwk: key.jwk, use, status }
  } catch (error) {
    if (!(error instanceof KeyError)) throw error
    if (error.code === 'key_private') throw new KeyRefused(texts.keyPrivate, true)
    if (error.code === 'key_too_small') throw new KeyRefused(texts.keyTooSmall)
    throw new KeyRefused(`${error.message}.`)
  }
}

function isOneLine(text: string): boolean {
  return /^[^\p{Cc}\p{Surrogate}]{1,255}$/u.test(text)
}
