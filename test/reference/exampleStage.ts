import { strict as assert } from 'node:assert'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestServer, type TestServer } from '@pkjwt/server/testing'
import { createTokenClient, type TokenClient } from 'pkjwt/client'
import { generateKey, type KeySet, type PublicJwk, type SigningKey, writePrivateKey, writePublicKeys } from 'pkjwt/keys'
import { createAssertion } from 'pkjwt/protocol'

/** The names that an example in a doc comment finds, beside `assert` and everything that can be imported. */
export interface Stage {
  readonly assert: typeof assert
  readonly readFile: typeof readFile
  /** The organisation that answers, also to the global `fetch`. */
  readonly org: string
  readonly tokenEndpoint: string
  /** An app there, which may do everything. */
  readonly clientId: string
  readonly scopes: readonly string[]
  /** The private key of the app, RS256; the same stands in the files private-key.pem and private-key.jwk, its public half in public.pem and certificate.pem. */
  readonly key: SigningKey
  readonly keys: KeySet
  readonly jwk: PublicJwk
  /** An assertion of the app that the organisation takes. */
  readonly assertion: string
  readonly client: TokenClient
  readonly server: TestServer
}

const clientId = '0oa1'
const org = 'example.okta.com'
const scopes = ['okta.users.read']
const grants = ['okta.users.read', 'okta.apps.manage', 'okta.appGrants.manage', 'okta.roles.manage', 'okta.logs.read']

let made: Promise<{ readonly first: SigningKey; readonly files: Readonly<Record<string, string>> }> | undefined

async function makeKey() {
  const first = await generateKey({ alg: 'RS256' })
  const jwk = JSON.stringify(await writePrivateKey(first, 'jwk'))
  const files = {
    'private-key.jwk': jwk,
    'private-key.pem': await writePrivateKey(first, 'pkcs8'),
    'public.pem': await writePublicKeys(first, 'spki'),
    'certificate.pem': await makeCertificate(await writePrivateKey(first, 'pkcs8')),
  }
  return { first, files }
}

/** A certificate of the key, which is its own authority. */
async function makeCertificate(privateKey: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pkjwt-certificate-'))
  const file = join(folder, 'key.pem')
  try {
    await writeFile(file, privateKey, { mode: 0o600 })
    return execFileSync('openssl', ['req', '-x509', '-key', file, '-subj', '/CN=my app', '-days', '2'], { encoding: 'utf8' })
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Sets the stage for one example: a folder of its own, and a server that the global `fetch` reaches. */
export async function withStage(play: (stage: Stage) => Promise<void>): Promise<void> {
  made ??= makeKey()
  const { first: key, files } = await made
  const folder = await mkdtemp(join(tmpdir(), 'pkjwt-example-'))
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content, { mode: 0o600 })
  const before = { cwd: process.cwd(), fetch: globalThis.fetch, cache: process.env['XDG_CACHE_HOME'] }
  await using server = await startTestServer({ issuer: `https://${org}` })
  await server.addApp({ clientId, key, grants, roles: ['SUPER_ADMIN'] })
  process.chdir(folder)
  process.env['XDG_CACHE_HOME'] = folder
  globalThis.fetch = server.fetch
  const client = createTokenClient({ org, clientId, key, scopes: grants })
  try {
    await play({
      assert,
      readFile,
      org,
      tokenEndpoint: `https://${org}/oauth2/v1/token`,
      clientId,
      scopes,
      key,
      keys: { keys: [key.publicKey] },
      jwk: key.publicKey.jwk,
      assertion: await createAssertion({ org, clientId, key }),
      client,
      server,
    })
  } finally {
    client.close()
    globalThis.fetch = before.fetch
    process.chdir(before.cwd)
    if (before.cache === undefined) delete process.env['XDG_CACHE_HOME']
    else process.env['XDG_CACHE_HOME'] = before.cache
    await rm(folder, { recursive: true, force: true })
  }
}
