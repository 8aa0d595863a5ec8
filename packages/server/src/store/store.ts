import type {
  App,
  AppChange,
  AppDraft,
  AppKey,
  Grant,
  GrantDraft,
  KeyDraft,
  LogChain,
  LogEntry,
  LogEvent,
  Role,
  RoleDraft,
  Seconds,
  ServerDraft,
  ServerRecord,
  SigningKeyRecord,
  Status,
  UseRecord,
  User,
  UserDraft,
} from './records.js'

export type * from './records.js'

/**
 * What the server remembers. It is an interface because there are several: SQLite for one machine, PostgreSQL beyond it, or one
 * you write. `testStore` says whether an implementation keeps the promises.
 *
 * - A promise that resolves means durable: it is there after `kill -9` and after power loss.
 * - Each verb is atomic, over processes too. What a rule forbids is answered (`'conflict'`, `'last_live'`), not thrown.
 * - A store that is away, full, locked for too long or closed rejects with `StoreError`, whatever the verb.
 */
export interface Store extends AppStore, PartStore, ReplayStore, ServerStore, LogStore {
  /** What it is and where, for a log: `SQLite ./pkjwt.db`. */
  readonly name: string
  /**
   * Resolves when the store can be written to now.
   * @throws {StoreError} `store_unavailable`
   */
  ready(): Promise<void>
  /**
   * Tells which apps were changed by anyone, for whoever keeps what it read. A store in which reading costs nothing has no need of it.
   *
   * @param forget Called with the client id of an app that may have changed, `undefined`: any may have.
   */
  watchApps?(forget: (clientId: string | undefined) => void): AppWatch
  /** Ends what was begun and lets go of the file or the connections. A second call does nothing. */
  close(): Promise<void>
}

export interface AppWatch {
  /** Whether every change was told that is older than a second. When not, nothing that was kept may be used. */
  isCurrent(): boolean
}

/** How something is changed: when, and, if it matters, only when nobody else changed the app since it was read. */
export interface Edit {
  readonly now: Seconds
  /** The `version` of the app that the decision rests on. */
  readonly ifVersion?: number | undefined
}

/** There is no such app or part of it. */
export type Absent = 'absent'
/** The app has another version than `ifVersion`. */
export type Conflict = 'conflict'

/** Why a key or a list of keys is not taken. */
export type KeyRefusal =
  /** Two keys of the app would have the same `kid`. */
  | 'kid_taken'
  /** Several keys, and one of them without `kid`. */
  | 'kid_missing'
  /** The same key twice, whatever its `kid`. */
  | 'key_taken'
  /** More than `keysPerAppMax`. */
  | 'too_many'
  /** A second active encryption key. */
  | 'encryption_key_active'

/** The app signs in with a key, and this would take away its last active one. */
export type LastLive = 'last_live'

export interface Page {
  /** The id, or for the log the cursor, of the last one already seen. */
  readonly after?: string | undefined
  /** Default 200, at most 1000. */
  readonly limit?: number | undefined
}

export interface AppStore {
  /** Creates an app with its keys, grants and roles at once. An id that was deleted before can be used again. */
  createApp(draft: AppDraft, edit: Pick<Edit, 'now'>): Promise<App | 'exists' | KeyRefusal>
  findApp(clientId: string): Promise<App | undefined>
  /** In the order of their ids. */
  listApps(page?: Page): Promise<readonly App[]>
  /**
   * Changes settings, and replaces the lists that are given. A key that stays keeps its id and its times. To become inactive
   * ends all tokens of the app; to take a `jwksUri` removes the stored keys.
   */
  updateApp(change: AppChange, edit: Edit): Promise<App | Absent | Conflict | KeyRefusal | LastLive>
  /** Deletes an app with all that belongs to it. @returns `'active'` when it has to be deactivated first */
  deleteApp(clientId: string, edit: Edit): Promise<'deleted' | Absent | Conflict | 'active'>
  /** When an app of this id was last deleted. What a seed file describes is not brought back then. */
  findDeletion(clientId: string): Promise<Seconds | undefined>
}

export interface PartStore {
  addKey(draft: KeyDraft & { readonly clientId: string }, edit: Edit): Promise<AppKey | Absent | Conflict | KeyRefusal>
  findKey(clientId: string, keyId: string): Promise<AppKey | undefined>
  /** Oldest first. */
  listKeys(clientId: string): Promise<readonly AppKey[]>
  setKeyStatus(
    key: { readonly clientId: string; readonly keyId: string; readonly status: Status },
    edit: Edit,
  ): Promise<AppKey | Absent | Conflict | LastLive | 'encryption_key_active'>
  /** @returns `'active'` when the key has to be deactivated first */
  removeKey(
    key: { readonly clientId: string; readonly keyId: string },
    edit: Edit,
  ): Promise<'removed' | Absent | Conflict | 'active'>
  /** Notes that a key was used. It is written at most once a minute for each key. */
  markKeyUsed(keyId: string, now: Seconds): Promise<void>

  /** Grants a scope, and makes `everGranted` true for good. @returns `'exists'` when it is granted already */
  addGrant(draft: GrantDraft & { readonly clientId: string }, edit: Edit): Promise<Grant | Absent | Conflict | 'exists'>
  findGrant(clientId: string, grantId: string): Promise<Grant | undefined>
  listGrants(clientId: string): Promise<readonly Grant[]>
  removeGrant(grant: { readonly clientId: string; readonly grantId: string }, edit: Edit): Promise<'removed' | Absent | Conflict>
  /** Every scope that is granted to any app, once. */
  listGrantedScopes(): Promise<readonly string[]>

