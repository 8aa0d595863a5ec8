import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestServer } from '@pkjwt/server/testing'
import { createTokenClient } from 'pkjwt/client'
import { generateKey, type SigningKey, writePrivateKey } from 'pkjwt/keys'
import { createJwksFile, createKeyFile } from 'pkjwt/node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Certificate, makeCertificate } from '../server/certificate.js'

// An app that publishes its keys at an address of its own: a web server gives out the file, the authorization server fetches it.

let certificate: Certificate
let folder: string
let key: SigningKey
let web: Server

beforeAll(async () => {
  certificate = makeCertificate()
  folder = await mkdtemp(join(tmpdir(), 'pkjwt-published-'))
  key = await generateKey({ alg: 'ES256' })
  await writeFile(join(folder, 'key.jwk'), JSON.stringify(await writePrivateKey(key, 'jwk')), { mode: 0o600 })
  await createJwksFile(join(folder, 'jwks.json')).write({ keys: [key.publicKey.jwk] })
  web = createServer(certificate, async (_request, response) => response.end(await readFile(join(folder, 'jwks.json'))))
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
})

afterAll(async () => {
  web.closeAllConnections()
  web.close()
  await rm(folder, { recursive: true })
})

it('the next key is published, the server is waited for, and no request is refused on the way', async () => {
  const host = `localhost:${(web.address() as AddressInfo).port}`
  await using server = await startTestServer({ remoteKeys: { hostsAllowed: [host], ca: certificate.cert } })
  // It moves only where the rotation waits: the server looks at a published set once a minute.
  server.clock.set(new Date('2030-01-01T00:00:00Z'))
  const { clientId } = await server.addApp({ jwksUri: `https://${host}/jwks.json` })
  const { org, fetch, clock } = server
  const keyFile = createKeyFile(join(folder, 'key.jwk'))
  const options = { org, fetch, clock, clientId, key: keyFile, scopes: ['okta.users.read'] }
  const statuses = new Set<number>()
  const asOthersDo = async () => {
    await createTokenClient(options).token()
    statuses.add(server.requests.at(-1)?.status ?? 0)
  }
  await asOthersDo()
  let waited = 0
  const wait = async (milliseconds: number) => {
    waited += milliseconds / 1000
    clock.forward(milliseconds / 1000)
    await asOthersDo()
  }
  const jwks = createJwksFile(join(folder, 'jwks.json'))
  const { kid } = await createTokenClient({ ...options, wait }).rotateKey({ jwks, overlapSeconds: 600 })
  await asOthersDo()
  expect(statuses).toEqual(new Set([200]))
  expect(waited).toBeGreaterThan(600 + 50)
  expect(server.requests.at(-1)).toMatchObject({ status: 200, kid })
  const published: { keys: { kid: string }[] } = JSON.parse(await readFile(join(folder, 'jwks.json'), 'utf8'))
  expect(published.keys.map((each) => each.kid)).toEqual([kid])
})
