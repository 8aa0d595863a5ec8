import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { nodeFetch } from 'pkjwt/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPair } from './harness.js'

const run = promisify(execFile)
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pkjwt-certificate-'))
  const subject = ['-subj', '/CN=localhost', '-days', '1', '-nodes', '-newkey', 'rsa:2048']
  await run('openssl', ['req', '-x509', ...subject, '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')])
})
afterAll(() => rm(folder, { recursive: true }))

test.each([
  ['the fetch of the runtime', undefined],
  ['nodeFetch', nodeFetch],
])('a certificate that nobody vouches for is refused at the first request, with %s', async (_, fetch) => {
  const [key, cert] = await Promise.all([readFile(join(folder, 'key.pem')), readFile(join(folder, 'cert.pem'))])
  const server = createServer({ key, cert })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await using pair = await startPair({ org: `https://127.0.0.1:${port}`, fetch })
  await expect(pair.client.token()).rejects.toMatchObject({
    code: 'server_unreachable',
    message: expect.stringContaining('its certificate is signed by itself'),
    hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
  })
  expect(pair.waits).toEqual([])
  server.close()
})

test('nodeFetch carries a client through its whole life', async () => {
  await using pair = await startPair({ fetch: nodeFetch })
  pair.server.routes.set('/api', ({ headers }, response) => {
    response.writeHead(headers.authorization === 'Bearer token-2' ? 200 : 401, { 'content-type': 'text/plain' }).end('hello')
  })
  const response = await pair.client.fetch(`${pair.server.origin}/api`)
  expect(response.status).toBe(200)
  expect(await response.text()).toBe('hello')
  expect(pair.server.requests).toHaveLength(2)
})
