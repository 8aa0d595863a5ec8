import { cursorOf } from './logText.js'
import type {
  App,
  AppKey,
  AppSettings,
  Grant,
  LogChain,
  LogEntry,
  Role,
  ServerRecord,
  SigningKeyRecord,
  User,
} from './records.js'
import { bool, integer, optionalInteger, optionalJson, optionalText, readJson, readWord, type SqlRow, text } from './row.js'

// The tables have the same columns in every database.

export function readApp(row: SqlRow): App {
  return {
    clientId: text(row, 'client_id'),
    clientName: text(row, 'client_name'),
    status: readWord(row, 'status', ['ACTIVE', 'INACTIVE']),
    applicationType: 'service',
    tokenEndpointAuthMethod: text(row, 'token_endpoint_auth_method'),
    grantTypes: readJson<readonly string[]>(row, 'grant_types'),
    jwksUri: optionalText(row, 'jwks_uri'),
    dpopBoundAccessTokens: bool(row, 'dpop_bound_access_tokens'),
    profile: optionalText(row, 'profile'),
    network: optionalJson(row, 'network'),
    settings: readJson<AppSettings['settings']>(row, 'settings'),
    created: integer(row, 'created'),
    lastUpdated: integer(row, 'last_updated'),
    everGranted: bool(row, 'ever_granted'),
    tokensValidFrom: integer(row, 'tokens_valid_from'),
    version: integer(row, 'version'),
  }
}

export function readKey(row: SqlRow): AppKey {
  return {
    id: text(row, 'id'),
    clientId: text(row, 'client_id'),
    kid: optionalText(row, 'kid'),
    thumbprint: text(row, 'thumbprint'),
    jwk: readJson<AppKey['jwk']>(row, 'jwk'),
    use: readWord(row, 'use', ['sig', 'enc']),
    status: readWord(row, 'status', ['ACTIVE', 'INACTIVE']),
    created: integer(row, 'created'),
    lastUpdated: integer(row, 'last_updated'),
    lastUsed: optionalInteger(row, 'last_used'),
  }
}

export function readGrant(row: SqlRow): Grant {
  return {
    id: text(row, 'id'),
    clientId: text(row, 'client_id'),
    scope: text(row, 'scope'),
    issuer: text(row, 'issuer'),
    created: integer(row, 'created'),
    createdBy: text(row, 'created_by'),
  }
}

export function readRole(row: SqlRow): Role {
  return {
    id: text(row, 'id'),
    clientId: text(row, 'client_id'),
    type: text(row, 'type'),
    created: integer(row, 'created'),
  }
}

export function readUser(row: SqlRow): User {
  return {
    id: text(row, 'id'),
    status: text(row, 'status'),
    created: integer(row, 'created'),
    lastUpdated: integer(row, 'last_updated'),
    profile: readJson<User['profile']>(row, 'profile'),
    details: readJson<User['details']>(row, 'details'),
  }
}

export function readServer(row: SqlRow): ServerRecord {
  return {
    id: text(row, 'id'),
    audience: text(row, 'audience'),
    scopes: readJson<readonly string[]>(row, 'scopes'),
    defaultScopes: readJson<readonly string[]>(row, 'default_scopes'),
    created: integer(row, 'created'),
    lastUpdated: integer(row, 'last_updated'),
  }
}

export function readSigningKey(row: SqlRow): SigningKeyRecord {
  return {
    kid: text(row, 'kid'),
    alg: text(row, 'alg'),
    publicJwk: readJson<SigningKeyRecord['publicJwk']>(row, 'public_jwk'),
    secret: text(row, 'secret'),
    sealed: bool(row, 'sealed'),
    created: integer(row, 'created'),
    notBefore: integer(row, 'not_before'),
    notAfter: optionalInteger(row, 'not_after'),
  }
}

export function readEntry(row: SqlRow): LogEntry {
  const [instance, seq, time] = [text(row, 'instance'), integer(row, 'seq'), integer(row, 'time')]
  return {
    instance,
    seq,
    time,
    type: text(row, 'type'),
    text: text(row, 'detail'),
    previousHash: text(row, 'previous_hash'),
    hash: text(row, 'hash'),
    cursor: cursorOf({ instance, seq, time }),
  }
}

export function readChain(row: SqlRow): LogChain {
  return {
    instance: text(row, 'instance'),
    removedSeq: integer(row, 'removed_seq'),
    removedHash: text(row, 'removed_hash'),
    lastSeq: integer(row, 'last_seq'),
    lastHash: text(row, 'last_hash'),
  }
}
