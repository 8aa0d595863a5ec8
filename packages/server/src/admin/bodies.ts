import { z } from 'zod'
import { keysPerAppMax } from '../store/store.js'
import { keysUrlSchema, networkSchema, oneLine } from './fields.js'

// Loaded with the first change: the schema library takes longer to load than the server to start.

const clientId = z.string().regex(/^[\x21-\x7e]{6,100}$/, 'has to be 6 to 100 characters of ASCII without spaces')
const optionalText = z.string().max(2048).nullish()
const texts = z.array(z.string().max(2048)).max(100).nullish()

/** Every `grant_type` that Okta lets a service app have and that means something here. */
const grantTypes = z.array(z.enum(['client_credentials', 'urn:ietf:params:oauth:grant-type:saml2-bearer'])).min(1)
const jwks = z.strictObject({ keys: z.array(z.record(z.string(), z.unknown())).max(keysPerAppMax) })
/** What both APIs call the same. */
const oauthClient = {
  application_type: z.literal('service', 'has to be service: other apps are not kept here'),
  grant_types: grantTypes,
  response_types: z.array(z.enum(['token', 'none'])).nullish(),
  jwks: jwks.nullish(),
  jwks_uri: keysUrlSchema.nullish(),
  dpop_bound_access_tokens: z.boolean().nullish(),
  client_uri: optionalText,
  logo_uri: optionalText,
  tos_uri: optionalText,
  policy_uri: optionalText,
  initiate_login_uri: optionalText,
  redirect_uris: texts,
  post_logout_redirect_uris: texts,
}

/** A body of `/api/v1/apps`. What the server writes itself is taken and not looked at: clients send back what they read. */
export const appBody = z.strictObject({
  name: z.literal('oidc_client', 'has to be oidc_client').optional(),
  label: oneLine,
  signOnMode: z.literal('OPENID_CONNECT', 'has to be OPENID_CONNECT'),
  credentials: z
    .strictObject({
      oauthClient: z.strictObject({
        client_id: clientId.optional(),
        client_secret: z.unknown().optional(),
        token_endpoint_auth_method: z.string().optional(),
        autoKeyRotation: z.boolean().optional(),
        pkce_required: z.boolean().nullish(),
      }),
      userNameTemplate: z.unknown().optional(),
      signing: z.unknown().optional(),
    })
    .partial()
    .optional(),
  settings: z.strictObject({
    oauthClient: z.strictObject({
      ...oauthClient,
      network: networkSchema.nullish(),
      consent_method: z.enum(['TRUSTED', 'REQUIRED']).nullish(),
      issuer_mode: z.enum(['ORG_URL', 'CUSTOM_URL', 'DYNAMIC']).nullish(),
      wildcard_redirect: z.unknown().optional(),
      idp_initiated_login: z.unknown().optional(),
    }),
    app: z.record(z.string(), z.unknown()).nullish(),
    notifications: z.unknown().optional(),
    notes: z.unknown().optional(),
    implicitAssignment: z.unknown().optional(),
    emailOptInStatus: z.unknown().optional(),
    manualProvisioning: z.unknown().optional(),
    signOn: z.unknown().optional(),
  }),
  accessibility: z.record(z.string(), z.unknown()).nullish(),
  visibility: z.record(z.string(), z.unknown()).nullish(),
  features: texts,
  profile: z.record(z.string(), z.unknown()).nullish(),
  id: oneLine.optional(),
  orn: z.unknown().optional(),
  status: z.unknown().optional(),
  created: z.unknown().optional(),
  lastUpdated: z.unknown().optional(),
  licensing: z.unknown().optional(),
  universalLogout: z.unknown().optional(),
  _links: z.unknown().optional(),
  _embedded: z.unknown().optional(),
})

/** A body of `/oauth2/v1/clients` (RFC 7591). */
export const clientBody = z.strictObject({
  ...oauthClient,
  client_name: oneLine,
  token_endpoint_auth_method: z.string().optional(),
  client_id: clientId.optional(),
  client_id_issued_at: z.unknown().optional(),
  client_secret: z.unknown().optional(),
  client_secret_expires_at: z.unknown().optional(),
  _links: z.unknown().optional(),
})

/** What the server writes itself. */
const written = {
  id: z.unknown().optional(),
  status: z.unknown().optional(),
  created: z.unknown().optional(),
  lastUpdated: z.unknown().optional(),
  _links: z.unknown().optional(),
}

/** A body of `…/grants`. */
export const grantBody = z.strictObject({
  ...written,
  scopeId: z.string(),
  issuer: z.string(),
  clientId: z.unknown().optional(),
  userId: z.unknown().optional(),
  createdBy: z.unknown().optional(),
  source: z.unknown().optional(),
  _embedded: z.unknown().optional(),
})

/** A body of `…/roles`. Roles of one's own making are known and not kept here. */
export const roleBody = z.strictObject({
  ...written,
  type: z.string(),
  role: z.unknown().optional(),
  'resource-set': z.unknown().optional(),
  label: z.unknown().optional(),
  assignmentType: z.unknown().optional(),
})

/** What is wrong with a body, a line for each fault: `settings.oauthClient.label: is missing`. */
export function causesOf(error: z.ZodError): readonly string[] {
  return error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [`${issue.path.join('.') || 'body'}: ${sayFault(issue)}`]
    return issue.keys.map((name) => `${[...issue.path, name.slice(0, 100)].join('.')}: is not known here`)
  })
}

function sayFault(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
    ? 'The field cannot be left blank'
    : issue.message
}
