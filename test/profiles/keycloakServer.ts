import { createLocalJWKSet, decodeJwt, type JWTPayload, jwtVerify } from 'jose'
import { type Registration, type Vendor, VendorRefusal, type VendorRequest } from './vendorServer.js'

const realm = '/realms/demo'

/**
 * The token endpoint of a realm of Keycloak 26.4, with a client whose authenticator is "Signed JWT": its checks in their order, with the
 * texts of its source (`AbstractJWTClientValidator`, `AbstractBaseJWTValidator`).
 */
export function createKeycloakVendor(registration: Registration): Vendor {
  return {
    tokenPath: `${realm}/protocol/openid-connect/token`,
    documents: (origin) => ({
      [`${realm}/.well-known/openid-configuration`]: {
        issuer: `${origin}${realm}`,
        token_endpoint: `${origin}${realm}/protocol/openid-connect/token`,
      },
    }),
    async answer(request) {
      if (request.form.get('grant_type') !== 'client_credentials') refuse('Missing form parameter: grant_type', 'invalid_request')
      await authenticate(request, registration)
      const scope = ['email', 'profile', ...(request.form.get('scope')?.split(' ') ?? [])].join(' ')
      return {
        status: 200,
        body: { access_token: `keycloak-${crypto.randomUUID()}`, token_type: 'Bearer', expires_in: 300, scope },
      }
    },
  }
}

async function authenticate(request: VendorRequest, { clientId, keys }: Registration): Promise<void> {
  const { form } = request
  if (!form.has('client_assertion_type')) refuse('Parameter client_assertion_type is missing')
  const assertion = form.get('client_assertion') ?? refuse('client_assertion parameter missing')
  const claims = readClaims(assertion)
  if (claims.sub === undefined) refuse('Token sub claim is required')
  if (form.has('client_id') && form.get('client_id') !== claims.sub) refuse('client_id parameter does not match sub claim')
  if (claims.sub !== clientId || claims.iss !== clientId) refuse('Invalid client or Invalid client credentials')
  // Keycloak looks at the times itself, in its own words, so they are kept from the verifier here.
  await jwtVerify(assertion, createLocalJWKSet(keys()), {
    currentDate: new Date(((claims.exp ?? 0) - 1) * 1000),
    clockTolerance: 10 ** 9,
  }).catch(() => refuse('Client authentication with signed JWT failed: Signature on JWT token failed validation'))
  checkAudience(claims, request)
  checkTimes(claims, request)
}

function checkAudience({ aud = [] }: JWTPayload, { origin, tokenEndpoint }: VendorRequest): void {
  const audiences = [aud].flat()
  const expected = [`${origin}${realm}`, tokenEndpoint, `${tokenEndpoint}/introspect`]
  if (!audiences.some((audience) => expected.includes(audience))) refuse('Invalid token audience')
  if (audiences.length > 1) refuse('Multiple audiences not allowed')
}

const maxExpiration = 60
const clockSkew = 15

function checkTimes({ exp, iat, jti }: JWTPayload, { now, isFirstUse }: VendorRequest): void {
  const seconds = Math.floor(now.getTime() / 1000)
  if (exp === undefined) throw refuse('Token exp claim is required')
  if (exp + clockSkew < seconds) refuse('Token is not active')
  if (iat === undefined) {
    if (exp - seconds > maxExpiration) refuse('Token expiration is too far in the future and iat claim not present in token')
  } else {
    if (iat - clockSkew > seconds) refuse('Token was issued in the future')
    if (Math.min(exp - seconds, maxExpiration) <= 0) refuse('Token is not active')
    if (seconds > iat + maxExpiration) refuse('Token was issued too far in the past to be used now')
  }
  if (jti === undefined) throw refuse('Token jti claim is required')
  if (!isFirstUse(jti)) refuse('Token reuse detected')
}

function readClaims(assertion: string): JWTPayload {
  try {
    return decodeJwt(assertion)
  } catch {
    return refuse('Invalid client or Invalid client credentials')
  }
}

function refuse(description: string, error = 'invalid_client'): never {
  throw new VendorRefusal({ status: 400, body: { error, error_description: description } })
}
