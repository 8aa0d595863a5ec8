import type { JsonObject, KeyDraft } from '../store/store.js'
import { appBody, causesOf, clientBody } from './bodies.js'
import { KeyRefused, readKeyDraft } from './keys.js'
import { texts } from './texts.js'

/** An app as a body describes it, in whichever of the two APIs. */
export interface AppInput {
  readonly clientId: string | undefined
  readonly clientName: string
  readonly tokenEndpointAuthMethod: string
  readonly grantTypes: readonly string[]
  readonly keys: readonly KeyDraft[]
  readonly jwksUri: string | undefined
  readonly dpopBoundAccessTokens: boolean
  /** `undefined`: the body cannot say it, so it stays. */
  readonly network: JsonObject | null | undefined
  /** What is given back as it was given. */
  readonly settings: JsonObject
}

/** A body that cannot be an app. */
export class BodyRefused extends Error {
  readonly causes: readonly string[]
  /** Set when a private key was sent. */
  readonly isPrivate: boolean

  constructor(causes: readonly string[], isPrivate = false) {
    super(causes.join(' '))
    this.name = 'BodyRefused'
    this.causes = causes
    this.isPrivate = isPrivate
  }
}

/**
 * Reads a body of `/api/v1/apps`.
 * @throws {BodyRefused}
 */
export async function readAppBody(body: JsonObject): Promise<AppInput> {
  const parsed = appBody.safeParse(body)
  if (!parsed.success) throw new BodyRefused(causesOf(parsed.error))
  const { label, credentials, settings, accessibility, visibility, features, profile } = parsed.data
  const { oauthClient } = settings
  const { client_id, client_secret, token_endpoint_auth_method } = credentials?.oauthClient ?? {}
  const { network, consent_method = 'TRUSTED', issuer_mode = 'ORG_URL' } = oauthClient
  return readOauthClient({
    ...oauthClient,
    client_id,
    client_secret,
    token_endpoint_auth_method,
    client_name: label,
    network: network ?? null,
    kept: { accessibility, visibility, features, profile, consent_method, issuer_mode },
  })
}

/**
 * Reads a body of `/oauth2/v1/clients`.
 * @throws {BodyRefused}
 */
export async function readClientBody(body: JsonObject): Promise<AppInput> {
  const parsed = clientBody.safeParse(body)
  if (!parsed.success) throw new BodyRefused(causesOf(parsed.error))
  return readOauthClient({ ...parsed.data, network: undefined, kept: { consent_method: 'REQUIRED' } })
}

interface OauthClient {
  readonly client_id?: string | undefined
  readonly client_name: string
  readonly client_secret?: unknown
  readonly token_endpoint_auth_method?: string | undefined
  readonly grant_types: readonly string[]
  readonly response_types?: readonly string[] | null | undefined
  readonly jwks?: { readonly keys: readonly JsonObject[] } | null | undefined
  readonly jwks_uri?: string | null | undefined
  readonly dpop_bound_access_tokens?: boolean | null | undefined
  readonly network: JsonObject | null | undefined
  readonly kept: JsonObject
  readonly [member: string]: unknown
}

const uris = [
  'client_uri',
  'logo_uri',
  'tos_uri',
  'policy_uri',
  'initiate_login_uri',
  'redirect_uris',
  'post_logout_redirect_uris',
] as const

async function readOauthClient(client: OauthClient): Promise<AppInput> {
  const { jwks, jwks_uri, token_endpoint_auth_method: method, client_secret } = client
  if (method !== 'private_key_jwt') throw new BodyRefused([texts.methodUnsupported])
  if (client_secret != null) throw new BodyRefused([texts.secretForbidden])
  if (jwks != null && jwks_uri != null) throw new BodyRefused([texts.keysTwice])
  if (jwks_uri == null && (jwks?.keys.length ?? 0) === 0) throw new BodyRefused([texts.keysMissing])
  const kept = Object.entries({
    ...client.kept,
    response_types: client.response_types,
    ...Object.fromEntries(uris.map((name) => [name, client[name]])),
  }).filter(([, value]) => value != null)
  return {
    clientId: client.client_id,
    clientName: client.client_name,
    tokenEndpointAuthMethod: method,
    grantTypes: client.grant_types,
    keys: await readKeyDrafts(jwks?.keys ?? []),
    jwksUri: jwks_uri ?? undefined,
    dpopBoundAccessTokens: client.dpop_bound_access_tokens ?? false,
    network: client.network,
    settings: Object.fromEntries(kept),
  }
}

async function readKeyDrafts(keys: readonly JsonObject[]): Promise<readonly KeyDraft[]> {
  try {
    return await Promise.all(keys.map(readKeyDraft))
  } catch (error) {
    throw error instanceof KeyRefused ? new BodyRefused([error.message], error.isPrivate) : error
  }
}