  addRole(draft: RoleDraft & { readonly clientId: string }, edit: Edit): Promise<Role | Absent | Conflict | 'exists'>
  listRoles(clientId: string): Promise<readonly Role[]>
  removeRole(role: { readonly clientId: string; readonly roleId: string }, edit: Edit): Promise<'removed' | Absent | Conflict>
  /** Whether any active app holds the role. */
  hasActiveRole(type: string): Promise<boolean>
}

/** What became of a use: the first, another one, or one so old that its record could be gone. */
export type Remembered = boolean | 'expired'

export interface ReplayStore {
  /**
   * Remembers a use, in one atomic insert-if-absent.
   *
   * @returns true the first time only; `'expired'` when `keepUntil` is not after the newest record that was purged, so that a
   * clock set back opens nothing.
   */
  rememberOnce(record: UseRecord): Promise<Remembered>
  /** The same for many at once, in their order. */
  rememberEach(records: readonly UseRecord[]): Promise<readonly Remembered[]>

  /** Ends a token before its time. */
  revokeToken(token: { readonly jti: string; readonly exp: Seconds }): Promise<void>
  /** Whether a token was revoked, or is so old that the record of it could be gone. */
  isTokenRevoked(token: { readonly jti: string; readonly exp: Seconds }): Promise<boolean>

  /**
   * One small step of forgetting: looks at up to `limit` records of used assertions and as many revoked tokens, and removes
   * those that need not be kept at `now`. In the same transaction it moves up the time from which `rememberOnce` refuses.
   *
   * @returns `done` is true when every record was looked at since the last time that it was true.
   */
  purge(step: { readonly now: Seconds; readonly limit: number }): Promise<{ readonly removed: number; readonly done: boolean }>
}

export interface ServerStore {
  /** Adds a user. @returns `'exists'` when the id or the login is taken */
  createUser(draft: UserDraft, edit: Pick<Edit, 'now'>): Promise<User | 'exists'>
  /** By id or by login. */
  findUser(idOrLogin: string): Promise<User | undefined>
  listUsers(page?: Page): Promise<readonly User[]>
  updateUser(user: UserDraft & { readonly id: string }, edit: Pick<Edit, 'now'>): Promise<User | Absent | 'exists'>

  createServer(draft: ServerDraft, edit: Pick<Edit, 'now'>): Promise<ServerRecord | 'exists'>
  findServer(id: string): Promise<ServerRecord | undefined>
  listServers(): Promise<readonly ServerRecord[]>
  updateServer(draft: ServerDraft, edit: Pick<Edit, 'now'>): Promise<ServerRecord | Absent>

  /**
   * Adds a signing key when the newest one of its `alg` is `after` (`undefined`: when there is none), and gives that one its
   * `notAfter`. So of two processes that start or rotate at once, exactly one gets its key in.
   *
   * @returns whether this one is in
   */
  addSigningKey(
    key: SigningKeyRecord,
    previous: { readonly after: string | undefined; readonly notAfter?: Seconds | undefined },
  ): Promise<boolean>
  /** Newest first, those that are over included until they are removed. */
  listSigningKeys(): Promise<readonly SigningKeyRecord[]>
  removeSigningKey(kid: string): Promise<'removed' | Absent>

  findSetting(name: string): Promise<string | undefined>
  saveSetting(name: string, value: string): Promise<void>
  /** Saves a value unless there is one. For secrets that several processes would make at once. @returns the value that is there now */
  createSetting(name: string, value: string): Promise<string>

  /**
   * Takes on a duty that only one instance may have at a time, until a time, or holds on to it longer.
   * @returns whether `holder` has it now
   */
  claimDuty(
    duty: { readonly name: string; readonly holder: string; readonly until: Seconds },
    edit: Pick<Edit, 'now'>,
  ): Promise<boolean>
}

export interface LogFilter extends Page {
  readonly instance?: string | undefined
  /** This time included. */
  readonly since?: Seconds | undefined
  /** This time not included. */
  readonly until?: Seconds | undefined
  readonly types?: readonly string[] | undefined
  /** Default `ascending`: by time, and within one second by instance and `seq`. */
  readonly order?: 'ascending' | 'descending' | undefined
}

export interface LogStore {
  /** Appends to the chain of the event's instance. */
  appendLog(event: LogEvent): Promise<LogEntry>
  /** The same for many at once, in their order: all of them or none. */
  appendLogEach(events: readonly LogEvent[]): Promise<readonly LogEntry[]>
  listLog(filter?: LogFilter): Promise<readonly LogEntry[]>
  listLogChains(): Promise<readonly LogChain[]>
  /** Entries of one chain in the order of `seq`, for verifying it. */
  listLogChain(
    instance: string,
    from: { readonly seq: number; readonly limit?: number | undefined },
  ): Promise<readonly LogEntry[]>
  /**
   * One small step of retention: removes up to `limit` of each chain's oldest entries, all of them before a time. The hash of
   * the last one removed stays in `listLogChains`, so that the rest can still be verified.
   */
  trimLog(step: { readonly before: Seconds; readonly limit: number }): Promise<{ readonly removed: number }>
}

/** Okta's limit, signing and encryption keys together. */
export const keysPerAppMax = 50

/** The most that one `detail` of the audit log may take as JSON. */
export const logDetailBytesMax = 16_384
