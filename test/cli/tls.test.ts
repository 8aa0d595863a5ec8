import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Certificate, makeCertificate } from '../server/certificate.js'
import { makeFolder, pkjwt, startServer } from './world.js'

let certificate: Certificate
let folder: Awaited<ReturnType<typeof makeFolder>>

beforeAll(async () => {
  certificate = makeCertificate()
  folder = await makeFolder()
  await keep('cert.pem', certificate.cert)
  await keep('key.pem', certificate.key)
  await keep('other.pem', makeCertificate().key)
  await keep('encrypted.pem', execFileSync('openssl', ['pkey', '-aes256', '-passout', 'pass:secret'], { input: certificate.key }))
})

afterAll(() => folder[Symbol.asyncDispose]())

const keep = (name: string, content: string | Buffer) => writeFile(join(folder.path, name), content)

const statusOf = (url: string) =>
  new Promise((resolve, reject) => {
    const get = request(`${url}/health/live`, { ca: certificate.cert, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    get.on('error', reject)
    get.end()
  })

describe('pkjwt serve --tls-cert --tls-key', () => {
  it.each([
    ['one process', ['--store', ':memory:']],
    ['workers', ['--workers', '2', '--store', 'tls.db']],
  ])('serves https with %s, and goes on with the certificate that it began with', async (_what, more) => {
    const words = ['--tls-cert', 'cert.pem', '--tls-key', 'key.pem', ...more]
    const server = await startServer(words, folder.path)
    expect(server.url).toMatch(/^https:/)
    expect(await statusOf(server.url)).toBe(200)
    const other = makeCertificate()
    await keep('cert.pem', other.cert)
    await keep('key.pem', other.key)
    expect(await statusOf(server.url)).toBe(200)
    expect(await server.stop('SIGTERM')).toBe(0)
    await keep('cert.pem', certificate.cert)
    await keep('key.pem', certificate.key)
  })

  it.each([
    ['the key of another certificate', ['cert.pem', 'other.pem'], 78, 'the key is not the one of the certificate'],
    ['an encrypted key', ['cert.pem', 'encrypted.pem'], 78, 'the key of the certificate is encrypted'],
    ['the two swapped', ['key.pem', 'cert.pem'], 78, 'the certificate cannot be read'],
    ['a key that is not there', ['cert.pem', 'none.pem'], 66, 'there is no file "none.pem"'],
    ['a certificate that is not there', ['none.pem', 'key.pem'], 66, 'there is no file "none.pem"'],
  ])('says at the start that it was given %s', async (_what, [cert = '', key = ''], exit, state) => {
    const words = ['serve', '--port', '0', '--store', ':memory:', '--tls-cert', cert, '--tls-key', key]
    const { code, stdout, stderr } = await pkjwt(words, { cwd: folder.path })
    expect([code, stdout]).toEqual([exit, ''])
    expect(stderr).toContain(state)
    expect(stderr).toContain('pkjwt: hint: ')
    expect(stderr).not.toMatch(/secret|BEGIN PRIVATE|at .*\.c?js/)
  })

  it('wants both', async () => {
    const { code } = await pkjwt(['serve', '--port', '0', '--tls-cert', 'cert.pem'], { cwd: folder.path })
    expect(code).toBe(2)
  })
})
