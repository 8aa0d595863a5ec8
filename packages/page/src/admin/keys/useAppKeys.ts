import type { AppAdmin } from 'pkjwt/client'
import { type Loaded, useLoaded } from '../../model/useLoaded.js'
import type { ManagedApp } from '../apps/managedApp.js'
import { type AppKey, readAppKey } from './keyAge.js'

/** The keys of an app, the newest first. An app that publishes them itself has none at the server. */
export function useAppKeys(api: AppAdmin, { id, keysUrl }: ManagedApp): Loaded<readonly AppKey[]> {
  return useLoaded(async () => {
    if (keysUrl !== undefined) return []
    const keys = (await api.listKeys(id)).map(readAppKey)
    return keys.sort((one, other) => (other.created?.getTime() ?? 0) - (one.created?.getTime() ?? 0))
  }, id)
}
