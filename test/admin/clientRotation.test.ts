import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestServer, type TestServer } from '@pkjwt/server/testing'
import { createAppAdmin, createTokenClient, type KeyHome, type RotationStep, type TokenClientOptions } from 'pkjwt/client'
import { generateKey, readPrivateKey, type SigningKey, writePrivateKey } from 'pkjwt/keys'
import { createJwksFile, createKeyFile } from 'pkjwt/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// No test here waits: the clocks of client and server stand still, and a wait moves them.

let key: SigningKey
let folder: string

beforeAll(async () => {
  key = await generateKey({ alg: 'ES256' })
  folder = await mkdtemp(join(tmpdir(), 'pkjwt-rotation-'))
})

afterAll(() => rm(folder, { recursive: true }))

let files = 0

async function writeKeyFile(content?: string): Promise<string> {
  files += 1
  const path = join(folder, `key-${files}.jwk`)
  await writeFile(path, content ?? JSON.stringify(await writePrivateKey(key, 'jwk')), { mode: 0o600 })
  return path
}

const adminToken = 'bootstrap-token-for-tests-0123456789abcdef'

interface Rotating extends AsyncDisposable {
  readonly server: TestServer
  readonly clientId: string
  readonly path: string
  readonly options: TokenClientOptions
}

/** A server, an app that may change its own keys, and what its client is made of. */
async function startRotating({ grants = ['okta.apps.manage'], roles = ['SUPER_ADMIN'] } = {}): Promise<Rotating> {
  const server = await startTestServer({ adminToken })
  server.clock.set(new Date('2030-01-01T00:00:00Z'))
  const { clientId } = await server.addApp({ key, grants, roles })
  const path = await writeKeyFile()
  const options = {
    org: server.org,
    clientId,
    key: createKeyFile(path),
    scopes: grants,
    fetch: server.fetch,
    clock: server.clock,
    wait: async (milliseconds: number) => server.clock.forward(milliseconds / 1000),
  }
  return { server, clientId, path, options, [Symbol.asyncDispose]: () => server.close() }
}

async function untilDone<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (tries === 10) throw error
    }
  }
}

const readKey = async (path: string) => readPrivateKey(await readFile(path, 'utf8'))

