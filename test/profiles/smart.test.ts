import { createTokenClient } from 'pkjwt'
import { generateKey, writePrivateKey } from 'pkjwt/keys'
import { describe, expect, it } from 'vitest'
import { createSmartVendor } from './smartServer.js'
import { at, clock, jwksOf, makeFolder, type Prepared, pkjwt, post, testCases, type VendorCase } from './support.js'
import { startVendorServer } from './vendorServer.js'

const clientId = 'fhir-exporter'
const scopes = ['system/Patient.rs', 'system/Observation.rs']
const key = await generateKey({ alg: 'ES384', kid: 'one' })
const rsaKey = await generateKey({ alg: 'RS384', kid: 'two' })
const es256Key = await generateKey({ alg: 'ES256', kid: 'three' })
const jwks = jwksOf(key, rsaKey, es256Key)
const jwksUrl = 'https://app.example/jwks.json'

async function prepare(): Promise<Prepared> {
  const server = await startVendorServer(createSmartVendor({ clientId, keys: () => jwks, jwksUrl, scopes }), { clock })
  const audience = server.tokenEndpoint
  return { server, assertion: { key, clientId, audience, profile: 'smart' }, form: { scope: 'system/Patient.rs' }, words: [] }
}

const cases: readonly VendorCase[] = [
  {
    rule: 'alg-profile',
    what: 'ES256, where every server supports ES384 and RS384',
    refused: () => ({ key: es256Key }),
    accepted: () => ({ key: rsaKey }),
  },
  { rule: 'header-missing', what: 'no kid', refused: () => ({ header: { kid: null } }), accepted: () => ({}) },
  { rule: 'header-missing', what: 'no typ', refused: () => ({ header: { typ: null } }), accepted: () => ({}) },
  {
    rule: 'aud-mismatch',
    what: 'the FHIR server in place of its token endpoint',
    refused: ({ server }) => ({ claims: { aud: `${server.origin}/fhir` } }),
    accepted: ({ server }) => ({ claims: { aud: server.tokenEndpoint } }),
  },
  {
    rule: 'exp-far',
    what: 'a second beyond five minutes',
    refused: () => ({ claims: { exp: at(301) } }),
    accepted: () => ({ claims: { exp: at(300) } }),
  },
  {
    rule: 'exp-past',
    what: 'this very second',
    refused: () => ({ claims: { exp: at(0) } }),
    accepted: () => ({ claims: { exp: at(1) } }),
  },
  { rule: 'jti-missing', what: 'no jti', refused: () => ({ jti: false }), accepted: () => ({ jti: crypto.randomUUID() }) },
  {
    rule: 'sub-mismatch',
    what: 'another subject',
    refused: () => ({ claims: { sub: 'somebody' } }),
    accepted: () => ({ claims: { sub: clientId } }),
  },
]

describe('the profile smart', () => {
  testCases(prepare, { cases, shape: { status: 401, error: 'invalid_client' } })
})

describe('at a SMART server', () => {
  it('the library gets a token, with the defaults of the profile, and no assertion works twice', async () => {
    const { server, form, assertion } = await prepare()
    await using _ = server
    const client = createTokenClient({ tokenEndpoint: server.tokenEndpoint, clientId, key, scopes, profile: 'smart', clock })
    await client.ready()
    const token = await client.token()
    expect(token).toMatchObject({ type: 'Bearer', scopes })
    const sent = server.forms[0]?.get('client_assertion') ?? ''
    expect(await post({ server, form, assertion, words: [] }, sent)).toMatchObject({ error_description: 'jti was used before' })
  })

  it('says what is wrong when the server refuses: the scope is not granted', async () => {
    const { server } = await prepare()
    await using _ = server
    const options = { tokenEndpoint: server.tokenEndpoint, clientId, key, profile: 'smart', clock } as const
    await expect(createTokenClient({ ...options, scopes: ['system/*.cruds'] }).token()).rejects.toMatchObject({
      by: 'server',
      status: 400,
      error: 'invalid_scope',
    })
  })

  it('takes the address of the registered keys in "jku", and no other', async () => {
    const prepared = await prepare()
    await using _ = prepared.server
    const sign = async (jku: string) => {
      const words = ['--key', folder.file('key.jwk'), '--client-id', clientId, '--audience', prepared.server.tokenEndpoint]
      return pkjwt(['sign', ...words, '--profile', 'smart', '--header', `jku=${jku}`])
    }
    await using folder = await makeFolder({ 'key.jwk': await writePrivateKey(key, 'jwk') })
    const { stdout, stderr } = await sign(jwksUrl)
    expect(stderr).toBe('')
    expect(await post(prepared, stdout.trim())).toMatchObject({ status: 200 })
    const other = await sign('https://other.example/jwks.json')
    expect(await post(prepared, other.stdout.trim())).toMatchObject({ error_description: 'jku is not the registered JWKS URL' })
  })

  it('pkjwt token prints a token', async () => {
    const { server } = await prepare()
    await using _ = server
    await using folder = await makeFolder({ 'key.jwk': await writePrivateKey(key, 'jwk') })
    const words = ['--token-endpoint', server.tokenEndpoint, '--client-id', clientId, '--key', folder.file('key.jwk')]
    const { code, stdout } = await pkjwt(['token', ...words, '--profile', 'smart', '--scope', 'system/Patient.rs'])
    expect(stdout).toMatch(/^smart-/)
    expect(code).toBe(0)
  })

  it('a key without a name is not signed with, and --kid names it', async () => {
    await using folder = await makeFolder({ 'key.pem': String(await writePrivateKey(key, 'pkcs8')) })
    const words = ['sign', '--key', folder.file('key.pem'), '--client-id', clientId, '--audience', 'https://fhir.example/token']
    const refused = await pkjwt([...words, '--profile', 'smart'])
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('The header has no "kid"')
    expect((await pkjwt([...words, '--profile', 'smart', '--kid', 'one'])).code).toBe(0)
  })
})
