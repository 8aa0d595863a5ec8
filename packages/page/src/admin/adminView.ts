import type { LiveServer } from '../live/liveServer.js'
import { createStore, type Store } from '../model/store.js'
import { createSlots, type Slots } from './keys/slots.js'
import { type AdminSession, createAdminSession } from './session.js'

/** Where one is in the administrator's view. */
export interface AdminPlace {
  readonly tab: 'apps' | 'log'
  /** The app that is looked at; `new` for one that is to be made. */
  readonly appId: string | undefined
  /** Its key that is being replaced. */
  readonly rotatingId: string | undefined
}

/** The administrator's view, apart from how it looks. */
export interface AdminView {
  readonly session: AdminSession
  readonly place: Store<AdminPlace>
  readonly slots: Slots
  /** Drops keys and tokens. @returns Whether there were any. */
  forget(): boolean
}

/** Creates the administrator's view of a server; nobody is in it. */
export function createAdminView(server: LiveServer): AdminView {
  const session = createAdminSession(server)
  const place = createStore<AdminPlace>({ tab: 'apps', appId: undefined, rotatingId: undefined })
  const slots = createSlots()
  return {
    session,
    place,
    slots,
    forget() {
      const { administrator } = session.state.get()
      const hadSession = administrator !== undefined || session.key.state.get().box.is !== 'empty'
      session.close()
      place.set({ appId: undefined, rotatingId: undefined })
      return slots.forget() || hadSession
    },
  }
}
