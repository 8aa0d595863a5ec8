import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey, type SigningKey } from 'pkjwt/keys'
import { createAssertion } from 'pkjwt/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bundle, bundleScript, type ServerProcess, startServerProcess } from './child.js'
import { ask, type HttpServer, readAnswer, seedApp, startHttpServer } from './support.js'

const issuer = 'https://id.example.com'
const [one, two] = ['0oaOne00000000000000', '0oaTwo00000000000000']
let key: SigningKey
let server: HttpServer

beforeAll(async () => {
  key = await generateKey({ alg: 'ES256' })
  server = await startHttpServer({ issuer, seed: { apps: [seedApp(one, key), seedApp(two, key)] } })
})

afterAll(() => server.close())

/** Sends assertions made for the issuer to wherever the server listens. */
async function statuses(urls: readonly string[], assertions: readonly string[], clientId = one): Promise<number[]> {
  return Promise.all(
    assertions.map(async (assertion, index) => {
      const response = await ask(urls[index % urls.length] ?? '', { clientId, key, assertion })
      await response.arrayBuffer()
      return response.status
    }),
  )
}

function sign(options: { clientId?: string; jti?: string; now?: Date } = {}): Promise<string> {
  const { clientId = one, jti, now } = options
  const claims = jti === undefined ? {} : { claims: { jti } }
  return createAssertion({ clientId, audience: `${issuer}/oauth2/v1/token`, key, now, ...claims })
}

describe('the same assertion', () => {
  it('is accepted once, and then refused as used', async () => {
    const assertion = await sign()
    expect(await statuses([server.url], [assertion])).toEqual([200])
    const again = await ask(server.url, { clientId: one, key, assertion })
    expect(again.status).toBe(401)
    expect(await readAnswer(again)).toEqual({
      error: 'invalid_client',
      error_description: 'The client_assertion token has already been used.',
    })
  })

  it('sent 50 times at once gets exactly one token', async () => {
    const assertion = await sign()
    const answers = await statuses(
      [server.url],
      Array.from({ length: 50 }, () => assertion),
    )
    expect(answers.filter((status) => status === 200)).toHaveLength(1)
    expect(answers.filter((status) => status === 401)).toHaveLength(49)
  })
})

describe('the same jti', () => {
  it('with a new signature is refused', async () => {
    const jti = crypto.randomUUID()
    expect(await statuses([server.url], [await sign({ jti })])).toEqual([200])
    expect(await statuses([server.url], [await sign({ jti })])).toEqual([401])
  })

  it('of another client is accepted', async () => {
    const jti = crypto.randomUUID()
    expect(await statuses([server.url], [await sign({ jti })])).toEqual([200])
    expect(await statuses([server.url], [await sign({ jti, clientId: two })], two)).toEqual([200])
  })

  it('is told apart by letter case', async () => {
    expect(await statuses([server.url], [await sign({ jti: 'case' })])).toEqual([200])
    expect(await statuses([server.url], [await sign({ jti: 'CASE' })])).toEqual([200])
  })
})

describe('two processes on one SQLite file', () => {
  let bundle: Bundle
  let folder: string
  let processes: readonly ServerProcess[]

  beforeAll(async () => {
    bundle = await bundleScript('test/server/childMain.ts')
    folder = await mkdtemp(join(tmpdir(), 'pkjwt-two-'))
    const settings = { store: join(folder, 'pkjwt.db'), issuer, seed: { apps: [seedApp(one, key)] } }
    processes = await Promise.all([startServerProcess(bundle, settings), startServerProcess(bundle, settings)])
  })

  afterAll(async () => {
    await Promise.all(processes.map((process) => process.stop()))
    await rm(folder, { recursive: true, force: true })
    bundle[Symbol.dispose]()
  })

  it('give exactly one token for an assertion that both get 25 times at once', async () => {
    const assertion = await sign()
    const urls = processes.map(({ url }) => url)
    const answers = await statuses(
      urls,
      Array.from({ length: 50 }, () => assertion),
    )
    expect(answers.filter((status) => status === 200)).toHaveLength(1)
    expect(answers.filter((status) => status === 401)).toHaveLength(49)
  })

  it('make one signing key between them', async () => {
    const sets = await Promise.all(processes.map(({ url }) => fetch(`${url}/oauth2/v1/keys`).then(readAnswer)))
    expect(sets[0]).toEqual(sets[1])
    expect(sets[0]?.['keys']).toHaveLength(1)
  })
})
