import type { Loaded } from '../model/useLoaded.js'
import type { AdminView } from './adminView.js'
import type { ManagedApp } from './apps/managedApp.js'
import type { AppKey } from './keys/keyAge.js'
import type { Administrator } from './session.js'

/** What every part of the view is given, once somebody is in it. */
export interface AdminProps {
  readonly view: AdminView
  readonly administrator: Administrator
}

/** What the parts about one app are given. */
export interface AppProps extends AdminProps {
  readonly app: ManagedApp
  /** The list of apps is to be read again. */
  readonly onChange: () => Promise<void>
}

/** What the parts about the keys of an app are given. */
export interface AppKeysProps extends AppProps {
  readonly keys: Loaded<readonly AppKey[]>
}

/** What the parts of a replacement are given. */
export interface RotateProps extends AppKeysProps {
  /** The key that is replaced. */
  readonly oldId: string
}
