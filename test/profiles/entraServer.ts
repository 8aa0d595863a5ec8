import { createHash, X509Certificate } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose'
import { type Vendor, VendorRefusal, type VendorRequest } from './vendorServer.js'

/** What is registered in Microsoft Entra ID: the app, its certificate, and the resource that it may use. */
export interface EntraRegistration {
  readonly tenant: string
  readonly clientId: string
  /** The certificate that was uploaded, as PEM. */
  readonly certificate: () => string
  readonly resource: string
}

/**
 * The token endpoint of a tenant, as Microsoft's "Application authentication certificate credentials" and "OAuth 2.0 client credentials
 * flow" describe it, with the AADSTS codes of its error reference.
 */
export function createEntraVendor(registration: EntraRegistration): Vendor {
  const { tenant, resource } = registration
  return {
    tokenPath: `/${tenant}/oauth2/v2.0/token`,
    documents: (origin) => ({
      [`/${tenant}/v2.0/.well-known/openid-configuration`]: {
        issuer: `${origin}/${tenant}/v2.0`,
        token_endpoint: `${origin}/${tenant}/oauth2/v2.0/token`,
      },
    }),
    async answer(request) {
      const { form } = request
      for (const name of ['grant_type', 'client_id', 'scope', 'client_assertion']) {
        if (!form.has(name)) refuse(900144, `The request body must contain the following parameter: '${name}'.`)
      }
      await authenticate(request, registration)
      const scope = form.get('scope') ?? ''
      if (!scope.endsWith('/.default') || scope.includes(' ')) {
        refuse(
          1002012,
          `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
        )
      }
      if (scope !== `${resource}/.default`) refuse(500011, `The resource principal named ${scope} was not found in the tenant`)
      return {
        status: 200,
        body: { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: `entra-${crypto.randomUUID()}` },
      }
    },
  }
}

async function authenticate(
  { form, tokenEndpoint, now, isFirstUse }: VendorRequest,
  registration: EntraRegistration,
): Promise<void> {
  const { clientId } = registration
  const assertion = form.get('client_assertion') ?? ''
  const claims = readClaims(assertion)
  if (claims.iss !== clientId || claims.sub !== clientId || form.get('client_id') !== clientId) {
    refuse(700021, "Client assertion application identifier doesn't match 'client_id' parameter.")
  }
  const certificate = new X509Certificate(registration.certificate())
  const { alg, x5c, 'x5t#S256': thumbprint } = decodeProtectedHeader(assertion)
  const isRegistered = thumbprint === createHash('sha256').update(certificate.raw).digest('base64url')
  if (!isRegistered)
    refuse(700027, 'The certificate with identifier used to sign the client assertion is not registered on application.')
  if (x5c !== undefined && x5c[0] !== certificate.raw.toString('base64')) refuse(700027, 'The certificate in x5c is another one.')
  // The times come afterwards, in words of their own.
  const verified = jwtVerify(assertion, certificate.publicKey, {
    algorithms: ['PS256'],
    clockTolerance: 10 ** 9,
    currentDate: now,
  })
  await verified.catch(() => refuse(700027, `Client assertion failed signature validation, with ${alg}.`))
  if (claims.aud !== tokenEndpoint) refuse(50027, 'JWT token is invalid or malformed.')
  checkTimes(claims, now)
  if (typeof claims.jti !== 'string') throw refuse(50027, 'JWT token is invalid or malformed.')
  if (!isFirstUse(claims.jti)) refuse(50027, 'JWT token is invalid or malformed.')
}

function checkTimes({ exp = 0, nbf = 0 }: JWTPayload, now: Date): void {
  const seconds = Math.floor(now.getTime() / 1000)
  if (exp <= seconds || nbf > seconds) refuse(700024, 'Client assertion is not within its valid time range.')
}

function readClaims(assertion: string): JWTPayload {
  try {
    return decodeJwt(assertion)
  } catch {
    return refuse(50027, 'JWT token is invalid or malformed.')
  }
}

const errors: Readonly<Record<number, readonly [status: number, error: string]>> = {
  900144: [400, 'invalid_request'],
  1002012: [400, 'invalid_scope'],
  500011: [400, 'invalid_resource'],
}

function refuse(code: number, text: string): never {
  const [status, error] = errors[code] ?? [401, 'invalid_client']
  const ids = { trace_id: crypto.randomUUID(), correlation_id: crypto.randomUUID() }
  const description = `AADSTS${code}: ${text} Trace ID: ${ids.trace_id} Correlation ID: ${ids.correlation_id}`
  throw new VendorRefusal({ status, body: { error, error_description: description, error_codes: [code], ...ids } })
}