describe('client.rotateKey()', () => {
  it('puts the next key in place, at the server and in the file, and the client goes on with it', async () => {
    await using rotating = await startRotating()
    const { server, clientId, path, options } = rotating
    const client = createTokenClient(options)
    const steps: RotationStep[] = []
    const { kid, previousKid, byOther } = await client.rotateKey({ onStep: (step) => steps.push(step) })
    expect(previousKid).toBe(key.kid)
    expect(byOther).toBe(false)
    expect(steps).toEqual(['planned', 'registered', 'accepted', 'replaced', 'switched', 'deactivated', 'removed', 'finished'])
    expect((await readKey(path)).kid).toBe(kid)
    expect((await server.store.listKeys(clientId)).map((each) => [each.kid, each.status])).toEqual([[kid, 'ACTIVE']])
    await client.token({ forceRefresh: true })
    expect(server.requests.at(-1)).toMatchObject({ status: 200, kid })
    expect((await readdir(folder)).filter((name) => name.startsWith(path.slice(folder.length + 1)))).toHaveLength(1)
  })

  it('keeps the old key for the overlap, then takes it away', async () => {
    await using rotating = await startRotating()
    const { server, clientId, options } = rotating
    const waits: number[] = []
    const active: number[] = []
    const wait = async (milliseconds: number) => {
      waits.push(milliseconds)
      active.push((await server.store.listKeys(clientId)).filter(({ status }) => status === 'ACTIVE').length)
      server.clock.forward(milliseconds / 1000)
    }
    await createTokenClient({ ...options, wait }).rotateKey({ overlapSeconds: 3600 })
    expect(waits).toEqual([1000, 3_600_000])
    expect(active).toEqual([2, 2])
  })

  it('switches a client whose key is in memory, when it is told where the next one goes', async () => {
    await using rotating = await startRotating()
    const { server, path, options } = rotating
    const client = createTokenClient({ ...options, key })
    const { kid } = await client.rotateKey({ home: createKeyFile(path) })
    await client.token({ forceRefresh: true })
    expect(server.requests.at(-1)).toMatchObject({ status: 200, kid })
  })

  it('lets somebody else change the keys of an app that may not', async () => {
    await using rotating = await startRotating({ grants: ['okta.users.read'], roles: [] })
    const { server, clientId, options } = rotating
    const fetch: typeof globalThis.fetch = (input, init) =>
      server.fetch(String(input), { ...init, headers: { ...init?.headers, authorization: `SSWS ${adminToken}` } })
    const admin = createAppAdmin({ org: server.org, fetch })
    const { kid } = await createTokenClient(options).rotateKey({ admin })
    expect((await admin.listKeys(clientId)).map((each) => each.kid)).toEqual([kid])
  })

  it('is refused to an app without the role, and the old key stays', async () => {
    await using rotating = await startRotating({ roles: ['APP_ADMIN'] })
    const { server, clientId, path, options } = rotating
    await expect(createTokenClient(options).rotateKey()).rejects.toMatchObject({
      code: 'refused_by_server',
      status: 403,
      error: 'E0000006',
    })
    expect((await readKey(path)).kid).toBe(key.kid)
    expect(await server.store.listKeys(clientId)).toHaveLength(1)
  })

  it('switches nothing while the server does not take the next key, and goes on with the same one later', async () => {
    await using rotating = await startRotating()
    const { server, clientId, path, options } = rotating
    const register = { publish: async () => {}, deactivate: async () => {}, remove: async () => {} }
    const home = createKeyFile(path)
    const { rotateKey } = await import('pkjwt/client')
    const probe = (next: SigningKey) => createTokenClient({ ...options, key: next }).token()
    const { clock, wait } = options
    const failed = rotateKey({ home, register, probe, clock, wait })
    await expect(failed).rejects.toMatchObject({ code: 'refused_by_server', status: 401, error: 'invalid_client' })
    expect((await readKey(path)).kid).toBe(key.kid)
    const planned: string = JSON.parse((await home.readPlan()) ?? '{}').next.kid
    expect((await createTokenClient(options).rotateKey()).kid).toBe(planned)
    expect((await server.store.listKeys(clientId)).map((each) => each.kid)).toEqual([planned])
  })

  it('writes the next set for an app that publishes its keys, and asks nobody', async () => {
    await using rotating = await startRotating()
    const { path, options } = rotating
    const jwks = createJwksFile(join(folder, 'jwks.json'))
    await jwks.write({ keys: [key.publicKey.jwk] })
    const sets: number[] = []
    const { rotateKey, createJwksRegister } = await import('pkjwt/client')
    const { kid } = await rotateKey({
      home: createKeyFile(path),
      register: createJwksRegister(jwks),
      probe: async () => sets.push(JSON.parse(await readFile(join(folder, 'jwks.json'), 'utf8')).keys.length),
      clock: options.clock,
      wait: options.wait,
    })
    expect(sets).toEqual([2, 2])
    const published = JSON.parse(await readFile(join(folder, 'jwks.json'), 'utf8'))
    expect(published.keys.map((each: { kid: string }) => each.kid)).toEqual([kid])
    expect(JSON.stringify(published)).not.toContain('"d"')
  })
})

