import { type AppAdmin, createAppAdmin, createTokenClient } from 'pkjwt/client'
import type { Signer } from 'pkjwt/keys'
import { managementScopes } from 'pkjwt/protocol'
import { type HeldKey, holdKey } from '../key/holding.js'
import { createKeyBox, type KeyBox } from '../key/keyBox.js'
import type { LiveServer } from '../live/liveServer.js'
import { createStore, type Store } from '../model/store.js'

/** Somebody who administers the server from this tab. */
export interface Administrator {
  readonly api: AppAdmin
  /** The client id of the app whose key was given; undefined for the bootstrap token. */
  readonly clientId: string | undefined
  /** What its access token is good for; undefined for the bootstrap token, which is good for all. */
  readonly scopes: readonly string[] | undefined
  /** Signs with another key from now on: its own was replaced. */
  adopt(key: Signer): void
}

/** Where signing in stands. */
export interface SessionState {
  readonly administrator: Administrator | undefined
  readonly isBusy: boolean
  /** Why the server did not let them in. */
  readonly failure: unknown
}

/** Who administers. Key and tokens live in this tab only. */
export interface AdminSession {
  readonly state: Store<SessionState>
  readonly key: KeyBox<HeldKey>
  /** Buys an access token with the key that is held. */
  openWithKey(clientId: string): Promise<boolean>
  /** Uses the bootstrap token of `serve --admin-token`. */
  openWithToken(token: string): Promise<boolean>
  close(): void
}

/** Creates the session; nobody is in it, and nothing is sent. */
export function createAdminSession(server: LiveServer): AdminSession {
  const state = createStore<SessionState>({ administrator: undefined, isBusy: false, failure: undefined })
  const key = createKeyBox<HeldKey>(holdKey)
  let turn = 0

  async function open(make: () => Promise<Administrator>): Promise<boolean> {
    const mine = ++turn
    state.set({ isBusy: true, failure: undefined })
    const outcome = await make().then(
      (administrator) => ({ administrator, failure: undefined }),
      (failure: unknown) => ({ administrator: undefined, failure }),
    )
    if (mine !== turn) return false
    state.set({ isBusy: false, ...outcome })
    return outcome.administrator !== undefined
  }

  return {
    state,
    key,
    openWithKey: (clientId) => open(() => enterWithKey(server, clientId, key.held()?.signer)),
    openWithToken: (token) => open(() => enterWithToken(server, token)),
    close() {
      turn += 1
      key.forget()
      state.set({ administrator: undefined, isBusy: false, failure: undefined })
    },
  }
}

/** The server gives those of them that are granted, and leaves out the others. */
const scopes = Object.values(managementScopes)

async function enterWithKey({ org, fetch }: LiveServer, clientId: string, signer: Signer | undefined): Promise<Administrator> {
  let current = signer
  const client = createTokenClient({ org, clientId, scopes, fetch, key: () => required(current) })
  const token = await client.token()
  const api = createAppAdmin({ org, fetch: client.fetch })
  return {
    api,
    clientId,
    scopes: token.scopes,
    adopt(key) {
      current = key
    },
  }
}

function required(signer: Signer | undefined): Signer {
  if (signer === undefined) throw new Error('there is no key')
  return signer
}

async function enterWithToken({ org, fetch }: LiveServer, token: string): Promise<Administrator> {
  const api = createAppAdmin({
    org,
    fetch: (input, init) => fetch(input, { ...init, headers: { ...init?.headers, authorization: `SSWS ${token}` } }),
  })
  // There is nothing to sign in to: whether the token is good is seen when it is used.
  await api.listApps()
  return { api, clientId: undefined, scopes: undefined, adopt: () => undefined }
}
