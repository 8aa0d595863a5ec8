import { createLocalJWKSet, jwtVerify } from 'jose'
import { type Registration, type Vendor, VendorRefusal } from './vendorServer.js'

/**
 * PingFederate's token endpoint, for a client with "Private Key JWT" and "Replay Prevention" as "Configuring OAuth clients" describes
 * them. What its documentation leaves open is RFC 7523 here, with the token endpoint as the audience.
 */
export function createPingFederateVendor({ clientId, keys }: Registration): Vendor {
  return {
    tokenPath: '/as/token.oauth2',
    async answer({ form, tokenEndpoint, now, isFirstUse }) {
      if (form.get('grant_type') !== 'client_credentials') refuse(400, 'unsupported_grant_type')
      const verified = await jwtVerify(form.get('client_assertion') ?? '', createLocalJWKSet(keys()), {
        issuer: clientId,
        subject: clientId,
        audience: tokenEndpoint,
        requiredClaims: ['exp', 'jti'],
        currentDate: now,
      }).catch(() => refuse(401, 'invalid_client'))
      if (!isFirstUse(String(verified.payload.jti))) refuse(401, 'invalid_client')
      return { status: 200, body: { access_token: `ping-${crypto.randomUUID()}`, token_type: 'Bearer', expires_in: 7199 } }
    },
  }
}

function refuse(status: number, error: string): never {
  throw new VendorRefusal({ status, body: { error, error_description: 'Invalid client or client credentials.' } })
}