describe('a rotation that cannot be done', () => {
  it('says that nobody knows where the key lies', async () => {
    await using rotating = await startRotating()
    await expect(createTokenClient({ ...rotating.options, key }).rotateKey()).rejects.toMatchObject({ code: 'option_invalid' })
  })

  it('says that a key without kid cannot be told from the next one', async () => {
    await using rotating = await startRotating()
    const { kid: _kid, ...nameless } = await writePrivateKey(key, 'jwk')
    const path = await writeKeyFile(JSON.stringify(nameless))
    const client = createTokenClient({ ...rotating.options, key: createKeyFile(path) })
    await expect(client.rotateKey()).rejects.toMatchObject({ code: 'option_invalid', message: expect.stringContaining('"kid"') })
  })

  it('says that a PEM file cannot hold the name of a key', async () => {
    await using rotating = await startRotating()
    const path = await writeKeyFile(await writePrivateKey(key, 'pkcs8'))
    const client = createTokenClient({ ...rotating.options, key: createKeyFile(path) })
    await expect(client.rotateKey()).rejects.toMatchObject({ code: 'option_invalid', message: expect.stringContaining('JWK') })
  })

  it('does not go on with a plan that is damaged, or that is about another key', async () => {
    await using rotating = await startRotating()
    const { path, options } = rotating
    await writeFile(`${path}.rotation`, '{ "version": 1')
    await expect(createTokenClient(options).rotateKey()).rejects.toMatchObject({ code: 'config_invalid' })
    const [old, next] = [await generateKey({ alg: 'ES256' }), await generateKey({ alg: 'ES256' })]
    const plan = { pkjwt: 'rotation', version: 1, old: old.publicKey.jwk, next: await writePrivateKey(next, 'jwk') }
    await writeFile(`${path}.rotation`, JSON.stringify(plan))
    await expect(createTokenClient(options).rotateKey()).rejects.toMatchObject({ code: 'config_invalid' })
  })

  it.each(['failed', 'unavailable', 'rate-limited', 'malformed'] as const)(
    'goes on where a management API is %s for a moment',
    async (kind) => {
      await using rotating = await startRotating()
      const { server, clientId, options } = rotating
      // Once before each step, whatever is asked next goes wrong.
      const seen = new Set<string>()
      const fail = (step: string) => {
        if (!seen.has(step)) server.faults.add({ kind, endpoint: 'keys_of_apps' })
        seen.add(step)
      }
      fail('begun')
      const attempt = () => createTokenClient(options).rotateKey({ onStep: fail })
      // What no API says at all ends the attempt, and the next one goes on.
      const { kid } = kind === 'malformed' ? await untilDone(attempt) : await attempt()
      server.faults.clear()
      expect((await server.store.listKeys(clientId)).map((each) => [each.kid, each.status])).toEqual([[kid, 'ACTIVE']])
    },
  )

  it('leaves alone what another process did meanwhile that held the lock after it', async () => {
    await using rotating = await startRotating()
    const { server, clientId, path, options } = rotating
    const slow = createTokenClient(options).rotateKey({
      onStep(step) {
        // All of it, and another one, while this one is stopped.
        if (step === 'accepted') others = Promise.resolve()
      },
      home: { ...createKeyFile(path), lock: async () => async () => {}, readPlan: readPlanLate },
    })
    let others: Promise<void> | undefined
    let isDone = false
    async function readPlanLate() {
      if (others !== undefined && !isDone) {
        isDone = true
        await createTokenClient(options).rotateKey()
        await createTokenClient(options).rotateKey()
      }
      return createKeyFile(path).readPlan()
    }
    expect((await slow).byOther).toBe(true)
    const keys = await server.store.listKeys(clientId)
    expect(keys.map((each) => [each.kid, each.status])).toEqual([[(await readKey(path)).kid, 'ACTIVE']])
  })

  it('keeps mode and links of the file', async () => {
    await using rotating = await startRotating()
    const { path, options } = rotating
    await chmod(path, 0o640)
    const link = `${path}.link`
    await symlink(path, link)
    const { kid } = await createTokenClient({ ...options, key: createKeyFile(link) }).rotateKey()
    expect((await readKey(path)).kid).toBe(kid)
    expect((await stat(path)).mode & 0o777).toBe(0o640)
    expect((await lstat(link)).isSymbolicLink()).toBe(true)
  })

  it('changes nothing when the file cannot be replaced, and finishes the next time', async () => {
    await using rotating = await startRotating()
    const { server, clientId, path, options } = rotating
    const file = createKeyFile(path)
    const full: KeyHome = { ...file, replaceKey: () => Promise.reject(new Error('no space left')) }
    await expect(createTokenClient(options).rotateKey({ home: full })).rejects.toThrow('no space left')
    expect((await readKey(path)).kid).toBe(key.kid)
    expect(await server.store.listKeys(clientId)).toHaveLength(2)
    await createTokenClient(options).rotateKey()
    expect(await server.store.listKeys(clientId)).toHaveLength(1)
  })
})
