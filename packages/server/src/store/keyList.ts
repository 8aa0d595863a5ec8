import type { AppKey, KeyDraft } from './records.js'
import { type KeyRefusal, keysPerAppMax } from './store.js'

type ListedKey = Pick<AppKey, 'kid' | 'thumbprint' | 'use' | 'status'>

/** Why these cannot be the keys of one app, or `undefined` when they can. Every store asks it before it takes a list. */
export function refuseKeyList(keys: readonly KeyDraft[]): KeyRefusal | undefined {
  const listed = keys.map(fillKeyDraft)
  const kids = listed.map(({ kid }) => kid)
  if (keys.length > keysPerAppMax) return 'too_many'
  if (keys.length > 1 && kids.includes(undefined)) return 'kid_missing'
  if (new Set(kids).size < keys.length) return 'kid_taken'
  if (new Set(keys.map(({ thumbprint }) => thumbprint)).size < keys.length) return 'key_taken'
  if (listed.filter(isActiveEncryptionKey).length > 1) return 'encryption_key_active'
  return undefined
}

/** A draft with its defaults. */
export function fillKeyDraft(draft: KeyDraft): ListedKey & KeyDraft {
  return { ...draft, kid: draft.kid, use: draft.use ?? 'sig', status: draft.status ?? 'ACTIVE' }
}

/** Whether a key can sign an assertion now. */
export function isLiveKey({ use, status }: Pick<ListedKey, 'use' | 'status'>): boolean {
  return use === 'sig' && status === 'ACTIVE'
}

function isActiveEncryptionKey({ use, status }: ListedKey): boolean {
  return use === 'enc' && status === 'ACTIVE'
}
