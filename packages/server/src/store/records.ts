import type { PublicJwk } from 'pkjwt/keys'

/** Whole seconds since 1970-01-01T00:00:00Z. */
export type Seconds = number

/** What JSON calls an object. The store keeps it and looks at nothing in it. */
export type JsonObject = { readonly [member: string]: unknown }

/** Whether an app or a key may be used. */
export type Status = 'ACTIVE' | 'INACTIVE'

/** A service app: a client that signs in with its own key. Its client id is the id of the app. */
export interface App {
  readonly clientId: string
  readonly clientName: string
  readonly status: Status
  readonly applicationType: 'service'
  readonly tokenEndpointAuthMethod: string
  readonly grantTypes: readonly string[]
  /** Where its keys are published; then none are stored here. */
  readonly jwksUri: string | undefined
  readonly dpopBoundAccessTokens: boolean
  /** The profile that its assertions are checked with; `undefined`: the server's own. */
  readonly profile: string | undefined
  /** From where it may ask, in Okta's spelling; `undefined`: from anywhere. */
  readonly network: JsonObject | undefined
  /** What the management API has to give back as it was given, and nobody else looks at. */
  readonly settings: JsonObject
  readonly created: Seconds
  readonly lastUpdated: Seconds
  /** Sticky: true from the first grant on, also when no grant is left, and also in a new app with the id of a deleted one. */
  readonly everGranted: boolean
  /** A token of this app is good only when its `iat` is not before this time. */
  readonly tokensValidFrom: Seconds
  /**
   * Raised by every change of the app, its keys, its grants or its roles, though not by `markKeyUsed`. An app with the id of a
   * deleted one goes on counting: the same id and version are always the same app.
   */
  readonly version: number
}

/** The settings of an app that a caller may choose. */
export interface AppSettings {
  readonly clientName: string
  readonly status: Status
  readonly tokenEndpointAuthMethod: string
  readonly grantTypes: readonly string[]
  readonly jwksUri: string | undefined
  readonly dpopBoundAccessTokens: boolean
  readonly profile: string | undefined
  readonly network: JsonObject | undefined
  readonly settings: JsonObject
}

/** What belongs to an app. A list that is given is the whole new list. */
export interface AppParts {
  readonly keys?: readonly KeyDraft[] | undefined
  readonly grants?: readonly GrantDraft[] | undefined
  readonly roles?: readonly RoleDraft[] | undefined
}

/** A new app. What is left out: a fresh id, active, `private_key_jwt`, `client_credentials`, no DPoP, no keys. */
export interface AppDraft extends Partial<AppSettings>, AppParts {
  readonly clientId?: string | undefined
  readonly clientName: string
}

/** A change of an app. What is left out stays; `undefined` in `jwksUri`, `profile` or `network` takes it away. */
export interface AppChange extends Partial<AppSettings>, AppParts {
  readonly clientId: string
}

/** A public key that an app registered. */
export interface AppKey {
  /** `pks…`: the id in the management API. It is not the `kid`. */
  readonly id: string
  readonly clientId: string
  readonly kid: string | undefined
  /** RFC 7638, SHA-256, base64url. */
  readonly thumbprint: string
  readonly jwk: PublicJwk
  readonly use: 'sig' | 'enc'
  readonly status: Status
  readonly created: Seconds
  readonly lastUpdated: Seconds
  readonly lastUsed: Seconds | undefined
}

export interface KeyDraft {
  readonly id?: string | undefined
  readonly kid?: string | undefined
  readonly thumbprint: string
  readonly jwk: PublicJwk
  /** Default `sig`. */
  readonly use?: 'sig' | 'enc' | undefined
  /** Default `ACTIVE`. */
  readonly status?: Status | undefined
}

/** A scope that was granted to an app. */
export interface Grant {
  /** `oag…` */
  readonly id: string
  readonly clientId: string
  readonly scope: string
  /** The authorization server that it holds at; empty: the organisation's own, whatever its URL is now. */
  readonly issuer: string
  readonly created: Seconds
  /** Who granted it: the id of a client, `seed`, or `bootstrap`. */
  readonly createdBy: string
}

export interface GrantDraft {
  readonly id?: string | undefined
  readonly scope: string
  readonly issuer: string
  readonly createdBy: string
}

/** An admin role that was assigned to an app. */
export interface Role {
  readonly id: string
  readonly clientId: string
  readonly type: string
  readonly created: Seconds
}

export interface RoleDraft {
  readonly id?: string | undefined
  readonly type: string
}

/** A user of the demonstration API `GET /api/v1/users`. */
export interface User {
  /** `00u…` */
  readonly id: string
  readonly status: string
  readonly created: Seconds
  readonly lastUpdated: Seconds
  /** Okta's `profile`; its `login` is unique. */
  readonly profile: JsonObject & { readonly login: string }
  /** Other members of Okta's user object, given back as they are. */
  readonly details: JsonObject
}

export type UserDraft = Pick<User, 'profile'> & Partial<User>

/** A custom authorization server. */
export interface ServerRecord {
  readonly id: string
  readonly audience: string
  readonly scopes: readonly string[]
  readonly defaultScopes: readonly string[]
  readonly created: Seconds
  readonly lastUpdated: Seconds
}

export type ServerDraft = Pick<ServerRecord, 'id' | 'audience' | 'scopes' | 'defaultScopes'>

/** One use of an assertion or of a DPoP proof. */
export interface UseRecord {
  /** The 16 bytes of `replayKey` or `proofKey`. */
  readonly key: Uint8Array
  /** The record may be forgotten from this time on: `exp` plus the tolerance. */
  readonly keepUntil: Seconds
}

/** A key that this server signs its own tokens with. */
export interface SigningKeyRecord {
  readonly kid: string
  readonly alg: string
  readonly publicJwk: PublicJwk
  /** The private JWK as JSON, or what a passphrase sealed: the store cannot tell and does not look. */
  readonly secret: string
  readonly sealed: boolean
  readonly created: Seconds
  /** It signs from this time on. It is published from the start. */
  readonly notBefore: Seconds
  /** It is published until this time; `undefined`: nobody took its place yet. */
  readonly notAfter: Seconds | undefined
}

/** Something that happened, for the audit log. */
export interface LogEvent {
  /** Whose chain it belongs to. */
  readonly instance: string
  readonly time: Seconds
  /** Okta's event type, such as `app.oauth2.token.grant`. */
  readonly type: string
  /** Never a key or a whole token. At most `logDetailBytesMax` as JSON. */
  readonly detail: JsonObject
}

/** A row of the audit log. Each one holds the hash of the one before it. */
export interface LogEntry {
  readonly instance: string
  /** 1, 2, 3 … without gaps, within its instance. */
  readonly seq: number
  readonly time: Seconds
  readonly type: string
  /** The detail, exactly as it was hashed: JSON. */
  readonly text: string
  /** Hex. 64 zeros before the first entry. */
  readonly previousHash: string
  readonly hash: string
  /** Where to go on: give it to `listLog` as `after`. */
  readonly cursor: string
}

/** What is left of an instance's chain. */
export interface LogChain {
  readonly instance: string
  /** The last entry that retention removed; 0 and zeros when there is none. */
  readonly removedSeq: number
  readonly removedHash: string
  readonly lastSeq: number
  readonly lastHash: string
}
