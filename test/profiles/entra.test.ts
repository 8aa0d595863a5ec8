import { execFileSync } from 'node:child_process'
import { createAssertion, createTokenClient, readCertificate } from 'pkjwt'
import { generateKey, readPrivateKey, type SigningKey, writePrivateKey } from 'pkjwt/keys'
import { describe, expect, it } from 'vitest'
import { createEntraVendor } from './entraServer.js'
import { at, clock, makeFolder, type Prepared, pkjwt, post, testCases, type VendorCase } from './support.js'
import { startVendorServer } from './vendorServer.js'

const tenant = '11111111-2222-3333-4444-555555555555'
const clientId = '97e0a5b7-d745-40b6-94fe-5f77d35c6e05'
const resource = 'https://graph.microsoft.com'
const scopes = [`${resource}/.default`]

const key = await generateKey({ alg: 'PS256' })
const pem = String(await writePrivateKey(key, 'pkcs8'))
const certificatePem = await certify(pem)
const certificate = await readCertificate(certificatePem)
const rs256Key = await readPrivateKey(pem, { alg: 'RS256' })
const stranger = await generateKey({ alg: 'PS256' })
const strangersCertificate = await certify(String(await writePrivateKey(stranger, 'pkcs8')))

/** Makes a certificate for a key, as its owner would. */
async function certify(privateKey: string): Promise<string> {
  await using folder = await makeFolder({ 'key.pem': privateKey })
  const words = ['req', '-x509', '-new', '-key', folder.file('key.pem'), '-days', '2', '-subj', '/CN=reports']
  return execFileSync('openssl', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
}

async function prepare(): Promise<Prepared> {
  const server = await startVendorServer(createEntraVendor({ tenant, clientId, certificate: () => certificatePem, resource }), {
    clock,
  })
  const assertion = { key, certificate, clientId, audience: server.tokenEndpoint, profile: 'entra' } as const
  return { server, assertion, form: { client_id: clientId, scope: `${resource}/.default` }, words: [] }
}

const cases: readonly VendorCase[] = [
  { rule: 'alg-profile', what: 'RS256', refused: () => ({ key: rs256Key }), accepted: () => ({ key }) },
  {
    rule: 'header-missing',
    what: 'no hash of the certificate',
    refused: () => ({ certificate: undefined }),
    accepted: () => ({ certificate }),
  },
  {
    rule: 'aud-mismatch',
    what: 'the issuer',
    refused: ({ server }) => ({ claims: { aud: `${server.origin}/${tenant}/v2.0` } }),
    accepted: ({ server }) => ({ claims: { aud: server.tokenEndpoint } }),
  },
  {
    rule: 'aud-list',
    what: 'a list',
    refused: ({ server }) => ({ claims: { aud: [server.tokenEndpoint] } }),
    accepted: ({ server }) => ({ claims: { aud: server.tokenEndpoint } }),
  },
  {
    rule: 'exp-past',
    what: 'this very second',
    refused: () => ({ claims: { exp: at(0) } }),
    accepted: () => ({ claims: { exp: at(1) } }),
  },
  {
    rule: 'nbf-future',
    what: 'not valid yet',
    refused: () => ({ claims: { nbf: at(1) } }),
    accepted: () => ({ claims: { nbf: at(0) } }),
  },
  { rule: 'jti-missing', what: 'no jti', refused: () => ({ jti: false }), accepted: () => ({}) },
]

describe('the profile entra', () => {
  testCases(prepare, { cases, shape: { status: 401, error: 'invalid_client', error_codes: [expect.any(Number)] } })
})

describe('at Microsoft Entra ID', () => {
  const tokenOf = async (options: { key: SigningKey; x5c?: boolean; scopes?: readonly string[] }) => {
    const { server } = await prepare()
    await using _ = server
    const issuer = `${server.origin}/${tenant}/v2.0`
    const client = createTokenClient({ issuer, clientId, certificate, scopes, profile: 'entra', clock, ...options })
    await client.ready()
    const { value } = await client.token()
    return { value, form: server.forms[0] }
  }
  const headerOf = (assertion: string) => JSON.parse(Buffer.from(assertion.split('.')[0] ?? '', 'base64url').toString())

  it('the library names the client in the form, and the certificate in place of a kid', async () => {
    const { value, form } = await tokenOf({ key })
    expect(value).toMatch(/^entra-/)
    expect(form?.get('client_id')).toBe(clientId)
    expect(headerOf(form?.get('client_assertion') ?? '')).toEqual({
      alg: 'PS256',
      typ: 'JWT',
      'x5t#S256': certificate.thumbprint,
    })
  })

  it('sends the certificate itself when it is asked to', async () => {
    const { form } = await tokenOf({ key, x5c: true })
    const body = certificatePem.replace(/-----[^-]+-----|\s/g, '')
    expect(headerOf(form?.get('client_assertion') ?? '').x5c).toEqual([body])
  })

  it('a certificate of another key is not signed with', async () => {
    await expect(tokenOf({ key: stranger })).rejects.toMatchObject({ code: 'key_inconsistent' })
  })

  it('a permission in place of the resource is refused, and the diagnosis says so', async () => {
    await expect(tokenOf({ key, scopes: ['User.Read.All'] })).rejects.toMatchObject({
      error: 'invalid_scope',
      findings: expect.arrayContaining([expect.objectContaining({ id: 'scope-not-default' })]),
    })
  })

  it('a request without client_id is refused, and pkjwt diagnose says so', async () => {
    const { server } = await prepare()
    await using _ = server
    await using folder = await makeFolder({ 'key.pem': pem, 'certificate.pem': certificatePem })
    const at = ['--audience', server.tokenEndpoint, '--client-id', clientId, '--profile', 'entra']
    const words = ['--key', folder.file('key.pem'), '--alg', 'PS256', '--certificate', folder.file('certificate.pem')]
    const assertion = (await pkjwt(['sign', ...words, ...at])).stdout.trim()
    const parts = { grant_type: 'client_credentials', scope: `${resource}/.default`, client_assertion: assertion }
    const form = new URLSearchParams({
      ...parts,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    })
    const answer = await fetch(server.tokenEndpoint, { method: 'POST', body: form })
    expect(await answer.text()).toContain("AADSTS900144: The request body must contain the following parameter: 'client_id'")
    const idsOf = async (body: string) => (await pkjwt(['diagnose', '-', ...at], body)).stdout
    expect(await idsOf(String(form))).toContain('client-id-missing')
    form.set('client_id', clientId)
    expect(await idsOf(String(form))).not.toContain('client-id-missing')
  })

  it('pkjwt token reads the certificate, and --dry-run shows its hash', async () => {
    const { server } = await prepare()
    await using _ = server
    await using folder = await makeFolder({
      'key.pem': pem,
      'certificate.pem': certificatePem,
      'other.pem': strangersCertificate,
    })
    const token = (file: string, ...more: string[]) => {
      const words = [
        '--key',
        folder.file('key.pem'),
        '--alg',
        'PS256',
        '--certificate',
        folder.file(file),
        '--client-id',
        clientId,
      ]
      const target = ['--token-endpoint', server.tokenEndpoint, '--profile', 'entra', '--scope', `${resource}/.default`]
      return pkjwt(['token', ...words, ...target, ...more])
    }
    expect((await token('certificate.pem')).stdout).toMatch(/^entra-/)
    expect((await token('certificate.pem', '--dry-run', '--x5c')).stdout).toContain('x5c')
    expect((await token('certificate.pem', '--curl', '--x5c')).stdout).toMatch(/--certificate \S+ --x5c/)
    expect((await token('other.pem')).stderr).toContain('its public key is not that of the private key')
    expect((await token('key.pem')).stderr).toContain('Cannot read a certificate: there is none')
  })

  it('of a chain the certificate of the key comes first, and two certificates are one too many', async () => {
    const fetched = await readCertificate(`${certificatePem}\n${pem}`)
    expect(fetched.thumbprint).toBe(certificate.thumbprint)
    await expect(readCertificate(`${certificatePem}\n${strangersCertificate}`)).rejects.toMatchObject({ code: 'key_ambiguous' })
  })

  it('an assertion works once', async () => {
    const prepared = await prepare()
    await using _ = prepared.server
    const { assertion } = prepared
    const signed = await createAssertion({ ...assertion, now: clock() })
    expect(await post(prepared, signed)).toMatchObject({ status: 200 })
    expect(await post(prepared, signed)).toMatchObject({ status: 401 })
  })
})
