import { createLocalJWKSet, decodeProtectedHeader, errors, jwtVerify } from 'jose'
import { type Registration, type Vendor, VendorRefusal, type VendorRequest } from './vendorServer.js'

/** What a SMART client registers beside its keys. */
export interface SmartRegistration extends Registration {
  readonly jwksUrl?: string | undefined
  readonly scopes: readonly string[]
}

/**
 * The token endpoint of a FHIR server, as SMART App Launch 2.2 describes it under "Client Authentication: Asymmetric" and "Backend
 * Services".
 */
export function createSmartVendor(registration: SmartRegistration): Vendor {
  return {
    tokenPath: '/auth/token',
    documents: (origin) => ({
      '/fhir/.well-known/smart-configuration': {
        token_endpoint: `${origin}/auth/token`,
        token_endpoint_auth_methods_supported: ['private_key_jwt'],
        token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
      },
    }),
    async answer(request) {
      const { form } = request
      if (form.get('grant_type') !== 'client_credentials')
        refuse('unsupported_grant_type', 'grant_type must be client_credentials')
      if (form.get('client_assertion_type') !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
        refuse('invalid_request', 'client_assertion_type')
      await authenticate(request, registration)
      const scopes = (form.get('scope') ?? '').split(' ').filter((scope) => registration.scopes.includes(scope))
      if (scopes.length === 0) refuse('invalid_scope', 'scope')
      return {
        status: 200,
        body: { access_token: `smart-${crypto.randomUUID()}`, token_type: 'bearer', expires_in: 300, scope: scopes.join(' ') },
      }
    },
  }
}

async function authenticate(
  { form, tokenEndpoint, now, isFirstUse }: VendorRequest,
  { clientId, keys, jwksUrl }: SmartRegistration,
): Promise<void> {
  const assertion = form.get('client_assertion') ?? ''
  const { typ, kid, jku } = readHeader(assertion)
  if (typ !== 'JWT') refuse('invalid_client', 'typ must be JWT')
  if (typeof kid !== 'string') refuse('invalid_client', 'kid is required')
  if (jku !== undefined && jku !== jwksUrl) refuse('invalid_client', 'jku is not the registered JWKS URL')
  const verified = await jwtVerify(assertion, createLocalJWKSet(keys()), {
    algorithms: ['RS384', 'ES384'],
    issuer: clientId,
    subject: clientId,
    audience: tokenEndpoint,
    requiredClaims: ['exp', 'jti'],
    currentDate: now,
  }).catch((error: unknown) => refuse('invalid_client', error instanceof errors.JOSEError ? error.message : String(error)))
  const { exp = 0, jti = '' } = verified.payload
  if (exp > Math.floor(now.getTime() / 1000) + 300) refuse('invalid_client', 'exp is more than five minutes in the future')
  if (!isFirstUse(`${clientId} ${jti}`)) refuse('invalid_client', 'jti was used before')
}

function readHeader(assertion: string) {
  try {
    return decodeProtectedHeader(assertion)
  } catch {
    return refuse('invalid_client', 'the assertion is no JWT')
  }
}

/** RFC 6749 §5.2, to which SMART leaves the shape of a refusal. */
function refuse(error: string, description: string): never {
  throw new VendorRefusal({ status: error === 'invalid_client' ? 401 : 400, body: { error, error_description: description } })
}
