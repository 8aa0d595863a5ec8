import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JSONWebKeySet } from 'jose'
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
  readonly create: (keys: () => JSONWebKeySet) => Vendor
}

const vendors: Readonly<Record<string, VendorOfPage>> = {
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
    vendor.create(() => readRegistered(folder)),
    { clock: () => new Date() },
  )
  return {
    substitute: (text) => text.replaceAll(vendor.host, server.origin),
    close: () => server[Symbol.asyncDispose](),
  }
}

/** What the reader of the page registered: the public half of the key in the folder. */
function readRegistered(folder: string): JSONWebKeySet {
  const { kid, alg, ...key } = JSON.parse(readFileSync(join(folder, 'private-key.jwk'), 'utf8'))
  return {
    keys: [{ ...createPublicKey({ key, format: 'jwk' }).export({ format: 'jwk' }), kid, alg } as JSONWebKeySet['keys'][number]],
  }
}
