import { execFileSync } from 'node:child_process'
import { connect as connectPlain } from 'node:net'
import { connect, type SecureVersion } from 'node:tls'
import { type AuthorizationServer, createAuthorizationServer } from '@pkjwt/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Certificate, makeCertificate } from './certificate.js'

let certificate: Certificate
let server: AuthorizationServer
let url: string

beforeAll(async () => {
  certificate = makeCertificate()
  server = createAuthorizationServer({ store: ':memory:' })
  ;({ url } = await server.listen({ port: 0, tls: certificate }))
})

afterAll(() => server.close())

const port = () => Number(new URL(url).port)
const request = 'GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'

/** What the server says over TLS of one version, or why it did not come to that. */
function say(version: SecureVersion, ca = certificate.cert): Promise<string> {
  return new Promise((resolve) => {
    // Clients of today would not even ask in an old version.
    const options = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT:@SECLEVEL=0' }
    const socket = connect({ port: port(), host: '127.0.0.1', ca, ...options }, () => socket.write(request))
    let text = ''
    socket.setEncoding('latin1').on('data', (piece: string) => {
      text += piece
    })
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)))
    socket.on('close', () => resolve(text))
  })
}

function sayPlainly(text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectPlain({ port: port(), host: '127.0.0.1' }, () => socket.write(text))
    let heard = ''
    socket.setEncoding('latin1').on('data', (piece: string) => {
      heard += piece
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(heard))
  })
}

const served = expect.stringMatching(/^HTTP\/1\.1 200 /)

describe('a server with a certificate', () => {
  it('has an https URL', () => expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/))

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('speaks %s', async (version) => {
    expect(await say(version)).toEqual(served)
  })

  it.each(['TLSv1', 'TLSv1.1'] as const)('refuses %s', async (version) => {
    expect(await say(version)).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION')
  })

  it('is not believed by who trusts another authority', async () => {
    expect(await say('TLSv1.3', makeCertificate().cert)).toMatch(/SELF_SIGNED/)
  })

  it('says nothing to plain HTTP and to junk, and goes on', async () => {
    expect(await sayPlainly(request)).not.toContain('HTTP/1.1 200')
    await sayPlainly('\x16\x03\x01\x00\x05hello')
    expect(await say('TLSv1.3')).toEqual(served)
  })
})

describe('listen() with a certificate', () => {
  const encrypted = () =>
    execFileSync('openssl', ['pkey', '-aes256', '-passout', 'pass:secret'], { input: certificate.key, encoding: 'utf8' })
  const oldEncrypted = () =>
    execFileSync('openssl', ['ec', '-aes256', '-passout', 'pass:secret'], {
      input: certificate.key,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    })
  const rsaKey = () =>
    execFileSync('openssl', ['genpkey', '-algorithm', 'RSA'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

  const cases: readonly [what: string, tls: () => Certificate, state: string][] = [
    [
      'the key of another certificate',
      () => ({ ...certificate, key: makeCertificate().key }),
      'is not the one of the certificate',
    ],
    ['a key of another type', () => ({ ...certificate, key: rsaKey() }), 'is not the one of the certificate'],
    ['an encrypted key', () => ({ ...certificate, key: encrypted() }), 'the key of the certificate is encrypted'],
    [
      'a key that is encrypted the old way',
      () => ({ ...certificate, key: oldEncrypted() }),
      'the key of the certificate is encrypted',
    ],
    ['a key that is none', () => ({ ...certificate, key: 'secret words' }), 'the key of the certificate cannot be read'],
    ['an empty key', () => ({ ...certificate, key: '' }), 'the key of the certificate cannot be read'],
    ['a certificate that is none', () => ({ ...certificate, cert: 'words' }), 'the certificate cannot be read'],
    ['an empty certificate', () => ({ ...certificate, cert: '' }), 'the certificate cannot be read'],
    ['the two swapped', () => ({ cert: certificate.key, key: certificate.cert }), 'the certificate cannot be read'],
  ]

  it.each(cases)('refuses %s', async (_what, tls, state) => {
    const other = createAuthorizationServer({ store: ':memory:' })
    const error: unknown = await other.listen({ port: 0, tls: tls() }).catch((thrown: unknown) => thrown)
    await other.close()
    expect(error).toMatchObject({ code: 'config_invalid', message: expect.stringContaining(state) })
    expect(JSON.stringify(error)).not.toMatch(/secret/)
  })

  it('takes a chain that begins with the certificate', async () => {
    const other = createAuthorizationServer({ store: ':memory:' })
    const { cert, key } = certificate
    await other.listen({ port: 0, tls: { cert: `${cert}${makeCertificate().cert}`, key } })
    await other.close()
  })
})
