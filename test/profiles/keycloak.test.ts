import { createTokenClient } from 'pkjwt'
import { generateKey, writePrivateKey } from 'pkjwt/keys'
import { describe, expect, it } from 'vitest'
import { createKeycloakVendor } from './keycloakServer.js'
import { at, clock, jwksOf, makeFolder, type Prepared, pkjwt, post, testCases, type VendorCase } from './support.js'
import { startVendorServer } from './vendorServer.js'

const clientId = 'reports'
const key = await generateKey({ alg: 'ES256', kid: 'one' })
const keys = () => jwksOf(key)

async function prepare(): Promise<Prepared> {
  const server = await startVendorServer(createKeycloakVendor({ clientId, keys }), { clock })
  const audience = `${server.origin}/realms/demo`
  return { server, assertion: { key, clientId, audience, profile: 'keycloak' }, form: {}, words: [] }
}

const cases: readonly VendorCase[] = [
  {
    rule: 'aud-mismatch',
    what: 'another realm',
    refused: ({ server }) => ({ claims: { aud: `${server.origin}/realms/other` } }),
    accepted: ({ server }) => ({ claims: { aud: `${server.origin}/realms/demo` } }),
  },
  {
    rule: 'aud-list',
    what: 'issuer and token endpoint in one list',
    refused: ({ server, assertion: { audience } }) => ({ claims: { aud: [audience, server.tokenEndpoint] } }),
    accepted: ({ assertion: { audience } }) => ({ claims: { aud: [audience] } }),
  },
  {
    rule: 'iat-past',
    what: 'issued 61 seconds ago, though it lives for an hour',
    refused: () => ({ claims: { iat: at(-61), exp: at(3600) } }),
    accepted: () => ({ claims: { iat: at(-60), exp: at(3600) } }),
  },
  {
    rule: 'iat-future',
    what: '16 seconds ahead',
    refused: () => ({ claims: { iat: at(16) } }),
    accepted: () => ({ claims: { iat: at(15) } }),
  },
  {
    rule: 'exp-far',
    what: '61 seconds to live, and no iat',
    refused: () => ({ iat: false, claims: { exp: at(61) } }),
    accepted: () => ({ iat: false, claims: { exp: at(60) } }),
  },
  {
    rule: 'exp-past',
    what: 'this very second',
    refused: () => ({ claims: { exp: at(0) } }),
    accepted: () => ({ claims: { exp: at(1) } }),
  },
  { rule: 'jti-missing', what: 'no jti', refused: () => ({ jti: false }), accepted: () => ({}) },
]

describe('the profile keycloak', () => {
  testCases(prepare, { cases, shape: { status: 400, error: 'invalid_client' } })
})

describe('at Keycloak', () => {
  it('the library aims at the issuer where it knows it, and at the token endpoint otherwise', async () => {
    const prepared = await prepare()
    const { server } = prepared
    await using _ = server
    const options = { clientId, key, scopes: [], profile: 'keycloak', clock } as const
    const byIssuer = createTokenClient({ ...options, issuer: `${server.origin}/realms/demo` })
    await byIssuer.ready()
    expect((await byIssuer.token()).scopes).toContain('email')
    await createTokenClient({ ...options, tokenEndpoint: server.tokenEndpoint }).token()
    const sent = server.forms.map((form) => form.get('client_assertion') ?? '')
    const audiences = sent.map((assertion) => JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString()).aud)
    expect(audiences).toEqual([`${server.origin}/realms/demo`, server.tokenEndpoint])
    expect(await post(prepared, sent[0] ?? '')).toMatchObject({ error_description: 'Token reuse detected' })
  })

  it('without iat, an assertion gets a lifetime that Keycloak takes', async () => {
    const prepared = await prepare()
    await using _ = prepared.server
    await using folder = await makeFolder({ 'key.jwk': await writePrivateKey(key, 'jwk') })
    const words = ['sign', '--key', folder.file('key.jwk'), '--client-id', clientId, '--profile', 'keycloak', '--no-iat']
    const { stdout, stderr } = await pkjwt([...words, '--audience', prepared.assertion.audience])
    expect(stderr).toBe('')
    expect(await post(prepared, stdout.trim())).toMatchObject({ status: 200 })
  })

  it('pkjwt token needs no scope', async () => {
    const { server } = await prepare()
    await using _ = server
    await using folder = await makeFolder({ 'key.jwk': await writePrivateKey(key, 'jwk') })
    const words = ['--issuer', `${server.origin}/realms/demo`, '--client-id', clientId, '--key', folder.file('key.jwk')]
    const { code, stdout } = await pkjwt(['token', ...words, '--profile', 'keycloak'])
    expect(stdout).toMatch(/^keycloak-/)
    expect(code).toBe(0)
  })
})
