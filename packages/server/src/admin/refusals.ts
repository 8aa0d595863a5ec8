import { oktaRefusals } from 'pkjwt/profiles'
import { Refused } from '../http/refused.js'
import type { KeyRefusal } from '../store/store.js'
import { texts } from './texts.js'

/** A body that is refused, in the shape of Okta's API. */
export function invalid(what: string, ...causes: readonly string[]): Refused {
  return okta(400, 'E0000001', `Api validation failed: ${what}`, causes)
}

/** A body that is refused, in the shape of RFC 7591 §3.2.2. */
export function invalidMetadata(description: string): Refused {
  const error = 'invalid_client_metadata'
  return new Refused({ status: 400, error, error_description: description, code: error })
}

/** There is no such thing, or not of this app. */
export function notFound(id: string, kind: string): Refused {
  const shown = /^[\w.~-]{1,100}$/.test(id) ? `${id} ` : ''
  return okta(404, 'E0000007', `Not found: Resource not found: ${shown}(${kind})`)
}

/** The app was changed by somebody else since the decision about it was taken. */
export function changedMeanwhile(): Refused {
  return okta(409, 'E0000009', 'The app was changed by another request. Read it again and repeat the change.')
}

/** Whether a change was refused because somebody else was faster. */
export function isChangedMeanwhile(error: unknown): boolean {
  return error instanceof Refused && error.refusal.code === 'E0000009'
}

/** Delete wants an inactive app. */
export function deleteForbidden(): Refused {
  return okta(403, 'E0000056', 'Delete application forbidden.')
}

/** The roles of the caller are not enough. */
export function forbidden(): Refused {
  return new Refused(oktaRefusals.roleMissing)
}

/** Why keys were not taken, in Okta's words. */
export const keyTexts: Readonly<Record<KeyRefusal, string>> = {
  kid_taken: texts.kidTaken,
  kid_missing: texts.kidMissing,
  key_taken: texts.keyTaken,
  too_many: texts.keysTooMany,
  encryption_key_active: texts.encryptionKeyActive,
}

function okta(status: number, code: string, text: string, causes: readonly string[] = []): Refused {
  return new Refused({ status, error: code, error_description: text, code }, { causes })
}
