import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { verifyLog } from '@pkjwt/server'
import { createAppAdmin, createTokenClient, type RotationStep, type TokenEvent } from 'pkjwt/client'
import { generateKey, readPrivateKey, writePrivateKey } from 'pkjwt/keys'
import { createKeyFile } from 'pkjwt/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bundle, bundleScript } from '../server/child.js'
import { type HttpServer, seedApp, startHttpServer } from '../server/support.js'

const adminToken = 'bootstrap-token-for-tests-0123456789abcdef'
const clientId = '0oaRotated0000000000'
const scopes = ['okta.users.read']

let server: HttpServer
let bundle: Bundle
let keyPath: string

beforeAll(async () => {
  const key = await generateKey({ alg: 'ES256' })
  server = await startHttpServer({ adminToken, signingAlg: 'ES256', seed: { apps: [seedApp(clientId, key)] } })
  bundle = await bundleScript('test/admin/rotatorMain.ts')
  keyPath = join(server.storePath, '..', 'private-key.jwk')
  await writeFile(keyPath, JSON.stringify(await writePrivateKey(key, 'jwk')), { mode: 0o600 })
})

afterAll(async () => {
  bundle[Symbol.dispose]()
  await server.close()
})

const admin = () =>
  createAppAdmin({
    org: server.url,
    fetch: (input, init) => fetch(input, { ...init, headers: { ...init?.headers, authorization: `SSWS ${adminToken}` } }),
  })

/** Runs one rotation; gives `killed` when it ended in the middle. */
function rotate(settings: { killAt?: RotationStep; overlapSeconds?: number } = {}): Promise<string> {
  const rotator = { org: server.url, clientId, keyPath, adminToken, overlapSeconds: 0.5, ...settings }
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PKJWT_ROTATOR: JSON.stringify(rotator) }
    execFile(process.execPath, [bundle.file], { env }, (error, stdout, stderr) => {
      if (error?.signal === 'SIGKILL') resolve('killed')
      else if (error === null) resolve(stdout)
      else reject(new Error(stderr, { cause: error }))
    })
  })
}

/** Buys a token every 20 milliseconds, each with a client of its own that has nothing in its cache. */
function sendAllTheTime() {
  const bad: string[] = []
  const pending = new Set<Promise<void>>()
  let granted = 0
  const onEvent = (event: TokenEvent) => {
    if (event.type === 'refused' || event.type === 'retried') bad.push(JSON.stringify(event))
  }
  const send = async () => {
    const client = createTokenClient({ org: server.url, clientId, key: createKeyFile(keyPath), scopes, onEvent })
    await client.token().then(
      () => {
        granted++
      },
      (error: unknown) => bad.push(String(error)),
    )
  }
  const timer = setInterval(() => {
    const sent = send()
    pending.add(sent)
    void sent.then(() => pending.delete(sent))
  }, 20)
  return async () => {
    clearInterval(timer)
    await Promise.all(pending)
    return { bad, granted }
  }
}

const stepsToDieAt = [
  'planned',
  'registered',
  'accepted',
  'replaced',
  'switched',
  'deactivated',
  'removed',
  'finished',
] as const satisfies readonly RotationStep[]

describe('rotating a key', () => {
  it('refuses no request in ten rotations, one of them killed at each step, and leaves one active key', async () => {
    const stop = sendAllTheTime()
    const thumbprints = new Set<string>()
    const noteKey = async () => thumbprints.add((await readPrivateKey(await readFile(keyPath, 'utf8'))).thumbprint)
    await noteKey()
    for (const killAt of stepsToDieAt) {
      expect(await rotate({ killAt })).toBe('killed')
      await noteKey()
      expect(await rotate()).toContain('"kid"')
      await noteKey()
    }
    await rotate()
    await noteKey()
    const { bad, granted } = await stop()
    expect(bad).toEqual([])
    expect(granted).toBeGreaterThan(100)
    const keys = await admin().listKeys(clientId)
    const inPlace = await readPrivateKey(await readFile(keyPath, 'utf8'))
    expect(keys.map(({ kid, status }) => ({ kid, status }))).toEqual([{ kid: inPlace.kid, status: 'ACTIVE' }])
    // The first one and those of ten rotations: seven went on after a kill, the eighth was over by then, and two ran through.
    expect(thumbprints.size).toBe(11)
  }, 180_000)

  it('is written in the log, whose chain holds', async () => {
    const log = await fetch(`${server.url}/api/v1/logs?limit=1`, { headers: { authorization: `SSWS ${adminToken}` } })
    expect(log.status).toBe(200)
    const { holds, chains } = await verifyLog(server.storePath)
    expect(holds).toBe(true)
    expect(chains[0]?.entries).toBeGreaterThan(100)
  })

  it('is safe when two run at once: the second joins the first', async () => {
    const answers = (await Promise.all([rotate({ overlapSeconds: 2 }), rotate({ overlapSeconds: 2 })])).map((text) =>
      JSON.parse(text),
    )
    expect(new Set(answers.map(({ kid }) => kid)).size).toBe(1)
    const keys = await admin().listKeys(clientId)
    expect(keys.map(({ kid, status }) => ({ kid, status }))).toEqual([{ kid: answers[0].kid, status: 'ACTIVE' }])
  }, 60_000)
})
