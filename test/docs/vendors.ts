import { createPublicKey } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JSONWebKeySet, JWK } from 'jose'
import { createAuth0Vendor } from '../profiles/auth0Server.js'
import { createEntraVendor } from '../profiles/entraServer.js'
import { createKeycloakVendor } from '../profiles/keycloakServer.js'
import { createPingFederateVendor } from '../profiles/pingFederateServer.js'
import { createSmartVendor } from '../profiles/smartServer.js'
import { startVendorServer, type Vendor } from '../profiles/vendorServer.js'

/** The server of a vendor, for the page that tells about it. */
export interface PageVendor {
  /** Puts the server in the place of the vendor's host. */
  substitute(text: string): string
  close(): Promise<void>
}

interface VendorOfPage {
  /** The host that the page uses. */
  readonly host: string
  readonly create: (keys: () => JSONWebKeySet, folder: string) => Vendor
}

const vendors: Readonly<Record<string, VendorOfPage>> = {
  auth0: {
    host: 'https://tenant.eu.auth0.com',
    create: (keys) =>
      createAuth0Vendor({
        clientId: 'AbCdEfGhIjKlMnOpQrStUvWxYz012345',
        keys,
        api: 'https://reports.example.net/',
        permissions: ['read:reports'],
      }),
  },
  entra: {
    host: 'https://login.microsoftonline.com',
    create: (_keys, folder) =>
      createEntraVendor({
        tenant: '11111111-2222-3333-4444-555555555555',
        clientId: '97e0a5b7-d745-40b6-94fe-5f77d35c6e05',
        certificate: () => readFileSync(join(folder, 'certificate.pem'), 'utf8'),
        resource: 'https://graph.microsoft.com',
      }),
  },
  pingfederate: {
    host: 'https://sso.example.org:9031',
    create: (keys) => createPingFederateVendor({ clientId: 'reports', keys }),
  },
  keycloak: {
    host: 'https://keycloak.example.org',
    create: (keys) => createKeycloakVendor({ clientId: 'reports', keys }),
  },
  smart: {
    host: 'https://fhir.example.org',
    create: (keys) => createSmartVendor({ clientId: 'fhir-exporter', keys, scopes: ['system/Patient.rs'] }),
  },
}

/** Starts the vendor that the stage of a page names, if it names one. */
export async function startVendor(words: readonly string[], folder: string): Promise<PageVendor> {
  const name = words.find((word) => word.startsWith('vendor='))?.slice('vendor='.length)
  if (name === undefined) return { substitute: (text) => text, close: async () => undefined }
  const vendor = vendors[name]
  if (vendor === undefined) throw new Error(`nobody knows the vendor ${name}`)
  const server = await startVendorServer(
    vendor.create(() => readRegistered(folder), folder),
    { clock: () => new Date() },
  )
  return {
    substitute: (text) => text.replaceAll(vendor.host, server.origin),
    close: () => server[Symbol.asyncDispose](),
  }
}

/** What the reader of the page registered: the public half of the key in the folder. A key in PEM has no name. */
function readRegistered(folder: string): JSONWebKeySet {
  const pem = join(folder, 'private-key.pem')
  if (existsSync(pem)) return { keys: [exportPublic(readFileSync(pem, 'utf8'))] }
  const { kid, alg, ...key } = JSON.parse(readFileSync(join(folder, 'private-key.jwk'), 'utf8'))
  return { keys: [{ ...exportPublic({ key, format: 'jwk' }), kid, alg }] }
}

function exportPublic(key: Parameters<typeof createPublicKey>[0]): JWK {
  return createPublicKey(key).export({ format: 'jwk' }) as JWK
}
