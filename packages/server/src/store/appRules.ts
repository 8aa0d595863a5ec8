import { isLiveKey } from './keyList.js'
import type { App, AppChange, AppKey, AppSettings, Seconds } from './records.js'

/** What an app is when nothing else was asked. */
export const appDefaults: Omit<AppSettings, 'clientName'> = {
  status: 'ACTIVE',
  tokenEndpointAuthMethod: 'private_key_jwt',
  grantTypes: ['client_credentials'],
  jwksUri: undefined,
  dpopBoundAccessTokens: false,
  profile: undefined,
  network: undefined,
  settings: {},
}

/** Keys are stored here or published there: to give some ends a `jwksUri`, unless the change names one. */
export function withKeysFrom(change: AppChange): AppChange {
  return change.keys !== undefined && change.keys.length > 0 && !('jwksUri' in change)
    ? { ...change, jwksUri: undefined }
    : change
}

interface Changed {
  readonly change: AppChange
  readonly changed: App
  /** Its keys before. */
  readonly keys: readonly AppKey[]
}

/** Whether the app could sign in with a key before, and could not after. */
export function takesLastKey(app: App, { change, changed, keys }: Changed): boolean {
  if (changed.tokenEndpointAuthMethod !== 'private_key_jwt' || changed.jwksUri !== undefined) return false
  const liveBefore = app.jwksUri !== undefined || keys.some(isLiveKey)
  const after = change.keys?.map(({ use = 'sig', status = 'ACTIVE' }) => ({ use, status })) ?? keys
  return liveBefore && !after.some(isLiveKey)
}

/** A token that was issued within the second in which the app was deactivated ends too. */
export function tokensValidFrom(app: App, { changed, now }: { changed: App; now: Seconds }): Seconds {
  const deactivated = app.status === 'ACTIVE' && changed.status === 'INACTIVE'
  return deactivated ? Math.max(app.tokensValidFrom, now + 1) : app.tokensValidFrom
}
