import { createLocalJWKSet, decodeJwt, errors, jwtVerify } from 'jose'
import { type Registration, type Vendor, VendorRefusal, type VendorRequest } from './vendorServer.js'

/** What is set up in Auth0 beside the client and its credentials. */
export interface Auth0Registration extends Registration {
  /** The identifier of the API, which the client may call with these permissions. */
  readonly api: string
  readonly permissions: readonly string[]
}

/** Auth0's token endpoint, as "Authenticate with Private Key JWT" and "Client Credentials Flow" in its documentation describe it. */
export function createAuth0Vendor(registration: Auth0Registration): Vendor {
  return {
    tokenPath: '/oauth/token',
    documents: (origin) => ({
      '/.well-known/openid-configuration': { issuer: `${origin}/`, token_endpoint: `${origin}/oauth/token` },
    }),
    async answer(request) {
      const { form } = request
      if (form.get('grant_type') !== 'client_credentials') refuse(403, 'unauthorized_client', 'Grant type not allowed')
      await authenticate(request, registration)
      const { api, permissions } = registration
      if (!form.has('audience'))
        refuse(403, 'access_denied', 'No audience parameter was provided, and no default audience has been configured')
      if (form.get('audience') !== api) refuse(403, 'access_denied', `Service not found: ${form.get('audience')}`)
      const asked = form.get('scope')?.split(' ') ?? permissions
      const scope = permissions.filter((permission) => asked.includes(permission)).join(' ')
      return {
        status: 200,
        body: { access_token: `auth0-${crypto.randomUUID()}`, token_type: 'Bearer', expires_in: 86_400, scope },
      }
    },
  }
}

async function authenticate(
  { form, origin, now, isFirstUse }: VendorRequest,
  { clientId, keys }: Auth0Registration,
): Promise<void> {
  if (form.get('client_assertion_type') !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    refuse(400, 'invalid_request', 'client_assertion_type')
  const assertion = form.get('client_assertion') ?? ''
  const verified = await jwtVerify(assertion, createLocalJWKSet(keys()), {
    algorithms: ['RS256', 'RS384', 'PS256'],
    issuer: clientId,
    subject: clientId,
    // The trailing slash is part of it.
    audience: `${origin}/`,
    requiredClaims: ['exp', 'jti'],
    currentDate: now,
  }).catch((error: unknown) => refuse(401, 'invalid_client', error instanceof errors.JOSEError ? error.message : String(error)))
  const { exp = 0, iat = 0, jti = '' } = verified.payload
  const seconds = Math.floor(now.getTime() / 1000)
  if (Array.isArray(decodeJwt(assertion).aud)) refuse(401, 'invalid_client', 'aud')
  if (iat > seconds + 10) refuse(401, 'invalid_client', 'iat is in the future')
  if (exp > seconds + 300) refuse(401, 'invalid_client', 'exp is more than five minutes ahead')
  if (jti.length > 64) refuse(401, 'invalid_client', 'jti is longer than 64 characters')
  if (!isFirstUse(`${clientId} ${jti}`)) refuse(401, 'invalid_client', 'jti was used before')
}

function refuse(status: number, error: string, description: string): never {
  throw new VendorRefusal({ status, body: { error, error_description: description } })
}
